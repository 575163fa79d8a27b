-- What was recorded, frozen or made is never changed or removed, whatever the code does.
create trigger if not exists audit_no_update before update on audit begin select raise(abort, 'audit is append-only'); end;
create trigger if not exists audit_no_delete before delete on audit begin select raise(abort, 'audit is append-only'); end;
create trigger if not exists frozen_no_update before update on frozen_report begin select raise(abort, 'a frozen report is never changed'); end;
create trigger if not exists frozen_no_delete before delete on frozen_report begin select raise(abort, 'a frozen report is never removed'); end;
create trigger if not exists paper_no_update before update on paper begin select raise(abort, 'a paper is never changed'); end;
create trigger if not exists paper_no_delete before delete on paper begin select raise(abort, 'a paper is never removed'); end;
create trigger if not exists version_no_update before update on patient_version begin select raise(abort, 'an earlier version is never changed'); end;
create trigger if not exists version_no_delete before delete on patient_version begin select raise(abort, 'an earlier version is never removed'); end;
create trigger if not exists entry_no_update before update on entry begin select raise(abort, 'an entry is corrected by another'); end;
create trigger if not exists entry_no_delete before delete on entry begin select raise(abort, 'an entry is never removed'); end;
-- "insert or replace" removes a row without a delete: refused before it can.
create trigger if not exists audit_no_replace before insert on audit when exists (select 1 from audit where chain = new.chain and number = new.number) begin select raise(abort, 'audit is append-only'); end;
create trigger if not exists frozen_no_replace before insert on frozen_report when exists (select 1 from frozen_report where report_id = new.report_id) begin select raise(abort, 'a frozen report is never changed'); end;
create trigger if not exists paper_no_replace before insert on paper when exists (select 1 from paper where owner_id = new.owner_id and kind = new.kind and format = new.format) begin select raise(abort, 'a paper is never changed'); end;
create trigger if not exists sending_no_update before update on sending begin select raise(abort, 'a record of sending is never changed'); end;
create trigger if not exists sending_no_delete before delete on sending begin select raise(abort, 'a record of sending is never removed'); end;
create trigger if not exists comment_no_update before update on comment begin select raise(abort, 'a comment is never changed'); end;
create trigger if not exists comment_no_delete before delete on comment begin select raise(abort, 'a comment is never removed'); end;
create trigger if not exists signature_no_delete before delete on signature begin select raise(abort, 'a signature is voided, never removed'); end;
create trigger if not exists signature_only_voided before update on signature
when old.voided_at is not null or new.voided_at is null or new.statements <> old.statements or new.name <> old.name or new.person_id <> old.person_id or new.at <> old.at
begin select raise(abort, 'a signature is voided, never changed'); end;
create trigger if not exists disagreement_no_update before update on disagreement begin select raise(abort, 'a difference of view is added to, never changed'); end;
create trigger if not exists disagreement_no_delete before delete on disagreement begin select raise(abort, 'a difference of view is added to, never changed'); end;
create trigger if not exists correspondence_no_update before update on correspondence begin select raise(abort, 'what MHCS wrote is added to, never changed'); end;
create trigger if not exists correspondence_no_delete before delete on correspondence begin select raise(abort, 'what MHCS wrote is added to, never changed'); end;
create trigger if not exists part_c_outside_no_update before update on part_c_outside begin select raise(abort, 'it is never changed'); end;
create trigger if not exists part_c_outside_no_delete before delete on part_c_outside begin select raise(abort, 'it is never changed'); end;
create trigger if not exists sign_off_findings_no_update before update on sign_off_findings begin select raise(abort, 'what was signed on is never changed'); end;
create trigger if not exists sign_off_findings_no_delete before delete on sign_off_findings begin select raise(abort, 'what was signed on is never removed'); end;
create trigger if not exists sign_off_findings_no_replace before insert on sign_off_findings when exists (select 1 from sign_off_findings where id = new.id) begin select raise(abort, 'what was signed on is never changed'); end;
-- A signed self-assessment is frozen: its ratings, remarks, parts and papers stand.
create trigger if not exists assessment_frozen_no_update before update on frozen_assessment begin select raise(abort, 'a frozen assessment is never changed'); end;
create trigger if not exists assessment_frozen_no_delete before delete on frozen_assessment begin select raise(abort, 'a frozen assessment is never removed'); end;
create trigger if not exists assessment_frozen_no_replace before insert on frozen_assessment when exists (select 1 from frozen_assessment where assessment_id = new.assessment_id) begin select raise(abort, 'a frozen assessment is never changed'); end;
create trigger if not exists assessment_paper_no_update before update on assessment_paper begin select raise(abort, 'a paper is never changed'); end;
create trigger if not exists assessment_paper_no_delete before delete on assessment_paper begin select raise(abort, 'a paper is never removed'); end;
create trigger if not exists assessment_paper_no_replace before insert on assessment_paper when exists (select 1 from assessment_paper where assessment_id = new.assessment_id and name = new.name) begin select raise(abort, 'a paper is never changed'); end;
create trigger if not exists rating_version_no_update before update on assessment_rating_version begin select raise(abort, 'an earlier rating is never changed'); end;
create trigger if not exists rating_version_no_delete before delete on assessment_rating_version begin select raise(abort, 'an earlier rating is never removed'); end;
create trigger if not exists remark_no_update before update on assessment_remark begin select raise(abort, 'a remark is never changed'); end;
create trigger if not exists remark_no_delete before delete on assessment_remark begin select raise(abort, 'a remark is never removed'); end;
create trigger if not exists action_update_no_update before update on assessment_action_update begin select raise(abort, 'an update is never changed'); end;
create trigger if not exists action_update_no_delete before delete on assessment_action_update begin select raise(abort, 'an update is never removed'); end;
create trigger if not exists review_no_update before update on assessment_review begin select raise(abort, 'a review is never changed'); end;
create trigger if not exists review_no_delete before delete on assessment_review begin select raise(abort, 'a review is never removed'); end;
create trigger if not exists assessment_signature_no_delete before delete on assessment_signature begin select raise(abort, 'a signature is voided, never removed'); end;
create trigger if not exists assessment_signature_only_voided before update on assessment_signature
when old.voided_at is not null or new.voided_at is null or new.statements <> old.statements or new.name <> old.name or new.person_id <> old.person_id or new.mark <> old.mark or new.at <> old.at
begin select raise(abort, 'a signature is voided, never changed'); end;
create trigger if not exists rating_frozen_update before update on assessment_rating when exists (select 1 from frozen_assessment where assessment_id = old.assessment_id) begin select raise(abort, 'the assessment is frozen'); end;
create trigger if not exists rating_frozen_insert before insert on assessment_rating when exists (select 1 from frozen_assessment where assessment_id = new.assessment_id) begin select raise(abort, 'the assessment is frozen'); end;
create trigger if not exists rating_frozen_delete before delete on assessment_rating when exists (select 1 from frozen_assessment where assessment_id = old.assessment_id) begin select raise(abort, 'the assessment is frozen'); end;
create trigger if not exists remark_frozen_insert before insert on assessment_remark when exists (select 1 from frozen_assessment where assessment_id = new.assessment_id) begin select raise(abort, 'the assessment is frozen'); end;
create trigger if not exists event_review_no_update before update on event_review begin select raise(abort, 'a review is never changed'); end;
create trigger if not exists event_review_no_delete before delete on event_review begin select raise(abort, 'a review is never removed'); end;
create trigger if not exists protocol_row_no_update before update on protocol_row begin select raise(abort, 'a row of the protocol is never changed'); end;
create trigger if not exists protocol_row_no_delete before delete on protocol_row begin select raise(abort, 'a row of the protocol is never removed'); end;
create trigger if not exists urgent_contact_no_update before update on urgent_contact begin select raise(abort, 'a contact is never changed'); end;
create trigger if not exists urgent_contact_no_delete before delete on urgent_contact begin select raise(abort, 'a contact is never removed'); end;
create trigger if not exists other_paper_no_update before update on other_paper begin select raise(abort, 'a paper is never changed'); end;
create trigger if not exists other_paper_no_delete before delete on other_paper begin select raise(abort, 'a paper is never removed'); end;
create trigger if not exists other_paper_draft_no_update before update on other_paper_draft begin select raise(abort, 'a draft is never changed'); end;
create trigger if not exists other_paper_draft_no_delete before delete on other_paper_draft begin select raise(abort, 'a draft is never removed'); end;
create trigger if not exists other_paper_made_no_update before update on other_paper_made begin select raise(abort, 'a paper is never changed'); end;
create trigger if not exists other_paper_made_no_delete before delete on other_paper_made begin select raise(abort, 'a paper is never removed'); end;
create trigger if not exists other_paper_given_no_update before update on other_paper_given begin select raise(abort, 'a record of giving is never changed'); end;
create trigger if not exists other_paper_given_no_delete before delete on other_paper_given begin select raise(abort, 'a record of giving is never removed'); end;
create trigger if not exists late_notice_no_update before update on late_notice begin select raise(abort, 'a late notice is never changed'); end;
create trigger if not exists late_notice_no_delete before delete on late_notice begin select raise(abort, 'a late notice is never removed'); end;
create trigger if not exists other_paper_made_no_replace before insert on other_paper_made when exists (select 1 from other_paper_made where paper_id = new.paper_id) begin select raise(abort, 'a paper is never changed'); end;
-- A certificate of destruction outlives what was destroyed.
create trigger if not exists destruction_no_delete before delete on destruction begin select raise(abort, 'a certificate is never removed'); end;
create trigger if not exists destruction_no_update before update on destruction
when old.finished_at is not null or old.withdrawn_at is not null or new.patient_id <> old.patient_id or new.reference <> old.reference or new.proposed_by_id <> old.proposed_by_id or new.proposed_at <> old.proposed_at or new.reason <> old.reason
begin select raise(abort, 'a certificate is never changed'); end;
create trigger if not exists destruction_second_fixed before update on destruction
when new.could_confirm <> old.could_confirm
begin select raise(abort, 'who could confirm is never changed'); end;
create trigger if not exists decision_no_update before update on copy_decision begin select raise(abort, 'a decision is followed by another'); end;
create trigger if not exists decision_no_delete before delete on copy_decision begin select raise(abort, 'a decision is never removed'); end;
create trigger if not exists decision_no_replace before insert on copy_decision when exists (select 1 from copy_decision where id = new.id) begin select raise(abort, 'a decision is followed by another'); end;
-- Registers of assurance: rows are editions; a mistake is withdrawn once, and nothing else of it changes.
create trigger if not exists training_no_delete before delete on training begin select raise(abort, 'training is withdrawn, never changed'); end;
create trigger if not exists training_only_withdrawn before update on training
when (new.id, new.organisation_id, new.person_id, new.kind, new.done_on, new.expires_on, new.note, new.by_id, new.at) is not (old.id, old.organisation_id, old.person_id, old.kind, old.done_on, old.expires_on, old.note, old.by_id, old.at) or (old.withdrawn_at is not null and new.withdrawn_at is not old.withdrawn_at)
begin select raise(abort, 'training is withdrawn, never changed'); end;
create trigger if not exists practice_supervision_no_delete before delete on practice_supervision begin select raise(abort, 'practice supervision is withdrawn, never changed'); end;
create trigger if not exists practice_supervision_only_withdrawn before update on practice_supervision
when (new.id, new.organisation_id, new.person_id, new.held_on, new.themes, new.next_on, new.by_id, new.at) is not (old.id, old.organisation_id, old.person_id, old.held_on, old.themes, old.next_on, old.by_id, old.at) or (old.withdrawn_at is not null and new.withdrawn_at is not old.withdrawn_at)
begin select raise(abort, 'practice supervision is withdrawn, never changed'); end;
create trigger if not exists policy_no_delete before delete on policy begin select raise(abort, 'an edition of a policy is taken out of use, never changed'); end;
create trigger if not exists policy_only_retired before update on policy
when (new.id, new.organisation_id, new.title, new.edition, new.owner, new.approved_on, new.review_on, new.kept_at, new.criteria, new.to_be_read, new.replaces_id, new.by_id, new.at) is not (old.id, old.organisation_id, old.title, old.edition, old.owner, old.approved_on, old.review_on, old.kept_at, old.criteria, old.to_be_read, old.replaces_id, old.by_id, old.at) or (old.retired_at is not null and new.retired_at is not old.retired_at)
begin select raise(abort, 'an edition of a policy is taken out of use, never changed'); end;
create trigger if not exists lesson_no_delete before delete on lesson begin select raise(abort, 'an edition of a lesson is replaced, never changed'); end;
create trigger if not exists lesson_only_retired before update on lesson
when (new.id, new.organisation_id, new.kind, new.title, new.source, new.dated, new.learnt, new.changes, new.owner, new.link, new.criteria, new.actions, new.policy_id, new.replaces_id, new.by_id, new.at) is not (old.id, old.organisation_id, old.kind, old.title, old.source, old.dated, old.learnt, old.changes, old.owner, old.link, old.criteria, old.actions, old.policy_id, old.replaces_id, old.by_id, old.at) or (old.retired_at is not null and new.retired_at is not old.retired_at)
begin select raise(abort, 'an edition of a lesson is replaced, never changed'); end;
create trigger if not exists guidance_link_no_delete before delete on guidance_link begin select raise(abort, 'a link is taken away, never changed'); end;
create trigger if not exists guidance_link_only_removed before update on guidance_link
when (new.id, new.organisation_id, new.topic, new.words, new.link, new.by_id, new.at) is not (old.id, old.organisation_id, old.topic, old.words, old.link, old.by_id, old.at) or (old.removed_at is not null and new.removed_at is not old.removed_at)
begin select raise(abort, 'a link is taken away, never changed'); end;
create trigger if not exists allocation_override_no_update before update on allocation_override begin select raise(abort, 'why a patient was allocated is never changed'); end;
create trigger if not exists allocation_override_no_delete before delete on allocation_override begin select raise(abort, 'why a patient was allocated is never changed'); end;
create trigger if not exists policy_reading_no_update before update on policy_reading begin select raise(abort, 'who read a policy is never changed'); end;
create trigger if not exists policy_reading_no_delete before delete on policy_reading begin select raise(abort, 'who read a policy is never changed'); end;
create trigger if not exists assessment_return_no_update before update on assessment_return begin select raise(abort, 'why it was given back is never changed'); end;
create trigger if not exists assessment_return_no_delete before delete on assessment_return begin select raise(abort, 'why it was given back is never changed'); end;
create trigger if not exists assessment_action_carried_no_update before update on assessment_action_carried begin select raise(abort, 'what was carried over is never changed'); end;
create trigger if not exists assessment_action_carried_no_delete before delete on assessment_action_carried begin select raise(abort, 'what was carried over is never changed'); end;
-- Digests of what was kept before the audit knew them: the list is closed.
create trigger if not exists kept_before_no_insert before insert on kept_before begin select raise(abort, 'the list of what was kept before is closed'); end;
create trigger if not exists kept_before_no_update before update on kept_before begin select raise(abort, 'the list of what was kept before is closed'); end;
create trigger if not exists kept_before_no_delete before delete on kept_before begin select raise(abort, 'the list of what was kept before is closed'); end;
