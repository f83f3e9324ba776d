-- The record, of this or any other software, by which a pupil was taken over: its bytes as they came, and what verification
-- said of them that day. What was taken from it stands in the pupil's cells with the transfer as their source.
create table transfer_file (
  school_id bigint not null,
  transfer_id uuid not null,
  file_name text not null,
  bytes bytea not null check (length(bytes) between 1 and 700000),
  -- Whether it verified in full; the sentence is what the office read.
  verified boolean not null,
  sentence text not null check (sentence <> ''),
  judged_at timestamptz not null,
  primary key (school_id, transfer_id),
  foreign key (school_id, transfer_id) references transfer (school_id, transfer_id)
);

grant select, insert on transfer_file to hocba_app;
create trigger refuse_row_change before update or delete on transfer_file for each row execute function refuse_change();
create trigger refuse_truncate before truncate on transfer_file for each statement execute function refuse_change();
alter table transfer_file enable row level security;
create policy of_school on transfer_file
  using (school_id = nullif(current_setting('app.school_id', true), '')::bigint)
  with check (school_id = nullif(current_setting('app.school_id', true), '')::bigint);
