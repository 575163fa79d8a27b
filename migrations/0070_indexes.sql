-- What is read most is one patient's rows of one organisation: an index that begins with both is chosen
-- over one of the organisation alone, however little a database knows of its own figures.
drop index entry_patient;
create index entry_patient on entry (patient_id, organisation_id, day);
drop index report_patient;
create index report_patient on report (patient_id, organisation_id, due);

-- An entry's text begins {"entry":"KIND": six characters of the kind tell them apart. Lists of many
-- patients look up the few entries of a kind and read no others.
create index entry_kind on entry (patient_id, organisation_id, substr(matter, 11, 6), day);

-- One index for what corrects an entry, not two; and none that most entries, which correct nothing, share.
drop index entry_corrects;
drop index entry_corrected_once;
create unique index entry_corrected_once on entry (corrects_id) where corrects_id is not null;
