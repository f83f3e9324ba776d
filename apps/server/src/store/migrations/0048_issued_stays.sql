-- What was issued is not thawed and not issued again, whoever asks: it would free the pupil's year for a second record, which takes a recall, and two.
create function refuse_act_on_issued() returns trigger language plpgsql as $$
begin
  if exists (select 1 from record_act a where a.school_id = new.school_id and a.record_id = new.record_id and a.act = 'issue') then
    raise exception 'record: issued already' using errcode = '42501';
  end if;
  return new;
end $$;
create trigger refuse_on_issued before insert on record_act
  for each row when (new.act in ('thaw', 'issue')) execute function refuse_act_on_issued();
