-- Class tables as documents: where a profile has no slot for subject teachers, they sign the class's table. It is signed,
-- issued and recalled by the same rows as a record; it has no pupil, and the records that stand on it name it.

alter table record alter column pupil_id drop not null;
alter table record add column table_id uuid;
alter table record add foreign key (school_id, class_id) references class (school_id, class_id);
alter table record add foreign key (school_id, table_id) references record (school_id, record_id);
alter table record add constraint table_has_no_pupil
  check ((profile = 'bang-lop-1') = (pupil_id is null) and (pupil_id is not null or table_id is null and replaces is null));
create index record_of_table on record (school_id, table_id);
