-- The few reports that went out exceptionally and wait for a review or for Part C: lists of many patients
-- look them up and read no others.
create index report_owing on report (organisation_id) where owes_review or owes_part_c;
