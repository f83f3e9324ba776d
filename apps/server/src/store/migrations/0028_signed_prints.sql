-- The print of an issued record as a file that the school has signed (PAdES). Version 0 is what was signed; each later one is
-- the same file with more validation data and a newer timestamp behind it. Never written again.
create table signed_print (
  school_id bigint not null,
  record_id uuid not null,
  version integer not null check (version >= 0),
  pdf bytea not null,
  digest bytea not null check (digest = sha256(pdf)),
  certificate_id uuid not null,
  signed_by uuid not null,
  timestamps integer not null,
  -- null below LTA: never due
  renew_before timestamptz,
  stored_at timestamptz not null,
  primary key (school_id, record_id, version),
  foreign key (school_id, record_id) references issued_record (school_id, record_id),
  foreign key (school_id, certificate_id) references signing_certificate (school_id, certificate_id)
);
create index signed_print_by_term on signed_print (school_id, renew_before);
-- Already compressed inside.
alter table signed_print alter column pdf set storage external;

grant select, insert on signed_print to hocba_app;
create trigger refuse_row_change before update or delete on signed_print for each row execute function refuse_change();
create trigger refuse_truncate before truncate on signed_print for each statement execute function refuse_change();
alter table signed_print enable row level security;
create policy of_school on signed_print
  using (school_id = nullif(current_setting('app.school_id', true), '')::bigint)
  with check (school_id = nullif(current_setting('app.school_id', true), '')::bigint);

-- The address that a batch's prints name, as the person who confirmed it saw it.
alter table signing_batch add column public_url text;
