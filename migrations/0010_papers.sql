-- A paper belongs to an owner: a report, a notification, whatever is made into papers. Its patient and
-- organisation stand beside it, so that every question asked of it can name both.
create table paper_kept (
    owner_id text not null,
    organisation_id text not null references organisation (id),
    patient_id text not null,
    -- For whom it was made: 'full' or 'patients'.
    kind text not null,
    format text not null check (format in ('pdf', 'html', 'docx', 'json')),
    bytes bytea not null,
    digest text not null,
    -- What is printed at its end: the digest of the content that it was made from.
    source_digest text not null,
    at timestamptz not null,
    primary key (owner_id, kind, format),
    foreign key (patient_id, organisation_id) references patient (id, organisation_id)
);
insert into paper_kept (owner_id, organisation_id, patient_id, kind, format, bytes, digest, source_digest, at)
select p.report_id, r.organisation_id, r.patient_id, 'full', p.format, p.bytes, p.digest, f.digest, p.at
from paper p join report r on r.id = p.report_id join frozen_report f on f.report_id = p.report_id;
drop table paper;
alter table paper_kept rename to paper;
create index paper_digest on paper (digest);
create index paper_source on paper (source_digest);

-- Whether a patient's copy leaves: each decision by a named person, with a reason. The last one holds.
create table copy_decision (
    id text primary key,
    report_id text not null references report (id),
    release boolean not null,
    reason text not null,
    -- Places of answers left out besides those that the author marked, as a list.
    also_left_out text not null,
    person_id text not null references person (id),
    name text not null,
    job_title text not null,
    at timestamptz not null
);
create index copy_decision_report on copy_decision (report_id, at);
