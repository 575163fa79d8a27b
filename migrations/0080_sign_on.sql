-- Single sign-on: an organisation's identity provider, who somebody is there, and ways in that are under way.

-- Set by the operator on the command line only: no administrator of one organisation can point the server
-- at an address, or name a provider that vouches for another organisation's people.
create table identity_provider (
    organisation_id text primary key references organisation (id),
    issuer text not null,
    client_id text not null,
    -- Sealed, bound to the organisation.
    client_secret text not null,
    -- What people call an account there.
    name text not null,
    set_at timestamptz not null
);

-- Who somebody is at an organisation's provider. Made anew: nothing wrote to the table that stood here. One
-- provider may serve several organisations; each vouches for its own people only, so the organisation
-- belongs to the key.
drop table identity;
create table identity (
    organisation_id text not null references organisation (id),
    issuer text not null,
    subject text not null,
    person_id text not null references person (id),
    linked_at timestamptz not null,
    primary key (organisation_id, issuer, subject)
);
-- A person has one account at an organisation's provider.
create unique index identity_person on identity (person_id, organisation_id);

-- A session that a provider opened reaches that organisation only.
alter table session add column provider_of text references organisation (id);
-- What the provider calls its own session, so that it can end ours with it.
alter table session add column provider_sid text;
-- Sealed; kept while the session lasts, because signing out at the provider takes it.
alter table session add column id_token text;
create index session_provider on session (provider_of, person_id);

-- Somebody was sent to a provider and is awaited: once, in the same browser, for ten minutes.
create table sign_on_attempt (
    -- SHA-256 of the state: what a stolen backup holds finishes no sign-in.
    state_hash text primary key,
    -- SHA-256 of the browser's cookie.
    browser_hash text not null,
    organisation_id text not null references organisation (id),
    issuer text not null,
    purpose text not null check (purpose in ('sign-in', 'invitation', 'connect', 'confirm')),
    -- Where to go, which invitation, or which session: by purpose.
    about text not null,
    nonce text not null,
    -- Sealed: with the code it would make a token.
    verifier text not null,
    -- The attempt that it counts as until somebody comes back.
    throttle text not null,
    begun_at timestamptz not null,
    expires_at timestamptz not null
);

-- Logout tokens that were heeded, until they would be too old: one is heeded once.
create table logout_token (
    organisation_id text not null references organisation (id),
    token_hash text not null,
    expires_at timestamptz not null,
    primary key (organisation_id, token_hash)
);
