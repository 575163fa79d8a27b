-- What happens to a report beside the plain way: notices to people, exceptional sending, Part C
-- completed outside, differences taken to a third person, MHCS's replies, corrections, withdrawal.

-- A notice says that something waits or happened, never what: its words are made from its kind.
create table notice (
    id text primary key,
    person_id text not null references person (id),
    organisation_id text not null references organisation (id),
    patient_id text not null references patient (id),
    kind text not null,
    -- The report, entry or paper that it is about.
    subject text not null,
    at timestamptz not null,
    seen_at timestamptz
);
create index notice_person on notice (person_id, at);

-- A corrected report names what it corrects; that one is superseded when this one is sent.
alter table report add column corrects_id text references report (id);
alter table report add column corrects_because text;
-- Sent before its review or without Part C: why, and what is still owed.
alter table report add column exceptional_reason text;
alter table report add column owes_review boolean not null default false;
alter table report add column owes_part_c boolean not null default false;
alter table report add column withdrawn_reason text;

-- Part C on a paper that came back signed from outside the service. Once more after a change of
-- Part B: the newest stands.
create table part_c_outside (
    id text primary key,
    report_id text not null references report (id),
    name text not null,
    job_title text not null,
    completed_on date not null,
    differs boolean not null,
    kept_at text not null,
    person_id text not null references person (id),
    at timestamptz not null
);

-- A difference of view taken to a named third person. Lines are only added: both views stay.
create table disagreement (
    id text primary key,
    report_id text not null references report (id),
    -- 'raised', 'view' or 'outcome'.
    kind text not null check (kind in ('raised', 'view', 'outcome')),
    body text not null,
    -- Who was asked, when it was raised; who decided, in an outcome.
    third_person text not null,
    person_id text not null references person (id),
    at timestamptz not null
);
create index disagreement_report on disagreement (report_id, at);

-- What MHCS answered and what was answered to MHCS, on the report's own thread.
create table correspondence (
    id text primary key,
    report_id text not null references report (id),
    kind text not null check (kind in ('acknowledged', 'query', 'reply', 'closed', 'sending-corrected')),
    day date not null,
    body text not null,
    person_id text not null references person (id),
    at timestamptz not null
);
create index correspondence_report on correspondence (report_id, at);
