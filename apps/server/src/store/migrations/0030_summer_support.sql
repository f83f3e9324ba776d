-- What the teacher plans for a pupil who has not completed the grade, before the further assessment in summer (TT 27/2020
-- Điều 11 khoản 1 điểm b). Acts of a pupil's school year, appended: the newest plan holds.

create table summer_plan (
  school_id bigint not null,
  school_year text not null,
  pupil_id uuid not null,
  seq integer not null,
  content text not null check (content <> ''),
  from_on date not null,
  until_on date not null,
  planned_by uuid not null,
  planned_at timestamptz not null,
  primary key (school_id, school_year, pupil_id, seq),
  foreign key (school_id, school_year) references school_year (school_id, school_year),
  foreign key (school_id, pupil_id) references pupil (school_id, pupil_id),
  check (from_on <= until_on)
);

grant select, insert on summer_plan to hocba_app;
create trigger refuse_row_change before update or delete on summer_plan for each row execute function refuse_change();
create trigger refuse_truncate before truncate on summer_plan for each statement execute function refuse_change();
alter table summer_plan enable row level security;
create policy of_school on summer_plan
  using (school_id = nullif(current_setting('app.school_id', true), '')::bigint)
  with check (school_id = nullif(current_setting('app.school_id', true), '')::bigint);
