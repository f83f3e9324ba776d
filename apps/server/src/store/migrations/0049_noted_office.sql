-- Besides what a record states (0046_noted_rows.sql), what an office acts by is noted in the same way: who is of the school and in which role, who
-- signs in and by what, which certificates sign, who teaches what, who stands in which class, what two persons agreed to, how a pupil came and by
-- which file; and of each issued record who did what to it and when, in one note. The bytes and names are made again in `store/noted-rows.ts`.

-- What of an issued record no signature holds: by whom and when it was frozen, signed slot by slot and issued. What is done to it later
-- (recall, return, replacement) is noted act by act.
create function issued_facts(in_school bigint, of_record uuid) returns jsonb language sql stable as $$
  select to_jsonb(t) from (
    select i.school_id, i.record_id, i.issued_by, i.issued_at, r.class_id, r.pupil_id, r.table_id, r.school_year, r.rule_set,
      r.replaces, r.frozen_by, r.frozen_at,
      (select string_agg(concat_ws(' ', a.seq, a.act, a.staff_id, a.role, extract(epoch from a.acted_at), a.reason), E'\n' order by a.seq)
        from record_act a where a.school_id = i.school_id and a.record_id = i.record_id
          and a.act not in ('recall', 'return', 'replace')) as acts
    from issued_record i join record r on r.school_id = i.school_id and r.record_id = i.record_id
    where i.school_id = in_school and i.record_id = of_record) t
$$;

-- A record is noted as it is frozen, bytes and all: whoever changed it before the first signature, or put in one that nobody froze, had it signed by all who
-- sign, and no cell and no signature differs from it. Nothing that is not as noted is signed (`signing/portion.ts`).
create function frozen_facts(in_school bigint, of_record uuid) returns jsonb language sql stable as $$
  select to_jsonb(t) from (
    select r.school_id, r.record_id, r.class_id, r.pupil_id, r.table_id, r.school_year, r.profile, r.rule_set, r.replaces, r.frozen_by, r.frozen_at,
      encode(sha256(r.frozen_xml), 'hex') as frozen_xml, encode(sha256(r.annex), 'hex') as annex,
      encode(sha256(convert_to(r.slots::text, 'UTF8')), 'hex') as slots
    from public.record r where r.school_id = in_school and r.record_id = of_record) t
$$;

-- What is noted of a row. Of a second factor not what each use of it changes, and its school, which its own row does not say.
create function noted_values(of_table text, data jsonb) returns jsonb language sql stable as $$
  select case when of_table = 'second_factor' then data - '{name,counter,transports,last_step,last_used_at}'::text[] || jsonb_build_object(
    'school_id', (select a.school_id from account a where a.account_id = (data ->> 'account_id')::uuid)) else data end
$$;

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

do $$
declare
  of_table text;
  columns text[];
  found_rows text := '';
  one record;
  school bigint;
  event audit_event;
begin
  perform set_config('timezone', 'UTC', true);
  for of_table, columns in
    select split_part(line, ' ', 1), (string_to_array(line, ' '))[2:] from unnest(array[
      'school school_id',
      'school_facts school_id seq',
      'school_year school_id school_year',
      'year_lock_act school_id school_year seq',
      'class class_id',
      'period_act class_id period seq',
      'enrolment pupil_id class_id',
      'pupil_status pupil_id status_id',
      'transfer pupil_id transfer_id',
      'transfer_file transfer_id',
      'staff staff_id',
      'staff_role staff_id role',
      'assignment class_id subject',
      'account account_id',
      'second_factor factor_id',
      'factor_reset reset_id',
      'signing_certificate certificate_id',
      'seal_act certificate_id request_id',
      'signature_picture picture_id',
      'approval_request request_id',
      'approval_decision request_id',
      'approval_use request_id',
      'record record_id',
      'issued_record record_id',
      'record_act record_id seq',
      'recalled_record record_id',
      'class_manifest class_id version',
      'class_closing class_id version']) line
  loop
    execute format(
      'create constraint trigger note_row after %s on %I deferrable initially deferred for each row %s execute function note_row(%s)',
      case when of_table in ('record', 'issued_record', 'record_act') then 'insert' else 'insert or update or delete' end, of_table,
      case when of_table = 'record_act' then $when$when (new.act in ('thaw', 'recall', 'return', 'replace'))$when$ else '' end,
      (select string_agg(quote_literal(c), ', ') from unnest(columns) c));
    found_rows := found_rows || case when found_rows = '' then '' else ' union all ' end || format(
      'select (data ->> ''school_id'')::bigint as school_id, row_name(%1$L, data, %2$L) || '' '' || encode(row_digest(%1$L, data), ''hex'') as object from (%3$s) t',
      of_table, columns, case of_table
        when 'record' then 'select frozen_facts(t.school_id, t.record_id) as data from public.record t'
        when 'issued_record' then 'select issued_facts(t.school_id, t.record_id) as data from issued_record t'
        when 'record_act' then $acts$select to_jsonb(t) as data from record_act t where t.act in ('thaw', 'recall', 'return', 'replace')$acts$
        else format('select noted_values(%1$L, to_jsonb(t)) as data from %1$I t', of_table) end);
  end loop;

  -- What is there already is noted as it stands, in one walk, as in 0046_noted_rows.sql.
  alter table audit_event disable trigger chain_event;
  for one in execute found_rows || ' order by 1, 2' loop
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
  -- The trail's own row was moved here; what its trigger waits for at the commit is done.
  set constraints all immediate;
  alter table audit_event enable trigger chain_event;
end $$;
