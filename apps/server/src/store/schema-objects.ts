import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Kysely, sql } from 'kysely';
import { type Connection, openDatabase } from './database.ts';
import type { Database } from './tables.ts';

/**
 * The schema's objects as the migrations make them, one a line: what it is, its name, SHA-256 of its definition. A test makes it from a
 * database that the migrations alone have made, and says how to write it anew after another one.
 */
export const SCHEMA_OBJECTS_FILE = fileURLToPath(new URL('./schema-objects.txt', import.meta.url));

/** `<kind> <name>` and SHA-256 of its definition, hex. */
export type SchemaObjects = ReadonlyMap<string, string>;

/** Objects as the migrations make them. */
export async function migratedObjects(): Promise<SchemaObjects> {
  const lines = (await readFile(SCHEMA_OBJECTS_FILE, 'utf8')).trimEnd().split(/\r?\n/);
  return new Map(lines.map((line) => [line.slice(0, -65), line.slice(-64)]));
}

export function formatObjects(objects: SchemaObjects): string {
  return `${[...objects].map(([name, digest]) => `${name} ${digest}\n`).join('')}`;
}

/**
 * Objects of a store as its catalogue has them: each table with its columns, constraints, policies and what the application's role may do
 * with it; its triggers, and whether they are on; views; functions. Then what no migration makes and what could stand in for one of these,
 * under a name of its own: children of a table, rules, objects in the system's own schema, functions that bear the name of one there (whose arguments may fit
 * better), operators, casts, the last three also where an extension is said to have brought them, settings of a role or of the server.
 * Definitions are such as each version of PostgreSQL from 15 on writes alike.
 */
export async function schemaObjects(db: Kysely<Database>): Promise<SchemaObjects> {
  const { rows } = await sql<{ name: string; definition: string }>`
    with ours as (
      select c.oid, c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.relpersistence, c.relacl, c.relowner
      from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
        and ${notOfExtension('pg_class', 'c.oid')}),
    said as (
      select 'table ' || o.relname as name, concat_ws(' ', o.relkind, o.relrowsecurity, o.relforcerowsecurity, o.relpersistence) as line
        from ours o where o.relkind <> 'v'
      union all
      select 'table ' || o.relname, concat_ws(' ', 'column', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated,
          a.attidentity, pg_get_expr(d.adbin, d.adrelid))
        from ours o join pg_attribute a on a.attrelid = o.oid left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where a.attnum > 0 and not a.attisdropped and o.relkind <> 'v'
      union all
      select 'table ' || o.relname, concat_ws(' ', 'constraint', c.conname, c.convalidated, to_jsonb(c) ->> 'conenforced' is distinct from 'false',
          pg_get_constraintdef(c.oid))
        from ours o join pg_constraint c on c.conrelid = o.oid where c.contype not in ('n', 't')
      union all
      select 'table ' || o.relname, concat_ws(' ', 'unique', i.indisvalid, i.indisready, pg_get_indexdef(i.indexrelid))
        from ours o join pg_index i on i.indrelid = o.oid where i.indisunique
      union all
      select 'table ' || o.relname, concat_ws(' ', 'policy', p.polname, p.polcmd, p.polpermissive, p.polroles = '{0}',
          pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
        from ours o join pg_policy p on p.polrelid = o.oid
      union all
      select 'table ' || o.relname, concat_ws(' ', 'grant', coalesce(a.attname, ''), g.privilege_type, g.grantee = 0, g.is_grantable)
        from ours o left join pg_attribute a on a.attrelid = o.oid and a.attacl is not null
        cross join lateral (
          select * from aclexplode(o.relacl) where a.attname is null union all select * from aclexplode(a.attacl)) g
        where g.grantee = 0 or g.grantee = (select r.oid from pg_roles r where r.rolname = 'hocba_app')
      union all
      select 'table ' || o.relname, concat_ws(' ', 'rule', r.rulename, r.ev_enabled, pg_get_ruledef(r.oid))
        from ours o join pg_rewrite r on r.ev_class = o.oid where r.rulename <> '_RETURN'
      union all
      select 'table ' || o.relname, concat_ws(' ', 'child', i.inhrelid::regclass)
        from ours o join pg_inherits i on i.inhparent = o.oid
      union all
      select 'triggers ' || o.relname, concat_ws(' ', t.tgenabled, pg_get_triggerdef(t.oid))
        from ours o join pg_trigger t on t.tgrelid = o.oid where not t.tgisinternal
      union all
      select 'triggers ' || o.relname, concat_ws(' ', 'foreign key', t.tgenabled)
        from ours o join pg_trigger t on t.tgrelid = o.oid where t.tgisinternal and t.tgenabled <> 'O'
      union all
      select 'view ' || o.relname, pg_get_viewdef(o.oid) from ours o where o.relkind = 'v'
      union all
      select 'function ' || p.oid::regprocedure, concat_ws(' ', l.lanname, p.prosecdef, p.provolatile, p.proisstrict, p.prokind, p.proretset,
          p.prorettype::regtype, p.proconfig::text, coalesce((select string_agg(concat_ws(' ', g.privilege_type, g.grantee = 0), ' ' order by g.grantee = 0)
            from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) g where g.grantee <> p.proowner), ''), p.prosrc)
        from pg_proc p join pg_language l on l.oid = p.prolang
        where p.pronamespace = 'public'::regnamespace and ${notOfExtension('pg_proc', 'p.oid')}
      union all
      select 'function ' || n.nspname || '.' || p.proname, 'of nobody' from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where p.pronamespace = 'pg_catalog'::regnamespace and p.oid >= 16384 and ${notOfExtension('pg_proc', 'p.oid')}
      union all
      select 'function ' || n.nspname || '.' || p.proname, 'before the catalogue''s' from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where p.pronamespace = 'public'::regnamespace and exists (
          select 1 from pg_proc c where c.pronamespace = 'pg_catalog'::regnamespace and c.oid < 16384 and c.proname = p.proname)
      union all
      select 'setting search_path', s.reset_val from pg_settings s
        where s.name = 'search_path' and s.reset_val !~ '^("[$]user", *)?public$' and s.source <> 'client'
      union all
      select 'operator ' || p.oid::regoperator, 'of nobody' from pg_operator p
        where p.oid >= 16384 and (${notOfExtension('pg_operator', 'p.oid')} or p.oprleft < 16384 and p.oprright < 16384
          and p.oprname in ('=', '<>', '<', '>', '<=', '>=', '||', '~', '->', '->>'))
      union all
      select 'cast ' || p.castsource::regtype || ' ' || p.casttarget::regtype, 'of nobody' from pg_cast p
        where p.oid >= 16384 and (${notOfExtension('pg_cast', 'p.oid')} or p.castsource < 16384 and p.casttarget < 16384)
      union all
      select 'schema ' || n.nspname, 'before public' from pg_namespace n
        where n.nspname = 'hocba_app' or n.nspname = current_user
      union all
      select 'setting ' || split_part(c.setting, '=', 1), c.setting from pg_db_role_setting s cross join lateral unnest(s.setconfig) c (setting)
        where s.setdatabase in (0, (select d.oid from pg_database d where d.datname = current_database()))
          and split_part(c.setting, '=', 1) ~ '^(app[.].*|search_path|session_replication_role|row_security|role|.*_preload_libraries)$')
    select name, string_agg(line, E'\n' order by line collate "C") as definition from said group by name order by name collate "C"`.execute(
    db,
  );
  return new Map(
    rows.map(({ name, definition }) => [name, createHash('sha256').update(definition).digest('hex')]),
  );
}

