import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';
import { APPLICATION_ROLE } from './application-role.ts';
import { readDay, readTime } from './no-time.ts';
import type { Database } from './tables.ts';

/** How to reach the database, as `pg` takes it. */
export type Connection = Readonly<pg.ClientConfig>;

/**
 * The database as the application sees it. Values: bigint and numeric are decimal strings, `date` is
 * `YYYY-MM-DD`, timestamptz a Date, bytea a Uint8Array. A JSON column is written as text (`JSON.stringify`).
 *
 * @param connection from `applicationConnection` or `roleConnection`
 * @param options.connections size of the pool, 8 unless said
 */
export function openDatabase(
  connection: Connection,
  options: { readonly connections?: number } = {},
): Kysely<Database> {
  const pool = new pg.Pool({
    ...connection,
    max: options.connections ?? 8,
    connectionTimeoutMillis: 15_000,
    types: { getTypeParser: typeParser as typeof pg.types.getTypeParser },
  });
  // An idle connection that breaks (the database was stopped) is replaced on its next use; without a listener
  // it would end the process.
  pool.on('error', () => {});
  // Nor does the pool listen to one that is lent out: breaking between two statements of a transaction, it would
  // end the process too. The next statement on it fails and says so.
  pool.on('connect', (client) => void client.on('error', () => {}));
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
}

/** Session settings that the readers of values and the tenancy rely on, whatever the server's own are. */
const SESSION =
  '-c DateStyle=ISO -c TimeZone=UTC -c bytea_output=hex -c idle_in_transaction_session_timeout=300000';

/** Connection of a login that is the application's own role (our embedded database). */
export function applicationConnection(connection: Connection): Connection {
  return { ...connection, options: SESSION };
}

/**
 * Connection by a given URL that takes on the application's role with its first breath: the role is a startup
 * setting, so there is no moment in which a query could run as the user of the URL.
 *
 * @param url `postgres://…`
 */
export function roleConnection(url: string): Connection {
  const target = new URL(url);
  const given = target.searchParams.get('options');
  const wanted = `${SESSION} -c role=${APPLICATION_ROLE}`;
  target.searchParams.set('options', given === null ? wanted : `${given} ${wanted}`);
  return { connectionString: target.href };
}

const RETRIES = 5;

/** What may stand in a statement as it is. */
export const isSchoolId = (text: string): boolean => /^[1-9][0-9]{0,17}$/.test(text);

/**
 * Runs `work` in one transaction that sees the rows of one school only (row-level security; every query still
 * carries `school_id`, which is what a distributed database finds its shard by).
 *
 * A transaction that the database gave up for another's sake (serialisation failure, deadlock) is run again, so
 * `work` must not do anything outside it that cannot be done twice.
 *
 * @param schoolId decimal digits
 * @returns what `work` returns, after the commit
 */
export async function inSchool<T>(
  db: Kysely<Database>,
  schoolId: string,
  work: (transaction: Transaction<Database>) => Promise<T>,
): Promise<T> {
  if (!isSchoolId(schoolId)) throw new TypeError('school id is not a positive integer');
  return withRetry(() =>
    db.transaction().execute(async (transaction) => {
      // SET LOCAL and not set_config(): only the statement reaches the workers of a distributed database.
      await sql.raw(`set local app.school_id = '${schoolId}'`).execute(transaction);
      return work(transaction);
    }),
  );
}

/**
 * As `inSchool`, all of it as of one moment, however many statements it takes and whoever writes beside it. Nothing can be written.
 *
 * @param work also gets the name under which another connection can look at the same moment until `work` has ended
 */
export async function inSnapshot<T>(
  db: Kysely<Database>,
  schoolId: string,
  work: (transaction: Transaction<Database>, snapshot: string) => Promise<T>,
): Promise<T> {
  if (!isSchoolId(schoolId)) throw new TypeError('school id is not a positive integer');
  return withRetry(() =>
    db
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute(async (transaction) => {
        await sql.raw(`set local app.school_id = '${schoolId}'`).execute(transaction);
        const { rows } = await sql<{ name: string }>`select pg_export_snapshot() as name`.execute(
          transaction,
        );
        return work(transaction, rows[0]?.name ?? '');
      }),
  );
}

/** As `inSchool`, for what belongs to no school: accounts before sign-in, registries, the log. */
export async function inTransaction<T>(
  db: Kysely<Database>,
  work: (transaction: Transaction<Database>) => Promise<T>,
): Promise<T> {
  return withRetry(() => db.transaction().execute(work));
}

async function withRetry<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tries >= RETRIES || !mayRetry(error)) throw error;
      // Two that collided must not meet again in step.
      await pause(randomInt(5, 20 * 2 ** tries));
    }
  }
}

/** 40001 serialisation failure, 40P01 deadlock; Citus reports the former across shards as XX000. */
export function mayRetry(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (code === '40001' || code === '40P01') return true;
  return code === 'XX000' && typeof message === 'string' && message.includes('could not commit transaction');
}

const OID = { bytea: 17, int8: 20, date: 1082, timestamptz: 1184, byteaArray: 1001, numeric: 1700 } as const;

function typeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  switch (oid) {
    case OID.int8:
    case OID.numeric:
      return (value) => value;
    case OID.date:
      return readDay;
    case OID.timestamptz:
      return readTime;
    case OID.bytea:
      return bytes;
    case OID.byteaArray:
      // Elements of a bytea array are hex and come quoted: {"\\x00ff",NULL}
      return (value) =>
        Array.from(value.matchAll(/\\\\x([0-9a-f]*)/g), ([, hex]) => plain(Buffer.from(hex ?? '', 'hex')));
    default:
      return pg.types.getTypeParser(oid, format as 'text') as (value: string) => unknown;
  }
}

function bytes(value: string): Uint8Array {
  if (!value.startsWith('\\x')) throw new TypeError('bytea is not in hex form');
  return plain(Buffer.from(value.slice(2), 'hex'));
}

/** Not a Buffer: its slice() shares memory and its equality differs. */
function plain(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
