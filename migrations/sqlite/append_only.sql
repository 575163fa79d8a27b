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
