-- School years with their locks, and how pupils come, go and move up. A pupil's statuses and transfers are appended;
-- where a pupil stands today is derived from them. A roll-over marks what it made, so that its undoing takes away that
-- and nothing else; a foreign key keeps every enrolment that already carries a cell, a decision or a record.

alter table school_year
  add column main_lock_on date,
  add column supplementary_lock_on date;

create table roll_over (
  school_id bigint not null,
  roll_over_id uuid not null,
  from_year text not null,
  to_year text not null,
  -- digest of the plan that was shown and applied: the same plan again is the same act
  plan_digest text not null,
  outcome jsonb not null,
  applied_by uuid not null,
  applied_at timestamptz not null,
  undone_by uuid,
  undone_at timestamptz,
  primary key (school_id, roll_over_id),
  foreign key (school_id, from_year) references school_year (school_id, school_year),
  foreign key (school_id, to_year) references school_year (school_id, school_year)
);

alter table class add column roll_over_id uuid;
alter table enrolment
  add column roll_over_id uuid,
  add column left_as text check (left_as in ('class-changed', 'transferred', 'dropped-out', 'deceased'));
create index enrolment_of_pupil on enrolment (school_id, pupil_id);

create table pupil_status (
  school_id bigint not null,
  pupil_id uuid not null,
  status_id uuid not null,
  status text not null check (status in ('studying', 'arrived', 'repeating', 'suspended', 'returned', 'transferred',
    'dropped-out', 'completed-primary', 'deceased')),
  since date not null,
  class_id uuid,
  reason text,
  roll_over_id uuid,
  set_by uuid not null,
  set_at timestamptz not null,
  primary key (school_id, pupil_id, status_id),
  foreign key (school_id, pupil_id) references pupil (school_id, pupil_id)
);

-- `results`: of a pupil who leaves the confirmation to that date, of one who comes what was brought along.
create table transfer (
  school_id bigint not null,
  transfer_id uuid not null,
  pupil_id uuid not null,
  class_id uuid not null,
  direction text not null check (direction in ('out', 'in', 'class')),
  on_date date not null,
  other_school_code text,
  other_school_name text,
  other_class_id uuid,
  reason text not null,
  results jsonb not null,
  recorded_by uuid not null,
  recorded_at timestamptz not null,
  primary key (school_id, transfer_id),
  foreign key (school_id, class_id, pupil_id) references enrolment (school_id, class_id, pupil_id)
);

-- Between two schools, so no school's table: a pupil who has left, for the school that receives to find. Taken once.
create table transfer_offer (
  transfer_id uuid primary key,
  pupil_code text not null,
  personal_id text,
  from_school_id bigint not null,
  to_school_code text,
  offered_at timestamptz not null,
  taken_by bigint,
  taken_at timestamptz
);
create index transfer_offer_by_code on transfer_offer (pupil_code);
create index transfer_offer_by_personal_id on transfer_offer (personal_id);

-- Years at other schools (Quá trình học tập), as their papers or the school that sent the pupil state them.
create table study_year (
  school_id bigint not null,
  pupil_id uuid not null,
  school_year text not null check (school_year ~ '^[0-9]{4}-[0-9]{4}$'),
  school_name text not null,
  class_name text not null,
  grade smallint not null check (grade between 1 and 5),
  arrived_on date not null,
  result text check (result in ('HTXS', 'HTT', 'HT', 'CHT')),
  promoted boolean,
  primary key (school_id, pupil_id, school_year, school_name),
  foreign key (school_id, pupil_id) references pupil (school_id, pupil_id)
);

do $$
declare
  name text;
  append_only text[] := array['pupil_status', 'transfer', 'study_year'];
  by_school text[] := array['roll_over', 'pupil_status', 'transfer', 'study_year'];
begin
  foreach name in array append_only loop
    execute format('grant select, insert on %I to hocba_app', name);
    execute format('create trigger refuse_row_change before update or delete on %I for each row execute function refuse_change()', name);
    execute format('create trigger refuse_truncate before truncate on %I for each statement execute function refuse_change()', name);
  end loop;
  grant select, insert on roll_over, transfer_offer to hocba_app;
  grant update (undone_by, undone_at) on roll_over to hocba_app;
  grant update (taken_by, taken_at) on transfer_offer to hocba_app;
  -- For the undoing of a roll-over only; what anything hangs on is kept by its foreign key.
  grant delete on enrolment, class, class_counter to hocba_app;
  foreach name in array by_school loop
    execute format('alter table %I enable row level security', name);
    execute format($policy$create policy of_school on %I
      using (school_id = nullif(current_setting('app.school_id', true), '')::bigint)
      with check (school_id = nullif(current_setting('app.school_id', true), '')::bigint)$policy$, name);
  end loop;
end $$;
