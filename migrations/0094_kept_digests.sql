-- Whatever is read again is looked for by its digest in the audit, which knows it since it was kept.
create index audit_kept on audit (subject) where action = 'keep-file';
-- And the other way round.
create index frozen_assessment_digest on frozen_assessment (digest);
create index assessment_paper_digest on assessment_paper (digest);
