-- The claim on a print: signed once, when the record's leaf has its number, by the year's claim key, which a leaf of
-- the same log certifies.

create table claim_key (
  origin text not null,
  document bytea not null,
  salt bytea not null check (length(salt) = 32),
  leaf bytea not null,
  leaf_hash bytea not null primary key check (length(leaf_hash) = 32),
  made_at timestamptz not null
);

create table record_claim (
  school_id bigint not null,
  record_id uuid not null,
  -- null where the record says what version 1 of a claim has no room for
  claim text,
  signed_at timestamptz not null,
  primary key (school_id, record_id),
  foreign key (school_id, record_id) references record (school_id, record_id)
);

do $$
declare
  name text;
begin
  foreach name in array array['claim_key', 'record_claim'] loop
    execute format('grant select, insert on %I to hocba_app', name);
    execute format('create trigger refuse_row_change before update or delete on %I for each row execute function refuse_change()', name);
    execute format('create trigger refuse_truncate before truncate on %I for each statement execute function refuse_change()', name);
  end loop;
end $$;
alter table record_claim enable row level security;
create policy of_school on record_claim
  using (school_id = nullif(current_setting('app.school_id', true), '')::bigint)
  with check (school_id = nullif(current_setting('app.school_id', true), '')::bigint);
