-- Within one transaction the audit trail's head moves with its events and its own row moves once, at the commit. Moved with each event, the row
-- left a dead version behind for each, and every next event went over all of them: what notes a row for each pupil of a school took the square of it.
-- The chain, its order and its bytes are as before (0007_chains.sql), and so is the lock: whoever notes an event holds the trail's row until the end.

-- Events behind the row's number can only be this transaction's own: all others wait for the row, and see it moved. They are looked up by their number, however
-- small the table was when the plan was made.
create or replace function chain_event() returns trigger language plpgsql security definer
set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  last public.audit_trail;
  latest record;
begin
  select * into last from public.audit_trail t where t.school_id = new.school_id for update;
  if not found then
    insert into public.audit_trail values (new.school_id, 0, public.trail_start(new.school_id)) on conflict do nothing;
    select * into last from public.audit_trail t where t.school_id = new.school_id for update;
  end if;
  select e.seq, e.chain into latest from public.audit_event e
    where e.school_id = new.school_id and e.seq > last.seq order by e.seq desc limit 1;
  if found then
    last.seq := latest.seq;
    last.chain := latest.chain;
  end if;
  new.seq := last.seq + 1;
  new.chain := public.trail_chain(last.chain, new);
  return new;
end $$;

-- Of a transaction's events the last one moves the row. The application may not touch audit_trail: the trigger does, as the owner.
create function move_trail() returns trigger language plpgsql security definer
set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  update public.audit_trail t set seq = new.seq, chain = new.chain
    where t.school_id = new.school_id
      and not exists (select 1 from public.audit_event e where e.school_id = new.school_id and e.seq > new.seq);
  return null;
end $$;
create constraint trigger move_trail after insert on audit_event deferrable initially deferred for each row execute function move_trail();

-- The notes of whose rows are asked about, in the order in which they were made. Under row-level security an index on what an event is about is closed to
-- the application's role, since a function over a column might tell of rows that the policy hides: each question went over the whole trail of the school.
-- The owner looks instead, and no further than that policy. By no other index: while the trail grows within a transaction what is known of its size is old,
-- and the way along the school's numbers, or over the table, looks as short.
drop index audit_event_rows;
create index audit_event_rows on audit_event ((split_part(object, ' ', 1)), seq) where act = 'row';
create function notes_of(school bigint, whose text[]) returns table (seq bigint, object text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  return query select e.seq, e.object from public.audit_event e
    where split_part(e.object, ' ', 1) = any (whose) and e.act = 'row'
      and e.school_id + 0 = school and school = nullif(current_setting('app.school_id', true), '')::bigint
    order by e.seq;
end $$;
revoke execute on function notes_of(bigint, text[]) from public;
grant execute on function notes_of(bigint, text[]) to hocba_app;

-- As before (0046_noted_rows.sql), by that way.
create or replace function note_row() returns trigger language plpgsql set timezone = 'UTC' as $$
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
    select split_part(n.object, ' ', 4) into noted from notes_of(new.school_id, array[split_part(named, ' ', 1)]) n
      where starts_with(n.object, named || ' ') order by n.seq desc limit 1;
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
