-- The locks of a school year are held by the database too (the use cases refuse first): whatever makes up a pupil's year
-- stands still after them, whoever writes. The day counted is the later one of what the row says of itself and of the
-- database's own clock, so that a row dated back slips past neither.

create function today_in_vietnam() returns date language sql stable as $$
  select (now() at time zone 'Asia/Ho_Chi_Minh')::date
$$;

-- Last day of entry: the principal's newest act, else the day the year was opened with, else the usual one (the rule set's,
-- which `roster/year-locks.ts` reads; a test holds the two together).
create function last_day_of_entry(in_school bigint, of_year text, summer boolean) returns date language plpgsql stable as $$
begin
  return coalesce(
    (select case when summer then a.supplementary_lock_on else a.main_lock_on end from year_lock_act a
     where a.school_id = in_school and a.school_year = of_year order by a.seq desc limit 1),
    (select case when summer then y.supplementary_lock_on else y.main_lock_on end from school_year y
     where y.school_id = in_school and y.school_year = of_year),
    make_date(right(of_year, 4)::integer, case when summer then 8 else 6 end, case when summer then 15 else 30 end));
end $$;

-- Whether acts say that the pupil goes on into the summer (Điều 11): stated as not having completed the grade, a plan, or a
-- cell of the further assessment.
create function summer_concerns(in_school bigint, of_year text, pupil uuid) returns boolean language sql stable as $$
  select exists (
      select 1 from decision d join class c on c.school_id = d.school_id and c.class_id = d.class_id
      where d.school_id = in_school and d.pupil_id = pupil and c.school_year = of_year
        and (d.result = 'CHT' or (d.kind = 'promotion' and d.completed is false)))
    or exists (
      select 1 from summer_plan p
      where p.school_id = in_school and p.school_year = of_year and p.pupil_id = pupil)
    or exists (
      select 1 from cell s join class c on c.school_id = s.school_id and c.class_id = s.class_id
      where s.school_id = in_school and s.pupil_id = pupil and s.period = 'BS' and c.school_year = of_year)
$$;

-- `HB001` is this schema's own SQLSTATE: the edge tells it as `year-locked`.
-- tg_argv: the column of the row's moment, then `main`, `summer`, `period` (by the row's period) or `pupil` (the summer's
-- lock for a pupil whom the summer concerns, the main one for everybody else).
create function refuse_locked_year() returns trigger language plpgsql as $$
declare
  data jsonb := to_jsonb(new);
  of_year text := coalesce(
    data ->> 'school_year',
    (select c.school_year from class c where c.school_id = new.school_id and c.class_id = (data ->> 'class_id')::uuid));
  written date := greatest(((data ->> tg_argv[0])::timestamptz at time zone 'Asia/Ho_Chi_Minh')::date, today_in_vietnam());
  summer boolean := tg_argv[1] = 'summer' or (tg_argv[1] = 'period' and data ->> 'period' = 'BS');
begin
  if written <= last_day_of_entry(new.school_id, of_year, summer) then
    return new;
  end if;
  if tg_argv[1] = 'pupil' and written <= last_day_of_entry(new.school_id, of_year, true) and (
    data ->> 'result' = 'CHT' or (data ->> 'kind' = 'promotion' and data ->> 'completed' = 'false')
    or summer_concerns(new.school_id, of_year, (data ->> 'pupil_id')::uuid)
  ) then
    return new;
  end if;
  raise exception 'locked: % takes no entry into % any more', tg_table_name, of_year using errcode = 'HB001';
end $$;

-- Of cells there are many: their own function reads nothing that it does not need.
create function refuse_locked_cell() returns trigger language plpgsql as $$
declare
  of_year text := (select c.school_year from class c where c.school_id = new.school_id and c.class_id = new.class_id);
begin
  if greatest((new.set_at at time zone 'Asia/Ho_Chi_Minh')::date, today_in_vietnam())
    > last_day_of_entry(new.school_id, of_year, new.period = 'BS') then
    raise exception 'locked: % takes no entry into % any more', tg_table_name, of_year using errcode = 'HB001';
  end if;
  return new;
end $$;
create trigger refuse_locked before insert or update on cell for each row execute function refuse_locked_cell();
create trigger refuse_locked before insert on cell_act for each row execute function refuse_locked_cell();
create trigger refuse_locked before insert on retest
  for each row execute function refuse_locked_year('recorded_at', 'main');
create trigger refuse_locked before insert on education_plan
  for each row execute function refuse_locked_year('acted_at', 'pupil');
create trigger refuse_locked before insert on decision
  for each row execute function refuse_locked_year('decided_at', 'pupil');
create trigger refuse_locked before insert on title_act
  for each row execute function refuse_locked_year('acted_at', 'pupil');
create trigger refuse_locked before insert on summer_plan
  for each row execute function refuse_locked_year('planned_at', 'summer');
-- To close a period after the lock changes nothing in it; to open it again would.
create trigger refuse_locked before insert on period_act
  for each row when (new.act = 'reopen') execute function refuse_locked_year('acted_at', 'period');
-- A letter of praise is no part of the record (Điều 13 khoản 3).
create trigger refuse_locked before insert on reward
  for each row when (new.kind <> 'letter') execute function refuse_locked_year('recorded_at', 'pupil');

create function refuse_locked_withdrawal() returns trigger language plpgsql as $$
declare
  given record;
  written date := greatest((new.withdrawn_at at time zone 'Asia/Ho_Chi_Minh')::date, today_in_vietnam());
begin
  select r.school_year, r.pupil_id, r.kind into given from reward r
  where r.school_id = new.school_id and r.reward_id = new.reward_id;
  if given.kind <> 'letter' and written > last_day_of_entry(new.school_id, given.school_year,
      summer_concerns(new.school_id, given.school_year, given.pupil_id)) then
    raise exception 'locked: % takes no entry into % any more', tg_table_name, given.school_year using errcode = 'HB001';
  end if;
  return new;
end $$;
create trigger refuse_locked before insert on reward_withdrawal
  for each row execute function refuse_locked_withdrawal();

-- What the school decides on electives holds for the years whose main lock has not passed on the day it decides
-- (`assessment/plans.ts`): a decision dated back would reach into a locked year.
create function refuse_backdated_setting() returns trigger language plpgsql as $$
begin
  if (new.set_at at time zone 'Asia/Ho_Chi_Minh')::date < today_in_vietnam() or exists (
    select 1 from assessment_setting s where s.school_id = new.school_id and s.set_at > new.set_at
  ) then
    raise exception 'dated back: a setting holds from the day on which it is made' using errcode = '42501';
  end if;
  return new;
end $$;
create trigger refuse_backdated before insert on assessment_setting
  for each row execute function refuse_backdated_setting();

-- A pupil who comes into the class brings along what others judged, also of periods that the class has closed: those acts
-- are no entry by its teachers.
create or replace function refuse_closed_cell() returns trigger language plpgsql as $$
begin
  if (select a.act from period_act a
      where a.school_id = new.school_id and a.class_id = new.class_id and a.period = new.period
      order by a.seq desc limit 1) = 'close'
    and not exists (
      select 1 from cell_act t where t.school_id = new.school_id and t.class_id = new.class_id and t.seq = new.seq
        and t.pupil_id = new.pupil_id and t.source = 'transfer')
  then
    raise exception 'closed: the period of the class is closed' using errcode = '42501';
  end if;
  return new;
end $$;
