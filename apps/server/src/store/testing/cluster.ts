/*
 * A real database for tests.
 *
 *   import { freshDatabase } from '../store/testing/cluster.ts';
 *   const database = await freshDatabase();          // about 20 ms: migrated, empty, this test's own
 *   database.db                                      // Kysely, as the application's role
 *   await database.asOwner('update issued_record …') // as the superuser who could break anything
 *   await database.drop();                           // in afterAll / afterEach
 *
 * One PostgreSQL serves a whole run of vitest (global-setup.ts starts it for the projects that need it, in a
 * temporary folder, with fsync off). Each database is a copy of a template: migrated, with the job queue's schema.
 */
import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import pg, { type QueryResultRow } from 'pg';
import { inject } from 'vitest';
import { APPLICATION_ROLE } from '../application-role.ts';
import { applicationConnection, type Connection, openDatabase } from '../database.ts';
import { withClient } from '../open.ts';
import type { Database } from '../tables.ts';

/** What global-setup.ts hands to the test files. */
export interface TestCluster {
  readonly host: string;
  readonly port: number;
  readonly owner: { readonly user: string; readonly password: string };
  readonly applicationPassword: string;
  /** Name of the migrated database that the others are copied from. */
  readonly template: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    testCluster: TestCluster;
  }
}

export interface TestDatabase {
  readonly name: string;
  readonly db: Kysely<Database>;
  /** Superuser and owner of the tables. */
  readonly owner: Connection;
  /** Login as `hocba_app`. */
  readonly application: Connection;
  /** The owner's connection as DATABASE_URL would give it. */
  readonly url: string;
  /** One statement as the owner, in a session that knows of none before it. @returns its rows */
  asOwner<Row extends QueryResultRow>(statement: string, values?: readonly unknown[]): Promise<Row[]>;
  drop(): Promise<void>;
}

/** Tests work on days of their own (global-setup.ts); after this the database has the machine's day, as the migrations make it. */
export const DAY_AS_MIGRATED = `create or replace function today_in_vietnam() returns date language sql stable as $$
  select (now() at time zone 'Asia/Ho_Chi_Minh')::date
$$`;

/** @param template name of the database that it is a copy of, to which nobody is connected; the migrated one unless said */
export async function freshDatabase(template?: string): Promise<TestDatabase> {
  const cluster = inject('testCluster');
  const { host, port } = cluster;
  const name = `test_${randomBytes(8).toString('hex')}`;
  maintenance ??= kept({ host, port, ...cluster.owner, database: 'postgres' });
  // By its files: page by page through the log, as is usual, a copy takes three times as long.
  await maintenance.query(
    `create database ${name} template ${template ?? cluster.template} strategy file_copy`,
  );
  const owner: Connection = { host, port, ...cluster.owner, database: name };
  const application = applicationConnection({
    host,
    port,
    user: APPLICATION_ROLE,
    password: cluster.applicationPassword,
    database: name,
  });
  const db = openDatabase(application, { connections: 4 });
  const owners = kept(owner);
  return {
    name,
    db,
    owner,
    application,
    url: `postgres://${cluster.owner.user}:${cluster.owner.password}@${host}:${port}/${name}`,
    asOwner: async <Row extends QueryResultRow>(statement: string, values: readonly unknown[] = []) =>
      inCleanSession(owners, async (client) => (await client.query<Row>(statement, [...values])).rows),
    drop: async () => {
      await db.destroy();
      const ended = owners.end();
      // What is still held up is cut off by the drop.
      if (owners.idleCount === owners.totalCount) await ended;
      await maintenance?.query(`drop database if exists ${name} with (force)`);
      await ended;
    },
  };
}

/** This worker’s, to make and drop databases by: each new connection is a process that has to read the catalogue first. */
let maintenance: pg.Pool | undefined;

function kept(connection: Connection): pg.Pool {
  const pool = new pg.Pool({ ...connection, allowExitOnIdle: true });
  pool.on('error', () => {});
  pool.on('connect', (client) => void client.on('error', () => {}));
  return pool;
}

/** What the work sets, locks or leaves open goes with it, as if the connection had ended. */
async function inCleanSession<T>(pool: pg.Pool, work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let clean = false;
  try {
    const done = await work(client);
    await client.query('discard all');
    clean = true;
    return done;
  } finally {
    client.release(!clean);
  }
}

/** One statement as the application at work in a school: what it writes is noted. */
export function asApplication(
  { application }: Pick<TestDatabase, 'application'>,
  schoolId: string,
  statement: string,
  values: readonly unknown[] = [],
): Promise<void> {
  return withClient(application, async (client) => {
    await client.query('begin');
    await client.query(`set local app.school_id = '${schoolId}'`);
    await client.query(statement, [...values]);
    await client.query('commit');
  });
}