const notOfExtension = (catalogue: string, oid: string) =>
  sql`not exists (select 1 from pg_depend d where d.classid = ${sql.lit(catalogue)}::regclass and d.objid = ${sql.raw(oid)} and d.deptype = 'e')`;

/** Tables that this software's own parts make beside the migrations. */
const OTHERS = new Set(['table schema_migration']);

/**
 * What is not as the migrations made it, by name. A further table, view or function of the operator's own in `public` is let be: a
 * table that none of ours stands on, and a function under another name.
 */
export function schemaFaults(
  expected: SchemaObjects,
  found: SchemaObjects,
): { name: string; code: string }[] {
  const faults: { name: string; code: string }[] = [];
  for (const [name, digest] of expected) {
    const other = found.get(name);
    if (other === undefined) faults.push({ name, code: 'schema-object-missing' });
    else if (other !== digest) faults.push({ name, code: 'schema-object-changed' });
  }
  const known = new Set([...expected.keys()].map(bareName));
  for (const name of found.keys()) {
    if (expected.has(name) || OTHERS.has(name)) continue;
    const [kind = ''] = name.split(' ', 1);
    const own = ['table', 'view', 'triggers'].includes(kind) ? !known.has(bareName(name)) : false;
    const apart =
      kind === 'function' && !/^function (pg_catalog|public)[.]/.test(name) && !known.has(bareName(name));
    if (!own && !apart) faults.push({ name, code: 'schema-object-added' });
  }
  return faults.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * What of a store's schema is not as the migrations made it. A server says so and starts all the same, since an operator's own repair may be
 * among it: what was written meanwhile the audit names.
 */
export async function schemaFaultsOf(owner: Connection): Promise<{ name: string; code: string }[]> {
  const db = openDatabase(owner, { connections: 1 });
  try {
    return schemaFaults(await migratedObjects(), await schemaObjects(db));
  } finally {
    await db.destroy();
  }
}

const bareName = (name: string): string =>
  name.replace(/\(.*$/s, '').replace(/^(table|triggers|view) /, 'relation ');
