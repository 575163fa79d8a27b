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
