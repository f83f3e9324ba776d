-- What a confirmation at a signing service covers beyond the order that it was given for: prints that are made only after
-- the records are issued. Sealed with a key that is not in the database, for the next order of the same batch.
alter table signing_batch add column left_sealed bytea;
alter table signing_batch add column left_signatures integer check (left_signatures > 0);
alter table signing_batch add column left_until timestamptz;
alter table signing_batch add column left_certificate uuid;
alter table signing_batch add check (
  (left_sealed is null) = (left_signatures is null) and (left_sealed is null) = (left_until is null)
  and (left_sealed is null) = (left_certificate is null));
