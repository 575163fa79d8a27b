-- What an organisation keeps to be sure of its own work. Rows are editions: a later one names the one
-- that it replaces, and the earlier one stays.

-- Induction and training, one row for each thing completed. A wrong row is withdrawn, never changed.
create table training (
    id text primary key,
    organisation_id text not null references organisation (id),
    person_id text not null references person (id),
    kind text not null,
    done_on date not null,
    -- The last day on which it counts; null when it does not run out.
    expires_on date,
    note text not null,
    by_id text not null references person (id),
    at timestamptz not null,
    withdrawn_at timestamptz
);
create index training_person on training (organisation_id, person_id);

-- That practice supervision took place and what it was about: never a case, never what was said.
create table practice_supervision (
    id text primary key,
    organisation_id text not null references organisation (id),
    person_id text not null references person (id),
    held_on date not null,
    -- JSON: names of themes.
    themes text not null,
    next_on date,
    by_id text not null references person (id),
    at timestamptz not null,
    withdrawn_at timestamptz
);
create index practice_supervision_person on practice_supervision (organisation_id, person_id, held_on);

-- A patient allocated although the gate warned: why, and what was missing.
create table allocation_override (
    id text primary key,
    organisation_id text not null references organisation (id),
    patient_id text not null references patient (id),
    person_id text not null references person (id),
    -- JSON: what was missing, in words.
    missing text not null,
    reason text not null,
    by_id text not null references person (id),
    at timestamptz not null
);
create index allocation_override_person on allocation_override (organisation_id, person_id);

-- Local policies and procedures.
create table policy (
    id text primary key,
    organisation_id text not null references organisation (id),
    title text not null,
    edition text not null,
    owner text not null,
    approved_on date not null,
    review_on date not null,
    -- Where it is kept: a link or a place.
    kept_at text not null,
    -- JSON: ids of the criteria that it supports.
    criteria text not null,
    -- Whether staff say that they have read it.
    to_be_read boolean not null,
    -- Two people cannot both replace one edition.
    replaces_id text unique references policy (id),
    by_id text not null references person (id),
    at timestamptz not null,
    retired_at timestamptz
);
create index policy_organisation on policy (organisation_id);

-- Each member of staff for themselves, of one edition.
create table policy_reading (
    policy_id text not null references policy (id),
    person_id text not null references person (id),
    at timestamptz not null,
    primary key (policy_id, person_id)
);

-- What was learnt from an incident, a report of others, an audit, MHCS, patients or carers.
create table lesson (
    id text primary key,
    organisation_id text not null references organisation (id),
    kind text not null,
    title text not null,
    source text not null,
    dated date not null,
    learnt text not null,
    changes text not null,
    owner text not null,
    link text not null,
    -- JSON: ids of criteria, and of actions of the organisation's action plan.
    criteria text not null,
    actions text not null,
    -- The local document that patients or carers took part in writing.
    policy_id text references policy (id),
    replaces_id text unique references lesson (id),
    by_id text not null references person (id),
    at timestamptz not null,
    retired_at timestamptz
);
create index lesson_organisation on lesson (organisation_id, dated);

-- An organisation's own links and contacts beside the guidance.
create table guidance_link (
    id text primary key,
    organisation_id text not null references organisation (id),
    topic text not null,
    words text not null,
    -- A link, or empty where the words are a contact.
    link text not null,
    by_id text not null references person (id),
    at timestamptz not null,
    removed_at timestamptz
);
create index guidance_link_topic on guidance_link (organisation_id, topic);

-- Figures are counted for an organisation and a period.
create index entry_organisation on entry (organisation_id, day);
-- When reports were returned stands in the audit alone.
create index audit_returned on audit (chain, at) where action = 'return';
-- Whether an entry still stands.
create index entry_corrects on entry (corrects_id) where corrects_id is not null;
