-- What was recorded, frozen or made is never changed or removed, whatever the code does.
create or replace function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name;
end
$$;
create or replace trigger audit_append_only before update or delete or truncate on audit execute function refuse_change();
create or replace trigger frozen_append_only before update or delete or truncate on frozen_report execute function refuse_change();
create or replace trigger paper_append_only before update or delete or truncate on paper execute function refuse_change();
create or replace trigger version_append_only before update or delete or truncate on patient_version execute function refuse_change();
create or replace trigger entry_append_only before update or delete or truncate on entry execute function refuse_change();
create or replace trigger sending_append_only before update or delete or truncate on sending execute function refuse_change();
create or replace trigger comment_append_only before update or delete or truncate on comment execute function refuse_change();
create or replace trigger signature_kept before delete or truncate on signature execute function refuse_change();
create or replace trigger signature_only_voided before update on signature for each row
when (old.voided_at is not null or new.voided_at is null or new.statements <> old.statements or new.name <> old.name or new.person_id <> old.person_id or new.at <> old.at)
execute function refuse_change();
create or replace trigger disagreement_append_only before update or delete or truncate on disagreement execute function refuse_change();
create or replace trigger correspondence_append_only before update or delete or truncate on correspondence execute function refuse_change();
create or replace trigger part_c_outside_append_only before update or delete or truncate on part_c_outside execute function refuse_change();
create or replace trigger sign_off_findings_append_only before update or delete or truncate on sign_off_findings execute function refuse_change();
-- A signed self-assessment is frozen: its ratings, remarks, parts and papers stand.
create or replace trigger assessment_frozen_append_only before update or delete or truncate on frozen_assessment execute function refuse_change();
create or replace trigger assessment_paper_append_only before update or delete or truncate on assessment_paper execute function refuse_change();
create or replace trigger rating_version_append_only before update or delete or truncate on assessment_rating_version execute function refuse_change();
create or replace trigger remark_append_only before update or delete or truncate on assessment_remark execute function refuse_change();
create or replace trigger action_update_append_only before update or delete or truncate on assessment_action_update execute function refuse_change();
create or replace trigger review_append_only before update or delete or truncate on assessment_review execute function refuse_change();
create or replace trigger assessment_signature_kept before delete or truncate on assessment_signature execute function refuse_change();
create or replace trigger assessment_signature_only_voided before update on assessment_signature for each row
when (old.voided_at is not null or new.voided_at is null or new.statements <> old.statements or new.name <> old.name or new.person_id <> old.person_id or new.mark <> old.mark or new.at <> old.at)
execute function refuse_change();
create or replace function refuse_frozen_assessment() returns trigger language plpgsql as $$
declare
    id text;
begin
    if tg_op = 'DELETE' then id := old.assessment_id; else id := new.assessment_id; end if;
    if exists (select 1 from frozen_assessment f where f.assessment_id = id) then
        raise exception 'the assessment is frozen';
    end if;
    if tg_op = 'DELETE' then return old; end if;
    return new;
