-- Acts on cells and events of the audit trail are chained: each row carries the hash of all that came before it and
-- of itself, so that a row edited, deleted or moved behind the application is found and named. The bytes are those of
-- packages/ledger (act-chain.ts, trail-chain.ts), where an audit makes them again; a test holds both sides together.
-- Hashes are made by the database, in one place for every way to insert, and say nothing by themselves: whoever owns
-- the tables could make them all anew. What he cannot change are the heads that stand in the log (school_day).

-- Texts stand after their length as uint16, in NFC; what may be absent stands after a byte that says whether it is there.
create function chain_text(value text) returns bytea language sql immutable parallel safe as
  $$ select int2send(octet_length(convert_to(normalize(value, NFC), 'UTF8'))::int2) || convert_to(normalize(value, NFC), 'UTF8') $$;
create function chain_optional(value text) returns bytea language sql immutable parallel safe as
  $$ select case when value is null then '\x00'::bytea else '\x01'::bytea || public.chain_text(value) end $$;
create function chain_millis(at timestamptz) returns bytea language sql immutable parallel safe as
  $$ select int8send(floor(extract(epoch from at) * 1000)::int8) $$;

create function act_chain_start(school bigint, class uuid) returns bytea language sql immutable parallel safe as
  $$ select sha256(convert_to(E'hocba.vn/act-chain/v1\n', 'UTF8') || public.chain_text(school::text) || public.chain_text(class::text)) $$;

alter table cell_act add column chain bytea check (length(chain) = 32);

create function act_chain(previous bytea, act cell_act) returns bytea language sql immutable parallel safe as $$
  select sha256(convert_to(E'hocba.vn/act/v1\n', 'UTF8') || previous || '\x01'::bytea || int8send(act.seq)
    || public.chain_text(act.pupil_id::text) || public.chain_text(act.period) || public.chain_text(act.item)
    || int8send(act.attempt::int8) || public.chain_optional(act.old_value) || public.chain_optional(act.new_value)
    || int8send(act.version::int8) || public.chain_text(act.source) || public.chain_text(act.device)
    || public.chain_text(act.batch) || int8send(act.n::int8) || public.chain_text(act.set_by::text)
    || public.chain_millis(act.set_at))
$$;

-- Acts of a class are inserted in the order of their numbers, under the lock of the class's counter.
create function chain_act() returns trigger language plpgsql as $$
declare
  previous bytea;
begin
  if new.seq = 1 then
    previous := public.act_chain_start(new.school_id, new.class_id);
  else
    select a.chain into previous from public.cell_act a
      where a.school_id = new.school_id and a.class_id = new.class_id and a.seq = new.seq - 1;
    if previous is null then
      raise exception 'act %: the act before it is not there', new.seq using errcode = '23000';
    end if;
  end if;
  new.chain := public.act_chain(previous, new);
  return new;
end $$;

alter table audit_event add column seq bigint, add column chain bytea check (length(chain) = 32);

-- How far each school's trail has come: its row orders the events.
create table audit_trail (
  school_id bigint primary key,
  seq bigint not null,
  chain bytea not null check (length(chain) = 32)
);
alter table audit_trail enable row level security;
create policy of_school on audit_trail
  using (school_id = nullif(current_setting('app.school_id', true), '')::bigint)
  with check (school_id = nullif(current_setting('app.school_id', true), '')::bigint);

create function trail_start(school bigint) returns bytea language sql immutable parallel safe as
  $$ select sha256(convert_to(E'hocba.vn/trail-chain/v1\n', 'UTF8') || public.chain_text(school::text)) $$;

create function trail_chain(previous bytea, event audit_event) returns bytea language sql immutable parallel safe as $$
  select sha256(convert_to(E'hocba.vn/trail/v1\n', 'UTF8') || previous || '\x01'::bytea || int8send(event.seq)
    || public.chain_text(event.event_id::text) || public.chain_millis(event.at) || public.chain_optional(event.account_id::text)
    || public.chain_optional(event.role) || public.chain_text(event.act) || public.chain_optional(event.object)
    || public.chain_text(event.outcome) || public.chain_optional(event.address))
