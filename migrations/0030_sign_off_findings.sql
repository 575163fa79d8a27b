-- What the rules said at each signature and at the freezing, with the author's answers as they stood:
-- part of the internal record, never of what is sent. Rows are only added.
create table sign_off_findings (
    id text primary key,
    report_id text not null references report (id),
    -- The step that was taken: ask-for-sign-off, approve, sign-part-c, freeze.
    step text not null,
    json text not null,
    digest text not null,
    person_id text not null references person (id),
    at timestamptz not null
);
create index sign_off_findings_report on sign_off_findings (report_id, at);
