-- Periods of a class that are closed and opened again, locks of a school year, tests taken again, and the cells of the
-- assessment that is held in summer (`BS`, đánh giá bổ sung). All of them acts: appended, never changed.

create table period_act (
  school_id bigint not null,
  class_id uuid not null,
  period text not null check (period in ('GHK1', 'CHK1', 'GHK2', 'CN', 'BS')),
  seq integer not null,
  act text not null check (act in ('close', 'reopen')),
  -- Why it was opened again, or closed although cells lack.
  reason text,
  acted_by uuid not null,
  acted_at timestamptz not null,
  primary key (school_id, class_id, period, seq),
  foreign key (school_id, class_id) references class (school_id, class_id),
  check (act = 'close' or reason is not null)
);

-- A test taken again (TT 27/2020 Điều 7 khoản 1 điểm d): why and when; its mark is the cell of the same attempt.
create table retest (
  school_id bigint not null,
  class_id uuid not null,
  pupil_id uuid not null,
  period text not null check (period in ('CHK1', 'CN')),
  item text not null,
  attempt smallint not null check (attempt between 2 and 9),
  taken_on date not null,
  reason text not null,
  recorded_by uuid not null,
  recorded_at timestamptz not null,
  primary key (school_id, class_id, pupil_id, period, item, attempt),
  foreign key (school_id, class_id, pupil_id) references enrolment (school_id, class_id, pupil_id)
);

alter table cell drop constraint cell_period_check;
alter table cell add constraint cell_period_check check (period in ('GHK1', 'CHK1', 'GHK2', 'CN', 'BS'));

do $$
declare
  name text;
begin
  foreach name in array array['period_act', 'retest'] loop
    execute format('grant select, insert on %I to hocba_app', name);
    execute format('create trigger refuse_row_change before update or delete on %I for each row execute function refuse_change()', name);
    execute format('create trigger refuse_truncate before truncate on %I for each statement execute function refuse_change()', name);
    execute format('alter table %I enable row level security', name);
    execute format($policy$create policy of_school on %I
      using (school_id = nullif(current_setting('app.school_id', true), '')::bigint)
      with check (school_id = nullif(current_setting('app.school_id', true), '')::bigint)$policy$, name);
  end loop;
end $$;

-- The record holds the end of the year with what the summer has changed: both stand still under it.
create or replace function refuse_frozen_cell() returns trigger language plpgsql as $$
begin
  if new.period in ('CN', 'BS') and exists (
    select 1 from record r
    where r.school_id = new.school_id and r.class_id = new.class_id and r.pupil_id = new.pupil_id
      and not exists (select 1 from record_act a where a.school_id = r.school_id and a.record_id = r.record_id
                      and a.act in ('thaw', 'return'))
  ) then
    raise exception 'frozen: the pupil''s year has a record' using errcode = '42501';
  end if;
  return new;
end $$;

-- A closed period is shut by the database too (the use case refuses first).
create function refuse_closed_cell() returns trigger language plpgsql as $$
begin
  if (select a.act from period_act a
      where a.school_id = new.school_id and a.class_id = new.class_id and a.period = new.period
      order by a.seq desc limit 1) = 'close' then
    raise exception 'closed: the period of the class is closed' using errcode = '42501';
  end if;
  return new;
end $$;
create trigger refuse_closed before insert or update on cell for each row execute function refuse_closed_cell();
