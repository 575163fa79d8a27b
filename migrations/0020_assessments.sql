-- Organisational self-assessments. Figures and words about the service; no patient is named here.

create table assessment (
    id text primary key,
    -- Who opened it. Another organisation takes part only by assessment_share.
    organisation_id text not null references organisation (id),
    framework_id text not null,
    -- It keeps the version of the standards that it began on.
    framework_version date not null,
    -- JSON: the whole organisation, a directorate or a team, and which teams those are.
    scope text not null,
    period_from date not null,
    period_to date not null,
    stage text not null check (stage in ('gathering', 'challenge', 'sign-off', 'signed', 'reviewed')),
    -- The year before, whose ratings stand beside this one's and whose open actions were carried over.
    previous_id text references assessment (id),
    opened_by_id text not null references person (id),
    opened_at timestamptz not null,
    signed_on date
);
create index assessment_organisation on assessment (organisation_id, period_to);
-- Two leads who open next year's at the same moment open one.
create unique index assessment_next on assessment (previous_id);

-- Contributors and the challenger are parts in one assessment, not roles in the organisation.
create table assessment_part (
    assessment_id text not null references assessment (id),
    person_id text not null references person (id),
    part text not null check (part in ('contributor', 'challenger')),
    -- The domain of a contributor; empty for the challenger.
    domain text not null,
    given_by_id text not null references person (id),
    at timestamptz not null,
    primary key (assessment_id, person_id, part, domain)
);
create index assessment_part_person on assessment_part (person_id);

-- The rating as it stands, as typed.
create table assessment_rating (
    assessment_id text not null references assessment (id),
    criterion text not null,
    fields text not null,
    -- JSON: the live figures as they were when this was saved.
    figures text not null,
    version bigint not null,
    person_id text not null references person (id),
    at timestamptz not null,
    primary key (assessment_id, criterion)
);

-- Every rating that ever stood.
create table assessment_rating_version (
    assessment_id text not null references assessment (id),
    criterion text not null,
    version bigint not null,
    fields text not null,
    figures text not null,
    person_id text not null references person (id),
    at timestamptz not null,
    primary key (assessment_id, criterion, version)
);

-- The second view and how disputes were settled. Only added to.
create table assessment_remark (
    id text primary key,
    assessment_id text not null references assessment (id),
    criterion text not null,
    -- The version of the rating that it is about.
    version bigint not null,
    view text not null check (view in ('agree', 'dispute', 'keep', 'change')),
    proposed text,
    reason text not null,
    person_id text not null references person (id),
    at timestamptz not null
);
create index assessment_remark_assessment on assessment_remark (assessment_id);

-- One for each organisation that takes part; voided when it is given back, never removed.
create table assessment_signature (
    id text primary key,
    assessment_id text not null references assessment (id),
    organisation_id text not null references organisation (id),
    person_id text not null references person (id),
    name text not null,
    job_title text not null,
    statements text not null,
    -- Digest of the text that was read.
    mark text not null,
    at timestamptz not null,
    voided_at timestamptz
);
create index assessment_signature_assessment on assessment_signature (assessment_id);

create table frozen_assessment (
    assessment_id text primary key references assessment (id),
    json text not null,
    digest text not null,
    at timestamptz not null
);

-- The bytes that were made when it was signed are the bytes that are downloaded ever after.
create table assessment_paper (
    assessment_id text not null references assessment (id),
    name text not null,
    bytes bytea not null,
    digest text not null,
    at timestamptz not null,
    primary key (assessment_id, name)
);

create table assessment_action (
    id text primary key,
    -- Where it was first planned.
    assessment_id text not null references assessment (id),
    criterion text not null,
    what text not null,
    owner_id text not null references person (id),
    due date not null,
    state text not null check (state in ('open', 'under-way', 'done', 'dropped')),
    added_by_id text not null references person (id),
    at timestamptz not null
);
create index assessment_action_assessment on assessment_action (assessment_id);
create index assessment_action_owner on assessment_action (owner_id);

-- An action that was still open goes over into the next assessment, and stays the same action.
create table assessment_action_carried (
    assessment_id text not null references assessment (id),
    action_id text not null references assessment_action (id),
    -- The criterion in the version of the standards of the later assessment.
    criterion text not null,
    primary key (assessment_id, action_id)
);

create table assessment_action_update (
    id text primary key,
    action_id text not null references assessment_action (id),
    state text not null,
    due date not null,
    note text not null,
    evidence text not null,
    person_id text not null references person (id),
    at timestamptz not null
);
create index assessment_action_update_action on assessment_action_update (action_id);

-- Why it was given back. Only added to.
create table assessment_return (
    id text primary key,
    assessment_id text not null references assessment (id),
    reason text not null,
    person_id text not null references person (id),
    at timestamptz not null
);
create index assessment_return_assessment on assessment_return (assessment_id);

create table assessment_review (
    assessment_id text primary key references assessment (id),
    note text not null,
    person_id text not null references person (id),
    at timestamptz not null
);

-- A council and a trust share one assessment when a lead of each has said yes.
create table assessment_share (
    assessment_id text not null references assessment (id),
    organisation_id text not null references organisation (id),
    state text not null check (state in ('offered', 'agreed', 'declined')),
    offered_by_id text not null references person (id),
    offered_at timestamptz not null,
    answered_by_id text references person (id),
    answered_at timestamptz,
    primary key (assessment_id, organisation_id)
);
create index assessment_share_organisation on assessment_share (organisation_id);