$$;

-- The application may not touch audit_trail: the trigger does, as the owner.
create function chain_event() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  last public.audit_trail;
begin
  insert into public.audit_trail values (new.school_id, 0, public.trail_start(new.school_id)) on conflict do nothing;
  select * into last from public.audit_trail t where t.school_id = new.school_id for update;
  new.seq := last.seq + 1;
  new.chain := public.trail_chain(last.chain, new);
  update public.audit_trail t set seq = new.seq, chain = new.chain where t.school_id = new.school_id;
  return new;
end $$;

-- What is there already is chained as it stands.
do $$
declare
  act cell_act;
  event audit_event;
  last bytea;
  school bigint;
  class uuid;
  number bigint;
begin
  alter table cell_act disable trigger refuse_row_change;
  alter table audit_event disable trigger refuse_row_change;
  for act in select * from cell_act order by school_id, class_id, seq loop
    if (act.school_id, act.class_id) is distinct from (school, class) then
      school := act.school_id;
      class := act.class_id;
      last := act_chain_start(school, class);
    end if;
    last := act_chain(last, act);
    update cell_act a set chain = last
      where a.school_id = act.school_id and a.class_id = act.class_id and a.seq = act.seq;
  end loop;
  school := null;
  for event in select * from audit_event order by school_id, at, event_id loop
    if event.school_id is distinct from school then
      school := event.school_id;
      number := 0;
      last := trail_start(school);
    end if;
    number := number + 1;
    event.seq := number;
    last := trail_chain(last, event);
    update audit_event e set seq = number, chain = last where e.school_id = school and e.event_id = event.event_id;
    insert into audit_trail values (school, number, last)
      on conflict (school_id) do update set seq = excluded.seq, chain = excluded.chain;
  end loop;
  alter table cell_act enable trigger refuse_row_change;
  alter table audit_event enable trigger refuse_row_change;
end $$;

alter table cell_act alter column chain set not null;
alter table audit_event alter column seq set not null, alter column chain set not null;
create unique index audit_event_by_seq on audit_event (school_id, seq);
create trigger chain_act before insert on cell_act for each row execute function chain_act();
create trigger chain_event before insert on audit_event for each row execute function chain_event();

-- Where the chains of a school year's classes, and the audit trail, stood at the end of a day: a leaf of the log.
create table school_day (
  school_id bigint not null,
  school_year text not null,
  day date not null,
  origin text not null,
  salt bytea not null check (length(salt) = 32),
  leaf bytea not null,
  leaf_hash bytea not null check (length(leaf_hash) = 32),
  made_at timestamptz not null,
  primary key (school_id, school_year, day),
  foreign key (school_id, school_year) references school_year (school_id, school_year)
);
create table school_day_head (
  school_id bigint not null,
  school_year text not null,
  day date not null,
  -- A class's id, or 'audit-trail'.
  chain_name text not null,
  seq bigint not null,
  hash bytea not null check (length(hash) = 32),
  primary key (school_id, school_year, day, chain_name),
  foreign key (school_id, school_year, day) references school_day (school_id, school_year, day)
);

do $$
declare
  name text;
begin
  foreach name in array array['school_day', 'school_day_head'] loop
    execute format('grant select, insert on %I to hocba_app', name);
    execute format('create trigger refuse_row_change before update or delete on %I for each row execute function refuse_change()', name);
    execute format('create trigger refuse_truncate before truncate on %I for each statement execute function refuse_change()', name);
    execute format('alter table %I enable row level security', name);
    execute format($policy$create policy of_school on %I
      using (school_id = nullif(current_setting('app.school_id', true), '')::bigint)
      with check (school_id = nullif(current_setting('app.school_id', true), '')::bigint)$policy$, name);
  end loop;
end $$;
