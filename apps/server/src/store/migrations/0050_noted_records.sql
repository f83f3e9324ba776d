-- A record is noted as it is frozen, bytes and all, as other rows are (0046_noted_rows.sql, 0049_noted_office.sql): whoever changed it before the first signature, or
-- put in one that nobody froze, had it signed by all who sign, and no cell and no signature differs from it. The bytes and names are made again in
-- `store/noted-rows.ts`; nothing that is not as noted is signed (`signing/portion.ts`), and an audit names it.

create function frozen_facts(in_school bigint, of_record uuid) returns jsonb language sql stable as $$
  select to_jsonb(t) from (
    select r.school_id, r.record_id, r.class_id, r.pupil_id, r.table_id, r.school_year, r.profile, r.rule_set, r.replaces, r.frozen_by, r.frozen_at,
      encode(sha256(r.frozen_xml), 'hex') as frozen_xml, encode(sha256(r.annex), 'hex') as annex,
      encode(sha256(convert_to(r.slots::text, 'UTF8')), 'hex') as slots
    from public.record r where r.school_id = in_school and r.record_id = of_record) t
$$;

-- As before (0049_noted_office.sql), and of a record that.
create or replace function note_row() returns trigger language plpgsql set timezone = 'UTC' as $$
declare
  was jsonb;
  held jsonb;
  named text;
  noted text;
  school bigint;
  at_work text := current_setting('app.school_id', true);
begin
  if current_user <> 'hocba_app' then
    return null;
  end if;
  if tg_op <> 'INSERT' then
    was := noted_values(tg_table_name, to_jsonb(old));
  end if;
  if tg_table_name = 'issued_record' then
    held := issued_facts(new.school_id, new.record_id);
  elsif tg_table_name = 'record' then
    held := frozen_facts(new.school_id, new.record_id);
  elsif tg_op <> 'DELETE' then
    held := noted_values(tg_table_name, to_jsonb(new));
  end if;
  named := row_name(tg_table_name, coalesce(held, was), tg_argv[0:]);
  school := coalesce(held, was) ->> 'school_id';
  -- Accounts and schools are also written while no school is at work.
  if at_work is distinct from school::text then
    perform set_config('app.school_id', school::text, true);
  end if;
  -- To save one field does not make right what was changed behind it. Who has looked at all of the row says so (`app.reviewed`, a row a line).
  if tg_op = 'UPDATE' and not named = any (string_to_array(coalesce(current_setting('app.reviewed', true), ''), E'\n')) then
    if held <> was then
      select split_part(n.object, ' ', 4) into noted from notes_of(school, array[split_part(named, ' ', 1)]) n
        where starts_with(n.object, named || ' ') order by n.seq desc limit 1;
    end if;
    if held = was or noted is distinct from encode(row_digest(tg_table_name, was), 'hex') then
      perform set_config('app.school_id', coalesce(at_work, ''), true);
      return null;
    end if;
  end if;
  insert into audit_event (school_id, event_id, at, act, object, outcome)
  values (
    school, gen_random_uuid(), clock_timestamp(), 'row',
    named || ' ' || case when tg_op = 'DELETE' then 'gone' else encode(row_digest(tg_table_name, held), 'hex') end,
    lower(tg_op));
  perform set_config('app.school_id', coalesce(at_work, ''), true);
  return null;
end $$;

create constraint trigger note_row after insert on record deferrable initially deferred for each row execute function note_row('record_id');

-- What is there already is noted as it stands, in one walk, as in 0046_noted_rows.sql.
do $$
declare
  one record;
  school bigint;
  event audit_event;
begin
  perform set_config('timezone', 'UTC', true);
  alter table audit_event disable trigger chain_event;
  for one in
    select r.school_id, row_name('record', data, array['record_id']) || ' ' || encode(row_digest('record', data), 'hex') as object
    from public.record r cross join lateral frozen_facts(r.school_id, r.record_id) data order by 1, 2
  loop
    if school is distinct from one.school_id then
      if school is not null then
        update audit_trail t set seq = event.seq, chain = event.chain where t.school_id = school;
      end if;
      school := one.school_id;
      insert into audit_trail values (school, 0, trail_start(school)) on conflict do nothing;
      select t.seq, t.chain into event.seq, event.chain from audit_trail t where t.school_id = school;
    end if;
    event.school_id := school;
    event.event_id := gen_random_uuid();
    event.at := clock_timestamp();
    event.act := 'row';
    event.object := one.object;
    event.outcome := 'found';
    event.seq := event.seq + 1;
    event.chain := trail_chain(event.chain, event);
    insert into audit_event select event.*;
  end loop;
  if school is not null then
    update audit_trail t set seq = event.seq, chain = event.chain where t.school_id = school;
  end if;
  set constraints all immediate;
  alter table audit_event enable trigger chain_event;
end $$;
