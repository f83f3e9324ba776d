import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schemaFaultsOf } from './schema-objects.ts';
import { DAY_AS_MIGRATED, freshDatabase, type TestDatabase } from './testing/cluster.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  await database.asOwner(DAY_AS_MIGRATED);
});
afterAll(() => database.drop());

const faults = () => schemaFaultsOf(database.owner);

test('what the migrations made, with the jobs’ own schema beside it, has none', async () =>
  expect(await faults()).toEqual([]));

describe('is named, and no longer when it is put back:', () => {
  test.each<[what: string, change: string, undo: string, name: string, code?: string]>([
    [
      'the day that locks go by',
      `create or replace function today_in_vietnam() returns date language sql stable as $$ select '-infinity'::date $$`,
      DAY_AS_MIGRATED,
      'function today_in_vietnam()',
    ],
    [
      'a trigger turned off',
      'alter table record disable trigger refuse_row_change',
      'alter table record enable trigger refuse_row_change',
      'triggers record',
    ],
    [
      'one that fires for a replica only',
      'alter table slot enable replica trigger refuse_row_change',
      'alter table slot enable trigger refuse_row_change',
      'triggers slot',
    ],
    [
      'all of a table, its foreign keys among them',
      'alter table assignment disable trigger all',
      'alter table assignment enable trigger all',
      'triggers assignment',
    ],
    [
      'a trigger of the attacker’s own',
      `create function fix() returns trigger language plpgsql as $$ begin new.value := '10'; return new; end $$;
       create trigger fix before insert on cell for each row execute function fix()`,
      'drop function fix() cascade',
      'triggers cell',
    ],
    [
      'notes that are none',
      'alter function note_row() rename to was_note_row; create function note_row() returns trigger language plpgsql as $$ begin return null; end $$',
      'drop function note_row(); alter function was_note_row() rename to note_row',
      'function note_row()',
    ],
    [
      'a function that runs as its owner',
      'alter function notes_of(bigint, text[]) security invoker',
      'alter function notes_of(bigint, text[]) security definer',
      'function notes_of(bigint,text[])',
    ],
    [
      'a function that anybody may call',
      'grant execute on function notes_of(bigint, text[]) to public',
      'revoke execute on function notes_of(bigint, text[]) from public',
      'function notes_of(bigint,text[])',
    ],
    [
      'another one of the same name, that fits better',
      `create function chain_text(value varchar) returns bytea language sql as $$ select '\\x'::bytea $$`,
      'drop function chain_text(varchar)',
      'function chain_text(character varying)',
      'added',
    ],
    [
      'one with a name of the catalogue’s, that fits a table better',
      `create function to_jsonb(held staff) returns jsonb language sql as $$ select '{}'::jsonb $$`,
      'drop function to_jsonb(staff)',
      'function public.to_jsonb',
      'added',
    ],
    [
      'one such that an extension is said to have brought',
      `create function count_none(bigint, uuid) returns bigint language sql as 'select 0::bigint';
       create aggregate count(uuid) (sfunc = count_none, stype = bigint, initcond = '0'); alter extension plpgsql add aggregate count(uuid)`,
      'alter extension plpgsql drop aggregate count(uuid); drop aggregate count(uuid); drop function count_none',
      'function public.count',
      'added',
    ],
    [
      'an operator such',
      `create function eq(uuid, uuid) returns boolean language sql as 'select true'; create operator public.= (leftarg = uuid, rightarg = uuid, function = eq);
       alter extension plpgsql add operator public.= (uuid, uuid)`,
      'alter extension plpgsql drop operator public.= (uuid, uuid); drop operator public.= (uuid, uuid); drop function eq',
      'operator public.=(uuid,uuid)',
      'added',
    ],
    [
      'a view in a table’s place',
      'alter table decision rename to was_decision; create view decision as select * from was_decision',
      'drop view decision; alter table was_decision rename to decision',
      'view decision',
      'added',
    ],
    [
      'the view of leaves that are believed',
      'alter view believed_leaf rename to was_leaf; create view believed_leaf as select origin, leaf_index, leaf, leaf_hash from log_leaf',
      'drop view believed_leaf; alter view was_leaf rename to believed_leaf',
      'view believed_leaf',
    ],
    [
      'a table’s rows in a child of it',
      'create table more () inherits (issued_record)',
      'drop table more',
      'table issued_record',
    ],
    [
      'a rule',
      'create rule none as on insert to audit_event do instead nothing',
      'drop rule none on audit_event',
      'table audit_event',
    ],
    [
      'row-level security turned off',
      'alter table cell disable row level security',
      'alter table cell enable row level security',
      'table cell',
    ],
    [
      'a policy that lets all through',
      'create policy all_of_it on cell using (true)',
      'drop policy all_of_it on cell',
      'table cell',
    ],
    [
      'a right of the application’s role',
      'grant update on issued_record to hocba_app',
      'revoke update on issued_record from hocba_app',
      'table issued_record',
    ],
    [
      'one on a column',
      'grant update (xml) on issued_record to hocba_app',
      'revoke update (xml) on issued_record from hocba_app',
      'table issued_record',
    ],
    [
      'a right of everybody',
      'grant insert on log_end to public',
      'revoke insert on log_end from public',
      'table log_end',
    ],
    [
      'a constraint taken away',
      'alter table record_act drop constraint record_act_act_check',
      `alter table record_act add constraint record_act_act_check check (act in ('freeze', 'thaw', 'sign', 'return', 'issue', 'recall', 'replace'))`,
      'table record_act',
    ],
    [
      'a key taken away',
      'alter table record_registry drop constraint record_registry_pkey',
      'alter table record_registry add primary key (record_id)',
      'table record_registry',
    ],
    [
      'a column that may be empty',
      'alter table slot alter column signed_by drop not null',
      'alter table slot alter column signed_by set not null',
      'table slot',
    ],
    [
      'a column’s other default',
      `alter table school alter column profile set default 'moet-1.0'`,
      `alter table school alter column profile set default 'moet-2025'`,
      'table school',
    ],
    [
      'a schema that is looked in first',
      'create schema hocba_app',
      'drop schema hocba_app',
      'schema hocba_app',
      'added',
    ],
    [
      'where the application looks for names',
      `do $$ begin execute format('alter role hocba_app in database %I set search_path = other, public', current_database()); end $$`,
      `do $$ begin execute format('alter role hocba_app in database %I reset search_path', current_database()); end $$`,
      'setting search_path',
      'added',
    ],
    [
      'triggers turned off for every session',
      `do $$ begin execute format('alter database %I set session_replication_role = replica', current_database()); end $$`,
      `do $$ begin execute format('alter database %I reset session_replication_role', current_database()); end $$`,
      'setting session_replication_role',
      'added',
    ],
    [
      'all rows as looked at',
      `do $$ begin execute format('alter role hocba_app in database %I set app.reviewed = %L', current_database(), 'x'); end $$`,
      `do $$ begin execute format('alter role hocba_app in database %I reset app.reviewed', current_database()); end $$`,
      'setting app.reviewed',
      'added',
    ],
    [
      'a cast',
      'create function day_of(text) returns date language sql as $$ select null::date $$; create cast (text as date) with function day_of(text) as implicit',
      'drop function day_of(text) cascade',
      'cast text date',
      'added',
    ],
    [
      'an operator',
      'create function same(uuid, text) returns boolean language sql as $$ select true $$; create operator public.= (leftarg = uuid, rightarg = text, function = same)',
      'drop function same(uuid, text) cascade',
      'operator =(uuid,text)',
      'added',
    ],
    [
      'a function of the system’s',
      `set allow_system_table_mods = on; create function pg_catalog.sha256(text) returns bytea language sql as $$ select '\\x'::bytea $$`,
      'set allow_system_table_mods = on; drop function pg_catalog.sha256(text)',
      'function pg_catalog.sha256',
      'added',
    ],
  ])('%s', async (_, change, undo, name, code = 'changed') => {
    await database.asOwner(change);
    try {
      expect(await faults()).toContainEqual({ name, code: `schema-object-${code}` });
    } finally {
      await database.asOwner(undo);
    }
    expect(await faults()).toEqual([]);
  });

  test('what is taken away', async () => {
    await database.asOwner(
      'alter table class_export rename to gone; alter function move_trail() rename to gone',
    );
    expect(await faults()).toEqual(
      expect.arrayContaining(
        ['function move_trail()', 'table class_export', 'triggers class_export'].map((name) => ({
          name,
          code: 'schema-object-missing',
        })),
      ),
    );
    await database.asOwner(
      'alter table gone rename to class_export; alter function gone() rename to move_trail',
    );
    expect(await faults()).toEqual([]);
  });
});

test('what an operator has beside it is let be: a table, a view, a function, an index, a role that reads', async () => {
  const role = `reader_${database.name}`;
  await database.asOwner(`create table kept as select * from school; create view seen as select name from school;
    create function of_mine(text) returns text language sql as 'select $1'; create index by_name on staff (full_name);
    create role ${role}; grant select on school to ${role}; analyze school; comment on table school is 'x'`);
  expect(await faults()).toEqual([]);
  await database.asOwner(`drop owned by ${role}; drop role ${role}`);
});
