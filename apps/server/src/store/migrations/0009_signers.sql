-- Signers whose keys are elsewhere: key files that their owner's password opens, tokens behind an agent, remote services.
-- What is to be signed goes out as an order and waits in the store for its signatures.

alter table signing_certificate add column kind text not null default 'training'
  check (kind in ('training', 'pkcs12', 'agent', 'csc', 'smartca', 'mysign'));

-- Why an unfinished batch waits for its person; null while it is worked on.
alter table signing_batch add column paused text;

-- `value` is a signature that has come back and been verified, not yet in its record.
alter table signing_item add column value bytea;
alter table signing_item add column order_id uuid;

create table signing_order (
  school_id bigint not null,
  order_id uuid not null,
  batch_id uuid not null,
  certificate_id uuid not null,
  state text not null check (state in ('sending', 'open', 'answered', 'ended')),
  -- what the adapter needs to ask again; no secret that outlives the order
  handle jsonb,
  confirm_at text check (confirm_at in ('phone', 'page', 'agent')),
  confirm_url text,
  description text not null,
  item_count integer not null,
  digest bytea not null check (length(digest) = 32),
  -- the agent's last word on where it stands
  note text,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  ask_at timestamptz not null,
  ended_with text,
  primary key (school_id, order_id),
  foreign key (school_id, batch_id) references signing_batch (school_id, batch_id),
  foreign key (school_id, certificate_id) references signing_certificate (school_id, certificate_id)
);
-- One confirmation at a time: a person never has two of a batch to answer.
create unique index one_open_order on signing_order (school_id, batch_id) where state in ('sending', 'open');

-- A key at a remote service: which account there, and its tokens, sealed with a key that is not in the database.
create table remote_account (
  school_id bigint not null,
  certificate_id uuid not null,
  provider text not null,
  account jsonb not null,
  sealed bytea,
  changed_at timestamptz not null,
  primary key (school_id, certificate_id),
  foreign key (school_id, certificate_id) references signing_certificate (school_id, certificate_id)
);

-- Found before a school is known, as sessions are. Only digests are stored.
create table agent_code (
  code_digest bytea primary key,
  account_id uuid not null references account (account_id),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create table signing_agent (
  token_digest bytea primary key,
  account_id uuid not null references account (account_id),
  name text not null,
  origin text not null,
  paired_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz
);
create index signing_agent_of_account on signing_agent (account_id);

do $$
declare
  name text;
begin
  foreach name in array array['signing_order', 'remote_account', 'agent_code', 'signing_agent'] loop
    execute format('grant select, insert, update on %I to hocba_app', name);
  end loop;
  foreach name in array array['signing_order', 'remote_account'] loop
    execute format('alter table %I enable row level security', name);
    execute format($policy$create policy of_school on %I
      using (school_id = nullif(current_setting('app.school_id', true), '')::bigint)
      with check (school_id = nullif(current_setting('app.school_id', true), '')::bigint)$policy$, name);
  end loop;
end $$;

-- As enqueue_signing, for a later moment: when an order is to be asked after, or expires.
create function enqueue_signing_at(of_school bigint, of_batch uuid, run_at timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform graphile_worker.add_job(
    'sign',
    json_build_object('schoolId', of_school::text, 'batchId', of_batch),
    run_at => run_at,
    max_attempts => 8,
    job_key => 'sign:' || of_batch
  );
end $$;
revoke all on function enqueue_signing_at(bigint, uuid, timestamptz) from public;
grant execute on function enqueue_signing_at(bigint, uuid, timestamptz) to hocba_app;
