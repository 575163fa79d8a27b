-- Read by SQLite and PostgreSQL alike. Ids are text made by the server (uuid v7), times are UTC,
-- days are dates. What must differ (append-only triggers) stands in sqlite/ and postgres/.

-- The wall: every row about a patient carries its organisation, and every query names it.
create table organisation (
    id text primary key,
    name text not null unique,
    kind text not null check (kind in ('nhs-trust', 'council', 'provider')),
    -- JSON: mailbox, targets, time-outs, contacts. Read through one typed struct.
    settings text not null
);

create table team (
    id text primary key,
    organisation_id text not null references organisation (id),
    name text not null,
    unique (organisation_id, name)
);

create table person (
    id text primary key,
    -- Lower case; the one thing people sign in with.
    email text not null unique,
    name text not null,
    job_title text not null,
    -- argon2id in PHC form; null until the person has set one.
    password_hash text,
    -- A leaver keeps their rows (they signed things) but can do nothing.
    disabled_at timestamptz
);

-- A person may belong to several organisations, with several roles in each.
create table membership (
    person_id text not null references person (id),
    organisation_id text not null references organisation (id),
    role text not null,
    -- Null: the whole organisation.
    team_id text references team (id),
    primary key (person_id, organisation_id, role)
);

create table session (
    -- SHA-256 of the cookie's token: a stolen backup opens no session.
    token_hash text primary key,
    person_id text not null references person (id),
    created_at timestamptz not null,
    seen_at timestamptz not null,
    -- When the password was last given: signing asks for it again.
    authenticated_at timestamptz not null,
    user_agent text not null
);
create index session_person on session (person_id);

-- Failed sign-ins by account and by address, so that several servers share the count.
create table throttle (
    -- The attempt is counted before its password is checked, and forgotten when it was right.
    attempt text not null,
    subject text not null,
    failed_at timestamptz not null
);
create index throttle_subject on throttle (subject, failed_at);

create table patient (
    id text primary key,
    organisation_id text not null references organisation (id),
    team_id text not null references team (id),
    -- JSON of domain::patient::PatientRecord, and what lists and searches need of it.
    record text not null,
    version bigint not null,
    family_name text not null,
    given_name text not null,
    created_at timestamptz not null,
    unique (id, organisation_id)
);
create index patient_organisation on patient (organisation_id, family_name, given_name);
create index patient_team on patient (team_id);

-- Every version the record ever had.
create table patient_version (
    patient_id text not null references patient (id),
    version bigint not null,
    record text not null,
    person_id text not null references person (id),
    at timestamptz not null,
    primary key (patient_id, version)
);

-- Who supervises or covers: the relation "own".
create table assignment (
    patient_id text not null references patient (id),
    person_id text not null references person (id),
    role text not null check (role in ('social-supervisor', 'clinical-supervisor', 'line-manager')),
    from_day date not null,
    to_day date,
    primary key (patient_id, person_id, role, from_day)
);
create index assignment_person on assignment (person_id);

-- The supervision record. Rows are only added: a correction names what it corrects.
create table entry (
    id text primary key,
    organisation_id text not null,
    patient_id text not null,
    day date not null,
    matter text not null,
    person_id text not null references person (id),
    at timestamptz not null,
    corrects_id text references entry (id),
    foreign key (patient_id, organisation_id) references patient (id, organisation_id)
);
create index entry_patient on entry (patient_id, day);

create table report (
    id text primary key,
    organisation_id text not null,
    patient_id text not null,
    form_id text not null,
    form_version date not null,
    -- The due date that it answers. Not the next due date, which is always derived.
    due date not null,
    period_from date not null,
    facts_as_at date,
    state text not null,
    author_id text not null references person (id),
    approved_by_id text references person (id),
    reconfirm_part_c boolean not null,
    begun_at timestamptz not null,
    -- A mark on any state: MHCS was told beforehand that this report would be late.
    late_told_on date,
    late_told_how text,
    imported boolean not null,
    foreign key (patient_id, organisation_id) references patient (id, organisation_id)
);
create index report_patient on report (patient_id, due);
create index report_queue on report (organisation_id, state);

create table answer (
    report_id text not null references report (id),
    question text not null,
    -- Empty for a question without rows: part of the key, so never null.
    row_id text not null,
    fields text not null,
    version bigint not null,
    person_id text not null references person (id),
    at timestamptz not null,
    primary key (report_id, question, row_id)
);

create table comment (
    id text primary key,
    report_id text not null references report (id),
    question text not null,
    row_id text not null,
    body text not null,
    person_id text not null references person (id),
    at timestamptz not null
);
create index comment_report on comment (report_id);

-- A signature whose part changed afterwards is voided, never removed.
create table signature (
    id text primary key,
    report_id text not null references report (id),
    capacity text not null,
    person_id text not null references person (id),
    name text not null,
    job_title text not null,
    statements text not null,
    at timestamptz not null,
    voided_at timestamptz
);
create index signature_report on signature (report_id);

create table frozen_report (
    report_id text primary key references report (id),
    json text not null,
    digest text not null,
    at timestamptz not null
);
create index frozen_report_digest on frozen_report (digest);

-- The bytes that were made are the bytes that are downloaded ever after.
create table paper (
    report_id text not null references report (id),
    format text not null check (format in ('pdf', 'html')),
    bytes bytea not null,
    digest text not null,
    at timestamptz not null,
    primary key (report_id, format)
);
create index paper_digest on paper (digest);

create table sending (
    id text primary key,
    report_id text not null references report (id),
    sent_on date not null,
    recipient text not null,
    form_of_sending text not null,
    person_id text not null references person (id),
    at timestamptz not null
);
create index sending_report on sending (report_id);

-- One hash chain for each organisation; 'install' for what belongs to none.
create table audit (
    chain text not null,
    number bigint not null,
    at timestamptz not null,
    person_id text,
    action text not null,
    patient_id text,
    subject text,
    outcome text not null,
    -- Why, where a reason is asked for. Never clinical text.
    reason text,
    address text,
    previous text not null,
    digest text not null,
    primary key (chain, number)
);
create index audit_patient on audit (patient_id, at);

-- The end of each chain: two writers cannot both add number n.
create table audit_head (
    chain text primary key,
    number bigint not null,
    digest text not null
);
