-- Until when the certificate of each time-stamping authority lasts, as its last token showed: what must soon be paid for
-- again is not paid for. No data of a school.
create table timestamp_authority (
  place text primary key,
  ends_at timestamptz not null,
  seen_at timestamptz not null
);
grant select, insert, update on timestamp_authority to hocba_app;
