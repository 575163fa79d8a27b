-- Whatever is read again is looked for by its digest in the audit, which knows it since it was kept.
create index audit_kept on audit (subject) where action = 'keep-file';
-- And the other way round.
create index frozen_assessment_digest on frozen_assessment (digest);
create index assessment_paper_digest on assessment_paper (digest);
-- What was kept before that has no row in the audit, and its chains cannot be written anew: its digests as
-- they were at this moment. Nothing is added to them afterwards.
create table kept_before (digest text primary key);
insert into kept_before
    select digest from frozen_report union select digest from paper union select digest from other_paper_made
    union select digest from frozen_assessment union select digest from assessment_paper;
