-- Levels of signatures: what is obtained from authorities stands here until the record is issued, and afterwards by when
-- the record must be dated anew. Slots and issued records themselves are never written again.

-- A signature with its unsigned properties so far. Every timestamp is kept as soon as it is there: it may have cost money.
create table raised_slot (
  school_id bigint not null,
  record_id uuid not null,
  slot_id text not null,
  signature bytea not null,
  timestamps smallint not null,
  primary key (school_id, record_id, slot_id),
  foreign key (school_id, record_id) references record (school_id, record_id)
);

-- Revocation answers, once for each certificate (hexadecimal SHA-256 of its DER), whoever's school asks.
create table validation_answer (
  certificate text primary key check (certificate ~ '^[0-9a-f]{64}$'),
  ocsp bytea[] not null,
  crls bytea[] not null,
  asked_at timestamptz not null
);

-- The archive of an issued record: version 0 is what was issued, each later one is dated anew and holds its own bytes,
-- which differ from those before in unsigned properties alone.
create table record_archive (
  school_id bigint not null,
  record_id uuid not null,
  version integer not null check (version >= 0),
  xml bytea check ((version = 0) = (xml is null)),
  timestamps integer not null,
  -- null below LTA: never due
  renew_before timestamptz,
  archived_at timestamptz not null,
  primary key (school_id, record_id, version),
  foreign key (school_id, record_id) references issued_record (school_id, record_id)
);
create index record_archive_by_term on record_archive (school_id, renew_before);

grant select, insert, update, delete on raised_slot to hocba_app;
grant select, insert, update on validation_answer to hocba_app;
grant select, insert on record_archive to hocba_app;
create trigger refuse_row_change before update or delete on record_archive for each row execute function refuse_change();
create trigger refuse_truncate before truncate on record_archive for each statement execute function refuse_change();

do $$
declare
  name text;
begin
  foreach name in array array['raised_slot', 'record_archive'] loop
    execute format('alter table %I enable row level security', name);
    execute format($policy$create policy of_school on %I
      using (school_id = nullif(current_setting('app.school_id', true), '')::bigint)
      with check (school_id = nullif(current_setting('app.school_id', true), '')::bigint)$policy$, name);
  end loop;
end $$;
