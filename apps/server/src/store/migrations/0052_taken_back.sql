-- Records that a fire took and that were taken back out of a family's own file: what was signed is proven by the log, and who froze and sealed it and when is not told by it.
create table taken_back (
  school_id bigint not null,
  record_id uuid not null,
  taken_at timestamptz not null,
  primary key (school_id, record_id),
  foreign key (school_id, record_id) references issued_record (school_id, record_id)
);

grant select, insert on taken_back to hocba_app;
create trigger refuse_row_change before update or delete on taken_back for each row execute function refuse_change();
create trigger refuse_truncate before truncate on taken_back for each statement execute function refuse_change();
alter table taken_back enable row level security;
create policy of_school on taken_back
  using (school_id = nullif(current_setting('app.school_id', true), '')::bigint)
  with check (school_id = nullif(current_setting('app.school_id', true), '')::bigint);
-- By it an audit says of such a record what it does not know, instead of naming somebody: so nobody puts one in unseen.
create constraint trigger note_row after insert or update or delete on taken_back deferrable initially deferred for each row execute function note_row('record_id');
