-- Who has left the staff, and what the school says of itself: its names as the code lists hold them on the day of the
-- decision, and the profile of its records. Each change is an act; the row of the school is what the newest one says.

alter table staff add column left_on date;
alter table school add column province_code text, add column commune_code text, add column facts_on date,
  add column profile text not null default 'moet-2025';

create table school_facts (
  school_id bigint not null references school (school_id),
  seq integer not null,
  valid_on date not null,
  facts jsonb not null,
  reason text not null,
  set_by uuid not null,
  set_at timestamptz not null,
  primary key (school_id, seq)
);

grant select, insert on school_facts to hocba_app;
create trigger refuse_row_change before update or delete on school_facts for each row execute function refuse_change();
create trigger refuse_truncate before truncate on school_facts for each statement execute function refuse_change();
alter table school_facts enable row level security;
create policy of_school on school_facts
  using (school_id = nullif(current_setting('app.school_id', true), '')::bigint)
  with check (school_id = nullif(current_setting('app.school_id', true), '')::bigint);
