-- The files of every paper about a patient stand in one place, so that each of them can be had in every
-- format and is known to whoever checks a file. What was made keeps the content that it was made from.
insert into paper (owner_id, organisation_id, patient_id, kind, format, bytes, digest, source_digest, at)
select m.paper_id, p.organisation_id, p.patient_id, 'full', 'pdf', m.pdf, m.pdf_digest, m.digest, m.at
from other_paper_made m join other_paper p on p.id = m.paper_id;
insert into paper (owner_id, organisation_id, patient_id, kind, format, bytes, digest, source_digest, at)
select m.paper_id, p.organisation_id, p.patient_id, 'full', 'html', m.html, m.html_digest, m.digest, m.at
from other_paper_made m join other_paper p on p.id = m.paper_id;
alter table other_paper_made drop column pdf;
alter table other_paper_made drop column pdf_digest;
alter table other_paper_made drop column html;
alter table other_paper_made drop column html_digest;
