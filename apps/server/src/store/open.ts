import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Kysely } from 'kysely';
import pg from 'pg';
import { APPLICATION_ROLE, ensureApplicationRole, requireConfined } from './application-role.ts';
import { applicationConnection, type Connection, openDatabase, roleConnection } from './database.ts';
import { migrate } from './migrate.ts';
import { lockDataFolder } from './postgres/data-lock.ts';
import { startEmbedded } from './postgres/embedded.ts';
import { LaunchError } from './postgres/launch-error.ts';
import type { Database } from './tables.ts';

export interface Store {
  readonly db: Kysely<Database>;
  /** The role that owns the tables: for migrations and the job queue's own schema, never for a request. */
  readonly owner: Connection;
  readonly application: Connection;
  /** Resolves when the embedded database ends by itself; never, for a database of others. */
  readonly lost: Promise<void>;
  /** Closes the pool, stops an embedded database, gives the data folder free. Safe to call twice. */
  close(): Promise<void>;
}

const DATABASE = 'hocba';

/**
 * Opens the store: takes the data folder for this process, starts the embedded PostgreSQL (or connects to
 * `databaseUrl`), migrates, and connects as the application's role.
 *
 * @param options.dataFolder also holds keys and files besides the database; created if absent
 * @param options.databaseUrl `postgres://…` of any PostgreSQL ≥ 15, instead of the embedded one
 * @throws LaunchError, MigrationError, ApplicationRoleError, each with a Vietnamese sentence; nothing runs on then
 */
export async function openStore(options: {
  readonly dataFolder: string;
  readonly databaseUrl?: string | undefined;
}): Promise<Store> {
  const server = await reachServer(options);
  try {
    await prepareSchema(server.owner, server.applicationPassword);
    const db = openDatabase(server.application);
    try {
      await withClient(server.application, requireConfined);
    } catch (error) {
      await db.destroy();
      throw error;
    }
    let closing: Promise<void> | null = null;
    return {
      db,
      owner: server.owner,
      application: server.application,
      lost: server.lost,
      close: () => {
        closing ??= db.destroy().finally(() => server.stop());
        return closing;
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Makes the application's role and brings the schema to the newest state, as the owner role. */
export async function prepareSchema(owner: Connection, applicationPassword: string | null): Promise<void> {
  await withClient(owner, async (client) => {
    await ensureApplicationRole(client, applicationPassword);
    await migrate(client);
  });
}

interface ReachedServer {
  readonly owner: Connection;
  readonly application: Connection;
  readonly applicationPassword: string | null;
  readonly lost: Promise<void>;
  stop(): Promise<void>;
}

async function reachServer(options: {
  dataFolder: string;
  databaseUrl?: string | undefined;
}): Promise<ReachedServer> {
  const { databaseUrl } = options;
  if (databaseUrl !== undefined && databaseUrl !== '') {
    const dataFolder = resolve(options.dataFolder);
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
    const lock = lockDataFolder(dataFolder);
    try {
      await requireReachable({ connectionString: databaseUrl });
    } catch (error) {
      lock.release();
      throw error;
    }
    return {
      owner: { connectionString: databaseUrl },
      application: roleConnection(databaseUrl),
      applicationPassword: null,
      lost: new Promise(() => {}),
      stop: async () => lock.release(),
    };
  }
  const server = await startEmbedded({ dataFolder: options.dataFolder });
  try {
    const { host, port, owner, applicationPassword } = server;
    await withClient({ host, port, ...owner, database: 'postgres' }, createDatabase);
    return {
      owner: { host, port, ...owner, database: DATABASE },
      application: applicationConnection({
        host,
        port,
        user: APPLICATION_ROLE,
        password: applicationPassword,
        database: DATABASE,
      }),
      applicationPassword,
      lost: server.exited,
      stop: () => server.stop(),
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function createDatabase(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
  if (rowCount === 0) await client.query(`create database ${DATABASE}`);
}

/** @throws LaunchError with the code alone: an address may hold a password */
export async function requireReachable(connection: Connection): Promise<void> {
  try {
    await withClient(connection, async () => {});
  } catch (error) {
    const { code } = error as { code?: unknown };
    throw new LaunchError(
      'database-unreachable',
      `Không vào được cơ sở dữ liệu (${typeof code === 'string' ? code : 'địa chỉ không đúng'}). Hãy xem lại DATABASE_URL: ${UNREACHABLE[String(code)] ?? 'máy, cổng, tên người dùng, mật khẩu và tên cơ sở dữ liệu'}.`,
    );
  }
}

/** Codes of the system and of PostgreSQL (appendix A of its manual). */
const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'không có PostgreSQL nào đang chạy ở máy và cổng ấy',
  ENOTFOUND: 'không có máy nào tên như vậy',
  ETIMEDOUT: 'máy ấy không trả lời',
  '28P01': 'sai mật khẩu',
  '28000': 'không có người dùng ấy, hay PostgreSQL không cho người ấy vào',
  '3D000': 'không có cơ sở dữ liệu tên ấy',
  '57P03': 'PostgreSQL đang khởi động hay đang dừng, hãy thử lại',
};

/** Runs `work` on a connection of its own. */
export async function withClient<T>(
  connection: Connection,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