end
$$;
create or replace trigger rating_frozen before insert or update or delete on assessment_rating for each row execute function refuse_frozen_assessment();
create or replace trigger remark_frozen before insert on assessment_remark for each row execute function refuse_frozen_assessment();
create or replace trigger event_review_append_only before update or delete or truncate on event_review execute function refuse_change();
create or replace trigger protocol_row_append_only before update or delete or truncate on protocol_row execute function refuse_change();
create or replace trigger urgent_contact_append_only before update or delete or truncate on urgent_contact execute function refuse_change();
create or replace trigger other_paper_append_only before update or delete or truncate on other_paper execute function refuse_change();
create or replace trigger other_paper_draft_append_only before update or delete or truncate on other_paper_draft execute function refuse_change();
create or replace trigger other_paper_made_append_only before update or delete or truncate on other_paper_made execute function refuse_change();
create or replace trigger other_paper_given_append_only before update or delete or truncate on other_paper_given execute function refuse_change();
create or replace trigger late_notice_append_only before update or delete or truncate on late_notice execute function refuse_change();
-- A certificate of destruction outlives what was destroyed.
create or replace trigger destruction_kept before delete or truncate on destruction execute function refuse_change();
create or replace trigger destruction_fixed before update on destruction for each row
when (old.finished_at is not null or old.withdrawn_at is not null or new.patient_id <> old.patient_id or new.reference <> old.reference or new.proposed_by_id <> old.proposed_by_id or new.proposed_at <> old.proposed_at or new.reason <> old.reason)
execute function refuse_change();
create or replace trigger destruction_second_fixed before update on destruction for each row
when (new.could_confirm <> old.could_confirm) execute function refuse_change();
create or replace trigger decision_append_only before update or delete or truncate on copy_decision execute function refuse_change();
-- Registers of assurance: rows are editions; a mistake is withdrawn once, and nothing else of it changes.
create or replace trigger training_kept before delete or truncate on training execute function refuse_change();
create or replace trigger training_only_withdrawn before update on training for each row
when ((new.id, new.organisation_id, new.person_id, new.kind, new.done_on, new.expires_on, new.note, new.by_id, new.at) is distinct from (old.id, old.organisation_id, old.person_id, old.kind, old.done_on, old.expires_on, old.note, old.by_id, old.at) or (old.withdrawn_at is not null and new.withdrawn_at is distinct from old.withdrawn_at))
execute function refuse_change();
create or replace trigger practice_supervision_kept before delete or truncate on practice_supervision execute function refuse_change();
create or replace trigger practice_supervision_only_withdrawn before update on practice_supervision for each row
when ((new.id, new.organisation_id, new.person_id, new.held_on, new.themes, new.next_on, new.by_id, new.at) is distinct from (old.id, old.organisation_id, old.person_id, old.held_on, old.themes, old.next_on, old.by_id, old.at) or (old.withdrawn_at is not null and new.withdrawn_at is distinct from old.withdrawn_at))
execute function refuse_change();
create or replace trigger policy_kept before delete or truncate on policy execute function refuse_change();
create or replace trigger policy_only_retired before update on policy for each row
when ((new.id, new.organisation_id, new.title, new.edition, new.owner, new.approved_on, new.review_on, new.kept_at, new.criteria, new.to_be_read, new.replaces_id, new.by_id, new.at) is distinct from (old.id, old.organisation_id, old.title, old.edition, old.owner, old.approved_on, old.review_on, old.kept_at, old.criteria, old.to_be_read, old.replaces_id, old.by_id, old.at) or (old.retired_at is not null and new.retired_at is distinct from old.retired_at))
execute function refuse_change();
create or replace trigger lesson_kept before delete or truncate on lesson execute function refuse_change();
create or replace trigger lesson_only_retired before update on lesson for each row
when ((new.id, new.organisation_id, new.kind, new.title, new.source, new.dated, new.learnt, new.changes, new.owner, new.link, new.criteria, new.actions, new.policy_id, new.replaces_id, new.by_id, new.at) is distinct from (old.id, old.organisation_id, old.kind, old.title, old.source, old.dated, old.learnt, old.changes, old.owner, old.link, old.criteria, old.actions, old.policy_id, old.replaces_id, old.by_id, old.at) or (old.retired_at is not null and new.retired_at is distinct from old.retired_at))
execute function refuse_change();
create or replace trigger guidance_link_kept before delete or truncate on guidance_link execute function refuse_change();
create or replace trigger guidance_link_only_removed before update on guidance_link for each row
when ((new.id, new.organisation_id, new.topic, new.words, new.link, new.by_id, new.at) is distinct from (old.id, old.organisation_id, old.topic, old.words, old.link, old.by_id, old.at) or (old.removed_at is not null and new.removed_at is distinct from old.removed_at))
execute function refuse_change();
create or replace trigger allocation_override_append_only before update or delete or truncate on allocation_override execute function refuse_change();
create or replace trigger policy_reading_append_only before update or delete or truncate on policy_reading execute function refuse_change();
create or replace trigger assessment_return_append_only before update or delete or truncate on assessment_return execute function refuse_change();
create or replace trigger assessment_action_carried_append_only before update or delete or truncate on assessment_action_carried execute function refuse_change();
-- Digests of what was kept before the audit knew them: the list is closed.
create or replace trigger kept_before_closed before insert or update or delete or truncate on kept_before execute function refuse_change();
