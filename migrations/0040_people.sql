-- People and places, ways of signing in, and who may open a record besides its own team.

-- The organisation that made the account, and the only one whose administrators may give it a new
-- password, remove its second factor or vouch for it by single sign-on. Without it an administrator of
-- a second organisation could take the account over, and with it what it may open in the first.
alter table person add column home_organisation_id text references organisation (id);
update person set home_organisation_id = (select min(organisation_id) from membership where person_id = person.id)
where (select count(distinct organisation_id) from membership where person_id = person.id) = 1;

-- A link that makes an account, joins one to an organisation, or gives it a new password: used once.
create table invitation (
    id text primary key,
    -- SHA-256 of the link's token: a stolen backup opens nothing.
    token_hash text not null unique,
    organisation_id text not null references organisation (id),
    kind text not null check (kind in ('join', 'password')),
    email text not null,
    name text not null,
    job_title text not null,
    -- JSON: roles with their teams.
    roles text not null,
    -- Whether a new password comes with the removal of the second factor.
    removes_second_factor boolean not null,
    invited_by text not null references person (id),
    at timestamptz not null,
    expires_at timestamptz not null,
    -- Used or cancelled: either way it opens nothing any more.
    closed_at timestamptz
);
create index invitation_organisation on invitation (organisation_id, at);

-- How a session was begun, what it still lacks, and by which two clocks it ends: the strictest of the
-- person's organisations when it began.
alter table session add column method text not null default 'password';
alter table session add column lacks_second_factor boolean not null default false;
alter table session add column idle_minutes bigint not null default 30;
alter table session add column most_minutes bigint not null default 720;
alter table session add column address text not null default '';
-- An ended session opens nothing; it is kept for a day to know whose text a late form holds.
alter table session add column ended_at timestamptz;

create table second_factor (
    person_id text primary key references person (id),
    secret text not null,
    -- Null until a first code has shown that the person has it.
    confirmed_at timestamptz,
    -- The last time step whose code was used: a code opens once.
    last_step bigint not null
);

create table recovery_code (
    person_id text not null references person (id),
    code_hash text not null,
    used_at timestamptz,
    primary key (person_id, code_hash)
);

-- A password that was right, waiting for its code.
create table sign_in_step (
    token_hash text primary key,
    person_id text not null references person (id),
    expires_at timestamptz not null
);

-- Who somebody is at an identity provider.
create table identity (
    issuer text not null,
    subject text not null,
    person_id text not null references person (id),
    at timestamptz not null,
    primary key (issuer, subject)
);

-- Cover for an absence: its assignments name it and end with it.
create table cover (
    id text primary key,
    organisation_id text not null references organisation (id),
    person_id text not null references person (id),
    covered_by text not null references person (id),
    from_day date not null,
    to_day date not null,
    arranged_by text not null references person (id),
    at timestamptz not null,
    ended_at timestamptz
);
create index cover_organisation on cover (organisation_id, to_day);
alter table assignment add column cover_id text references cover (id);

-- Somebody of another organisation who works with one patient, in one role, for a time.
create table joint_working (
    id text primary key,
    organisation_id text not null,
    patient_id text not null,
    person_id text not null references person (id),
    role text not null check (role in ('social-supervisor', 'clinical-supervisor')),
    from_day date not null,
    to_day date not null,
    reason text not null,
    granted_by text not null references person (id),
    at timestamptz not null,
    ended_at timestamptz,
    foreign key (patient_id, organisation_id) references patient (id, organisation_id)
);
create index joint_working_person on joint_working (person_id, patient_id);

-- A restricted record opens for the people it names and, in an emergency, for who breaks the glass.
alter table patient add column restricted_at timestamptz;
create table restricted_to (
    patient_id text not null references patient (id),
    person_id text not null references person (id),
    named_by text not null references person (id),
    at timestamptz not null,
    primary key (patient_id, person_id)
);

create table break_glass (
    id text primary key,
    organisation_id text not null,
    patient_id text not null,
    person_id text not null references person (id),
    reason text not null,
    at timestamptz not null,
    until_at timestamptz not null,
    foreign key (patient_id, organisation_id) references patient (id, organisation_id)
);
create index break_glass_person on break_glass (person_id, patient_id);
