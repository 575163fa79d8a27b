-- Search of the audit, one patient for one reference, and the end of a record's life.

-- The audit of an organisation is read newest first, all of it, one person's, or one kind of act.
-- (One patient's stands in audit_patient already.)
create index audit_at on audit (chain, at, number);
create index audit_person on audit (chain, person_id, at, number);
create index audit_action on audit (chain, action, at, number);
-- Refusals are few and looked for often.
create index audit_refused on audit (chain, at, number) where outcome = 'refused';

-- MHCS's reference outside the record's JSON, so that two imports at once cannot both add the patient.
-- Filled from the record when the database is opened, because the two databases read JSON differently.
alter table patient add column mhcs_reference text;
create unique index patient_reference on patient (organisation_id, mhcs_reference);

-- How long records are kept after they end; without a row, the product's defaults (unverified).
create table retention (
    organisation_id text primary key references organisation (id),
    years_after_end bigint not null check (years_after_end between 1 and 100),
    years_after_death bigint not null check (years_after_death between 1 and 100)
);

-- The end of supervision, from which the time of keeping counts.
create table closure (
    patient_id text primary key,
    organisation_id text not null,
    closed_on date not null,
    why text not null check (why in ('ended', 'died')),
    person_id text not null references person (id),
    at timestamptz not null,
    foreign key (patient_id, organisation_id) references patient (id, organisation_id)
);

-- A hold keeps a record from destruction: an inquest, a claim, an inquiry.
create table legal_hold (
    id text primary key,
    organisation_id text not null,
    patient_id text not null,
    reason text not null,
    person_id text not null references person (id),
    at timestamptz not null,
    lifted_at timestamptz,
    lifted_by_id text references person (id),
    foreign key (patient_id, organisation_id) references patient (id, organisation_id)
);
create index legal_hold_patient on legal_hold (patient_id);

-- Destruction: one person proposes, another confirms. The row outlives the patient's rows: it is the
-- certificate, and so it refers to no patient that must still be there.
create table destruction (
    id text primary key,
    organisation_id text not null references organisation (id),
    patient_id text not null,
    reference text not null,
    reason text not null,
    proposed_by_id text not null references person (id),
    proposed_at timestamptz not null,
    withdrawn_at timestamptz,
    confirmed_by_id text references person (id),
    confirmed_at timestamptz,
    finished_at timestamptz,
    -- JSON: what was destroyed, how many rows of each kind, on what ground, by whom.
    certificate text,
    digest text,
    check (confirmed_by_id is null or confirmed_by_id <> proposed_by_id),
    check ((confirmed_by_id is null) = (confirmed_at is null)),
    check (finished_at is null or (confirmed_at is not null and certificate is not null))
);
create index destruction_organisation on destruction (organisation_id, proposed_at);
