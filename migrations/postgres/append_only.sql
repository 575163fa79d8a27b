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
create or replace trigger decision_append_only before update or delete or truncate on copy_decision execute function refuse_change();
