-- The quarter: corrections of the supervision record, the organisation's protocol for notifiable
-- events, and papers that are no progress report (notification, late notice, handover and so on).

-- An entry is corrected once: a second correction must correct the first one, so that no two stand.
create unique index entry_corrected_once on entry (corrects_id);

-- A manager looked at an event after it was logged. Nothing waits for it.
create table event_review (
    id text primary key,
    organisation_id text not null,
    patient_id text not null,
    -- The first of the event's chain of corrections.
    entry_id text not null references entry (id),
    words text not null,
    person_id text not null references person (id),
    at timestamptz not null,
    foreign key (patient_id, organisation_id) references patient (id, organisation_id)
);
create index event_review_entry on event_review (patient_id, entry_id);

-- What the organisation says of a notifiable event. The newest row of an event is what holds.
create table protocol_row (
    id text primary key,
    organisation_id text not null references organisation (id),
    event text not null,
    urgency text not null,
    who text not null,
    -- What to do here, in the organisation's words.
    words text not null,
    confirmed_on date not null,
    person_id text not null references person (id),
    at timestamptz not null
);
create index protocol_row_event on protocol_row (organisation_id, event, id);

-- Whom to ring. The newest row of a place is what holds; never seeded with numbers.
create table urgent_contact (
    id text primary key,
    organisation_id text not null references organisation (id),
    place text not null,
    telephone text not null,
    email text not null,
    hours text not null,
    checked_on date not null,
    person_id text not null references person (id),
    at timestamptz not null
);
create index urgent_contact_place on urgent_contact (organisation_id, place, id);

-- A paper about a patient that is no progress report.
create table other_paper (
    id text primary key,
    organisation_id text not null,
    patient_id text not null,
    form_id text not null,
    form_version date not null,
    -- What it is about: an event's first entry, or a due date; empty for the patient as a whole.
    about text not null,
    person_id text not null references person (id),
    at timestamptz not null,
    foreign key (patient_id, organisation_id) references patient (id, organisation_id)
);
create index other_paper_patient on other_paper (patient_id, at);

-- Every saved version of a draft. A save adds the version after the one it saw, so that two savers of
-- the same version meet at the key and neither text is lost.
create table other_paper_draft (
    paper_id text not null references other_paper (id),
    version bigint not null,
    answers text not null,
    person_id text not null references person (id),
    at timestamptz not null,
    primary key (paper_id, version)
);

-- A paper as it was made: its content and its bytes are what is downloaded ever after.
create table other_paper_made (
    paper_id text primary key references other_paper (id),
    json text not null,
    digest text not null,
    pdf bytea not null,
    pdf_digest text not null,
    html bytea not null,
    html_digest text not null,
    person_id text not null references person (id),
    at timestamptz not null
);
create index other_paper_made_digest on other_paper_made (digest);

-- When, to whom and how a paper was sent or given, and replies to it.
create table other_paper_given (
    id text primary key,
    paper_id text not null references other_paper (id),
    given_on date not null,
    recipient text not null,
    how text not null,
    reply text not null,
    person_id text not null references person (id),
    at timestamptz not null
);
create index other_paper_given_paper on other_paper_given (paper_id);

-- MHCS was told beforehand that the report due on that day will be late, also when none was begun.
create table late_notice (
    id text primary key,
    organisation_id text not null,
    patient_id text not null,
    due date not null,
    told_on date not null,
    how text not null,
    person_id text not null references person (id),
    at timestamptz not null,
    foreign key (patient_id, organisation_id) references patient (id, organisation_id)
);
create index late_notice_due on late_notice (patient_id, due);
