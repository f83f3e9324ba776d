-- Locks of a school year that the principal moved after the year was opened (QĐ 1789/QĐ-SGDĐT Điều 21: the main lock, and
-- the one after the summer's further assessment). Acts, appended: the newest one holds, without any the year's own days.

create table year_lock_act (
  school_id bigint not null,
  school_year text not null,
  seq integer not null,
  main_lock_on date not null,
  supplementary_lock_on date not null,
  reason text not null check (reason <> ''),
  acted_by uuid not null,
  acted_at timestamptz not null,
  primary key (school_id, school_year, seq),
  foreign key (school_id, school_year) references school_year (school_id, school_year),
  check (main_lock_on <= supplementary_lock_on)
);

grant select, insert on year_lock_act to hocba_app;
create trigger refuse_row_change before update or delete on year_lock_act for each row execute function refuse_change();
create trigger refuse_truncate before truncate on year_lock_act for each statement execute function refuse_change();
alter table year_lock_act enable row level security;
create policy of_school on year_lock_act
  using (school_id = nullif(current_setting('app.school_id', true), '')::bigint)
  with check (school_id = nullif(current_setting('app.school_id', true), '')::bigint);
