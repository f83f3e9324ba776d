-- The second factor of an account: passkeys, a code generator, printed codes; its loss is mended by two persons.

-- In earnest it cannot be switched off; a training school may run without it, and says so.
alter table school add column training_second_factor boolean not null default false;

-- A session is renewed when its person confirms; the challenge of a passkey is good for one answer.
alter table session add column second_factor_at timestamptz;
alter table session add column challenge text;
alter table session add column challenge_until timestamptz;

-- Found before a school is known, as accounts are.
create table second_factor (
  factor_id uuid primary key,
  account_id uuid not null references account (account_id),
  kind text not null check (kind in ('passkey', 'totp')),
  name text not null,
  credential_id text unique,
  public_key bytea,
  counter bigint,
  transports text[],
  -- the host that the passkey belongs to
  host text,
  -- the generator's secret, sealed with a key that is not in the database
  sealed bytea,
  -- the last time step whose code was taken: no code is taken twice
  last_step bigint,
  created_at timestamptz not null,
  -- null while the first code has not been given
  confirmed_at timestamptz,
  last_used_at timestamptz,
  ended_at timestamptz,
  check ((kind = 'passkey') = (credential_id is not null and public_key is not null and counter is not null
    and host is not null)),
  check ((kind = 'totp') = (sealed is not null))
);
create index second_factor_of_account on second_factor (account_id);

-- Ten codes on paper, each for one use; only digests are stored.
create table paper_code (
  account_id uuid not null references account (account_id),
  code_digest bytea not null,
  created_at timestamptz not null,
  used_at timestamptz,
  ended_at timestamptz,
  primary key (account_id, code_digest)
);

-- Somebody lost the second factor: one person of the office asks, another one agrees, neither is the person.
create table factor_reset (
  school_id bigint not null references school (school_id),
  reset_id uuid not null,
  staff_id uuid not null,
  reason text not null,
  requested_by uuid not null,
  requested_at timestamptz not null,
  decided_by uuid,
  decided_at timestamptz,
  approved boolean,
  -- the slip with which the person sets up a new one
  slip_digest bytea,
  slip_until timestamptz,
  slip_used_at timestamptz,
  primary key (school_id, reset_id),
  foreign key (school_id, staff_id) references staff (school_id, staff_id),
  foreign key (school_id, requested_by) references staff (school_id, staff_id),
  foreign key (school_id, decided_by) references staff (school_id, staff_id),
  check (requested_by <> staff_id),
  check (decided_by is null or (not approved and decided_by = requested_by)
    or (decided_by <> requested_by and decided_by <> staff_id)),
  check ((decided_by is null) = (approved is null)),
  check ((slip_digest is null) = (approved is not true))
);
create unique index one_open_reset on factor_reset (school_id, staff_id) where approved is null;

do $$
declare
  name text;
begin
  foreach name in array array['second_factor', 'paper_code', 'factor_reset'] loop
    execute format('grant select, insert, update on %I to hocba_app', name);
  end loop;
  alter table factor_reset enable row level security;
  create policy of_school on factor_reset
    using (school_id = nullif(current_setting('app.school_id', true), '')::bigint)
    with check (school_id = nullif(current_setting('app.school_id', true), '')::bigint);
end $$;
