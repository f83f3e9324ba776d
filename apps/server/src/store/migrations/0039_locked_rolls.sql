-- Who was in a class, and who taught what in it, is part of a school year as its cells are: after the locks it stands still,
-- whoever writes (0037 holds the rest of the year). The principal moves a lock where the authority has allowed a correction.
--
-- A pupil who leaves after the lock was in the class for the whole year: the day of leaving is later than the lock, and the
-- row says so without changing the year. A leaving (or a coming back) that reaches into the year is refused.

create function refuse_locked_enrolment() returns trigger language plpgsql as $$
declare
  held record := coalesce(new, old);
  of_year text := (select c.school_year from class c where c.school_id = held.school_id and c.class_id = held.class_id);
  last date := last_day_of_entry(held.school_id, of_year, false);
  written date := greatest(today_in_vietnam(), case when tg_op = 'INSERT' then new.arrived_on end);
begin
  if tg_op = 'UPDATE'
    and (to_jsonb(new) - 'left_on' - 'left_as') = (to_jsonb(old) - 'left_on' - 'left_as')
    and least(coalesce(old.left_on, 'infinity'), coalesce(new.left_on, 'infinity')) > last then
    return new;
  end if;
  if written > last and written
    > last_day_of_entry(held.school_id, of_year, summer_concerns(held.school_id, of_year, held.pupil_id)) then
    raise exception 'locked: % takes no entry into % any more', tg_table_name, of_year using errcode = 'HB001';
  end if;
  return coalesce(new, old);
end $$;
create trigger refuse_locked before insert or update or delete on enrolment
  for each row execute function refuse_locked_enrolment();

-- Teachers are needed until the summer's lock: they assess again and sign what comes of it.
create function refuse_locked_assignment() returns trigger language plpgsql as $$
declare
  held record := coalesce(new, old);
  of_year text := (select c.school_year from class c where c.school_id = held.school_id and c.class_id = held.class_id);
begin
  if today_in_vietnam() > last_day_of_entry(held.school_id, of_year, true) then
    raise exception 'locked: % takes no entry into % any more', tg_table_name, of_year using errcode = 'HB001';
  end if;
  return held;
end $$;
create trigger refuse_locked before insert or update or delete on assignment
  for each row execute function refuse_locked_assignment();

-- A class's name and grade stand in every record of the year; its homeroom teacher is needed as the subject teachers are.
create function refuse_locked_class() returns trigger language plpgsql as $$
declare
  same boolean := tg_op = 'UPDATE' and new.name = old.name and new.grade = old.grade and new.school_year = old.school_year;
begin
  if same and new.homeroom_staff_id is not distinct from old.homeroom_staff_id then
    return new;
  end if;
  if today_in_vietnam() > last_day_of_entry(old.school_id, old.school_year, same) then
    raise exception 'locked: % takes no entry into % any more', tg_table_name, old.school_year using errcode = 'HB001';
  end if;
  return coalesce(new, old);
end $$;
create trigger refuse_locked before update or delete on class for each row execute function refuse_locked_class();
