-- Acceptance and hand-over at the end of a year (TT 27/2020 Điều 12), and the record book that goes to its pupil
-- (Điều 10). Minutes are data: what was handed over stands as it was on that day, with the act of who gave and the act
-- of who took; neither is changed afterwards.

create table hand_over (
  school_id bigint not null,
  hand_over_id uuid not null,
  class_id uuid not null,
  -- class: pupils of grades 1 to 4, to their next teacher; primary: who has completed primary, to the school
  kind text not null check (kind in ('class', 'primary')),
  receiver_staff_id uuid,
  on_date date not null,
  strengths text not null,
  weaknesses text not null,
  files text not null,
  present text not null,
  pupils jsonb not null,
  given_by uuid not null,
  given_at timestamptz not null,
  primary key (school_id, hand_over_id),
  check ((kind = 'class') = (receiver_staff_id is not null)),
  foreign key (school_id, class_id) references class (school_id, class_id),
  foreign key (school_id, receiver_staff_id) references staff (school_id, staff_id)
);
create index hand_over_by_class on hand_over (school_id, class_id);

create table hand_over_answer (
  school_id bigint not null,
  hand_over_id uuid not null,
  accepted boolean not null,
  remarks text not null,
  answered_by uuid not null,
  answered_at timestamptz not null,
  primary key (school_id, hand_over_id),
  foreign key (school_id, hand_over_id) references hand_over (school_id, hand_over_id)
);

create table book_handing (
  school_id bigint not null,
  handing_id uuid not null,
  pupil_id uuid not null,
  occasion text not null check (occasion in ('completed', 'transferred')),
  to_name text not null,
  relation text not null,
  on_date date not null,
  recorded_by uuid not null,
  recorded_at timestamptz not null,
  primary key (school_id, handing_id),
  foreign key (school_id, pupil_id) references pupil (school_id, pupil_id)
);

do $$
declare
  name text;
begin
  foreach name in array array['hand_over', 'hand_over_answer', 'book_handing'] loop
    execute format('grant select, insert on %I to hocba_app', name);
    execute format('create trigger refuse_row_change before update or delete on %I for each row execute function refuse_change()', name);
    execute format('create trigger refuse_truncate before truncate on %I for each statement execute function refuse_change()', name);
    execute format('alter table %I enable row level security', name);
    execute format($policy$create policy of_school on %I
      using (school_id = nullif(current_setting('app.school_id', true), '')::bigint)
      with check (school_id = nullif(current_setting('app.school_id', true), '')::bigint)$policy$, name);
  end loop;
end $$;
