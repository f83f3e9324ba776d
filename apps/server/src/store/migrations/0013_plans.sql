-- How single pupils are assessed (kế hoạch giáo dục cá nhân, TT 27/2020 Điều 8), and what the school decides about
-- electives. Acts, appended: a plan holds once the principal has confirmed it. It says something of a child's health, so
-- it stands in a table of its own that only the use cases of plans and of assessment read.

create table education_plan (
  school_id bigint not null,
  class_id uuid not null,
  pupil_id uuid not null,
  seq integer not null,
  act text not null check (act in ('set', 'confirm', 'withdraw')),
  kind text check (kind in ('adjusted', 'individual', 'special-class')),
  subjects text[] not null default '{}',
  tests text[] not null default '{}',
  traits text[] not null default '{}',
  acted_by uuid not null,
  acted_at timestamptz not null,
  primary key (school_id, class_id, pupil_id, seq),
  foreign key (school_id, class_id, pupil_id) references enrolment (school_id, class_id, pupil_id),
  check ((act = 'set') = (kind is not null))
);

create table assessment_setting (
  school_id bigint not null references school (school_id),
  seq integer not null,
  electives_lower boolean not null,
  set_by uuid not null,
  set_at timestamptz not null,
  primary key (school_id, seq)
);

do $$
declare
  name text;
begin
  foreach name in array array['education_plan', 'assessment_setting'] loop
    execute format('grant select, insert on %I to hocba_app', name);
    execute format('create trigger refuse_row_change before update or delete on %I for each row execute function refuse_change()', name);
    execute format('create trigger refuse_truncate before truncate on %I for each statement execute function refuse_change()', name);
    execute format('alter table %I enable row level security', name);
    execute format($policy$create policy of_school on %I
      using (school_id = nullif(current_setting('app.school_id', true), '')::bigint)
      with check (school_id = nullif(current_setting('app.school_id', true), '')::bigint)$policy$, name);
  end loop;
end $$;
