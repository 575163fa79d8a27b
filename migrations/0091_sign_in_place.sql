-- Where each account was last signed in to: who guesses at its password elsewhere does not keep its owner
-- out from there. Rows older than thirty days are forgotten.
create table sign_in_place (
    person_id text not null references person (id),
    -- What the throttle counts as one place: an IPv4 address, or an IPv6 network of 64 bits.
    place text not null,
    at timestamptz not null,
    primary key (person_id, place)
);
create index sign_in_place_at on sign_in_place (at);
