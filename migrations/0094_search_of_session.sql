-- The name that was last looked for: posted once, then shown at an address without it, so that no browser
-- keeps it with its history. Forgotten when the session ends.
alter table session add column sought text;
