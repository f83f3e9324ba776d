-- What a record states besides its cells, what its cells rest on, and under which token its public page stands, is noted in the audit trail row by row: an event of act
-- `row` says whose row, which table, which row and the digest of its values. So a row that somebody changes, adds or takes away behind
-- the application is not as noted: the freeze refuses it, and an audit names it, against a chain whose heads stand in the log. The bytes
-- that are digested, and the names of rows, are made again in `store/noted-rows.ts`; a test holds both sides together.
--
-- Noted is what the application's role writes. Who changes a row as owner or superuser leaves no note, unless he takes on that role; and
-- then the note stands in the chain with its time. A later migration that changes such rows must note them as this one does below.

-- Absent values are left out, so that a column added later changes no digest of before.
create function row_digest(of_table text, data jsonb) returns bytea language sql immutable parallel safe as $$
  select sha256(convert_to(E'hocba.vn/row/v1\n', 'UTF8') || public.chain_text(of_table)
    || convert_to(jsonb_strip_nulls(data)::text, 'UTF8'))
$$;

-- `<whose> <table> <row>`, without any datum of a person: identifiers as they are, what may be words by its digest. A column after `#` is
-- named by a digest too: that a pupil has a plan says something of the child's health, and no line of the trail names the child with it.
create function row_name(of_table text, data jsonb, columns text[]) returns text language sql immutable parallel safe as $$
  select (data ->> columns[1]) || ' ' || of_table || ' ' || coalesce(string_agg(
    case when part.value ~ '^[0-9A-Za-z-]+$' then part.value else encode(sha256(convert_to(part.value, 'UTF8')), 'hex') end,
    '/' order by part.n), '-')
  from (
    select i as n, case when columns[i] like '#%' then data ->> columns[1] || '/' else '' end
      || (data ->> ltrim(columns[i], '#')) as value
    from generate_series(2, cardinality(columns)) i) part
$$;

create index audit_event_rows on audit_event (school_id, (split_part(object, ' ', 1))) where act = 'row';

-- At the commit: the trail's lock is taken last of all, so that whoever holds a class's lock never waits for who holds the trail's.
-- tg_argv: the column that says whose row it is, then those that tell it from others of the same.
create function note_row() returns trigger language plpgsql set timezone = 'UTC' as $$
declare
  held jsonb;
  named text;
  noted text;
begin
  if current_user <> 'hocba_app' then
    return null;
  end if;
  held := case when tg_op = 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
  named := row_name(tg_table_name, held, tg_argv[0:]);
  -- To save one field does not make right what was changed behind it. Who has looked at all of the row says so (`app.reviewed`).
  if tg_op = 'UPDATE' and current_setting('app.reviewed', true) is distinct from named then
    if held = to_jsonb(old) then
      return null;
    end if;
    select split_part(e.object, ' ', 4) into noted from audit_event e
      where e.school_id = new.school_id and e.act = 'row' and split_part(e.object, ' ', 1) = split_part(named, ' ', 1)
        and starts_with(e.object, named || ' ')
      order by e.seq desc limit 1;
    if noted is distinct from encode(row_digest(tg_table_name, to_jsonb(old)), 'hex') then
      return null;
    end if;
  end if;
  insert into audit_event (school_id, event_id, at, act, object, outcome)
  values (
    (held ->> 'school_id')::bigint, gen_random_uuid(), clock_timestamp(), 'row',
    named || ' ' || case when tg_op = 'DELETE' then 'gone' else encode(row_digest(tg_table_name, held), 'hex') end,
    lower(tg_op));
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
      'pupil pupil_id',
      'study_year pupil_id school_year school_name',
      'decision pupil_id class_id kind decision_id',
      'title_act pupil_id school_year seq',
      'reward pupil_id school_year reward_id',
      'reward_withdrawal reward_id',
      'education_plan class_id #pupil_id seq',
      'summer_plan pupil_id school_year seq',
      'retest pupil_id class_id period item attempt',
      'identity_act pupil_id act_id',
      'assessment_setting school_id seq',
      'verification_token record_id']) line
  loop
    execute format(
      'create constraint trigger note_row after insert or update or delete on %I deferrable initially deferred for each row execute function note_row(%s)',
      of_table, (select string_agg(quote_literal(c), ', ') from unnest(columns) c));
    found_rows := found_rows || case when found_rows = '' then '' else ' union all ' end || format(
      'select school_id, row_name(%1$L, to_jsonb(t), %2$L) || '' '' || encode(row_digest(%1$L, to_jsonb(t)), ''hex'') as object from %1$I t',
      of_table, columns);
  end loop;

  -- What is there already is noted as it stands, in one walk: event by event each would find the trail's row among its older versions.
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
  alter table audit_event enable trigger chain_event;
end $$;
