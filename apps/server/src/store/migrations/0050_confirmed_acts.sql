-- What a person has confirmed is what is signed in his or her name, and nothing else: a batch holds the digest of its items, and is noted in the audit trail as it
-- begins and as it ends (0049_noted_office.sql). An item that somebody put among them, a batch that nobody asked for, one that was ended and opened again, another
-- person, role or printed address would be signed by a key that is open, at a desk whose person has agreed to the batch, or by a service that was asked once.
alter table signing_batch add column chosen bytea check (length(chosen) = 32);

-- `signing/confirmed-batch.ts` has the same. A print that follows a seal of the batch comes by itself; of others it was chosen.
update signing_batch b set chosen = sha256(convert_to(coalesce((
  select string_agg(i.record_id || '/' || i.slot_id, E'\n' order by (i.record_id || '/' || i.slot_id) collate "C") from signing_item i
  where i.school_id = b.school_id and i.batch_id = b.batch_id and not (i.slot_id = 'print' and exists (
    select 1 from signing_item s where s.school_id = i.school_id and s.batch_id = i.batch_id and s.record_id = i.record_id and s.slot_id <> 'print'))), ''), 'UTF8'));
alter table signing_batch alter column chosen set not null;

-- Files that were taken along are counted by these: one that is taken away, or made another person's, lets somebody take more without a second person.
alter table class_export disable trigger refuse_row_change;
alter table class_export add column export_id uuid not null default gen_random_uuid();
alter table class_export alter column export_id drop default;
alter table class_export add primary key (school_id, export_id);
alter table class_export enable trigger refuse_row_change;

-- Sessions carry a seal by a key that is not in the database (`access/session-seal.ts`): one that was put in by SQL, given to another account, prolonged or said
-- to be confirmed opens nothing. Those that are open now have none, and everybody signs in again.
alter table session add column seal bytea;

-- As before, and of a batch not what its work changes, of a code on paper not that it was used.
create or replace function noted_values(of_table text, data jsonb) returns jsonb language sql stable as $$
  select case of_table
    when 'second_factor' then data - '{name,counter,transports,last_step,last_used_at}'::text[] || jsonb_build_object(
      'school_id', (select a.school_id from account a where a.account_id = (data ->> 'account_id')::uuid))
    when 'paper_code' then data - '{used_at,ended_at}'::text[] || jsonb_build_object(
      'school_id', (select a.school_id from account a where a.account_id = (data ->> 'account_id')::uuid))
    when 'signing_batch' then data - '{paused,left_sealed,left_signatures,left_until,left_certificate}'::text[]
    else data end
$$;

-- With these the minutes of hand-overs, which stand as they were written on the day.
do $$
declare
  of_table text;
  columns text[];
  found_rows text := '';
begin
  perform set_config('timezone', 'UTC', true);
  for of_table, columns in
    select split_part(line, ' ', 1), (string_to_array(line, ' '))[2:] from unnest(array[
      'signing_batch batch_id',
      'class_export class_id export_id',
      'paper_code account_id code_digest',
      'hand_over class_id hand_over_id',
      'hand_over_answer hand_over_id',
      'book_handing pupil_id handing_id']) line
  loop
    execute format(
      'create constraint trigger note_row after insert or update or delete on %I deferrable initially deferred for each row execute function note_row(%s)',
      of_table, (select string_agg(quote_literal(c), ', ') from unnest(columns) c));
    found_rows := found_rows || case when found_rows = '' then '' else ' union all ' end || format(
      'select row_name(%1$L, data, %2$L) || '' '' || encode(row_digest(%1$L, data), ''hex'') as object, (data ->> ''school_id'')::bigint as school_id
       from (select noted_values(%1$L, to_jsonb(t)) as data from %1$I t) one', of_table, columns);
  end loop;
  -- What is there already is noted as it stands.
  execute 'insert into audit_event (school_id, event_id, at, act, object, outcome)
    select school_id, gen_random_uuid(), clock_timestamp(), ''row'', object, ''found'' from (' || found_rows || ') found order by school_id, object';
  set constraints all immediate;
end $$;
