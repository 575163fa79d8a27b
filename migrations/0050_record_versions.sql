-- Why a version of a patient's record was made. Null for the first version, and for those that an
-- import or an earlier release made.
alter table patient_version add column part text;
-- 'changed' (the fact changed on changed_on), 'wrong' (it was recorded wrongly) or 'missing'.
alter table patient_version add column why text;
alter table patient_version add column changed_on date;
-- What was wrong, in the words of who corrected it.
alter table patient_version add column note text;
