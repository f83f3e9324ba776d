import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ClientBase } from 'pg';

/** The schema's files: `NNNN_name.sql`, numbered from 0001 without gaps, never changed once released. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('./migrations', import.meta.url));

export interface Migration {
  readonly name: string;
  readonly sql: string;
  /** SHA-256, hex, of the text with LF line ends. */
  readonly checksum: string;
}

export type MigrationErrorCode =
  | 'server-too-old'
  | 'file-name'
  | 'gap'
  | 'unknown-applied'
  /** Of an older version of the program, or none of ours at all. */
  | 'behind'
  | 'changed'
  | 'failed';

export class MigrationError extends Error {
  readonly code: MigrationErrorCode;

  constructor(code: MigrationErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MigrationError';
    this.code = code;
  }
}

const OLDEST_SERVER = 150_000;
/** Any number, but the same for ever: all our servers on one database wait for each other on it. */
const LOCK_KEY = '7306931417001';

/**
 * Brings the database to the newest schema. Every file runs in a transaction of its own together with the
 * note that it ran, so a killed run goes on where it stood. Two at once wait for each other.
 *
 * @param client connected as the owner role
 * @returns names of the files that were applied now
 * @throws MigrationError
 */
export async function migrate(client: ClientBase, folder: string = MIGRATIONS_FOLDER): Promise<string[]> {
  const migrations = await readMigrations(folder);
  await requireServer(client);
  await client.query('select pg_advisory_lock($1)', [LOCK_KEY]);
  try {
    await client.query(`create table if not exists schema_migration (
      name text primary key, checksum text not null, applied_at timestamptz not null default now())`);
    const { rows } = await client.query<{ name: string; checksum: string }>(
      'select name, checksum from schema_migration order by name collate "C"',
    );
    const pending = pendingMigrations(migrations, rows);
    for (const migration of pending) await apply(client, migration);
    return pending.map(({ name }) => name);
  } finally {
    await client.query('select pg_advisory_unlock($1)', [LOCK_KEY]);
  }
}

/** @returns the folder's migrations in order; @throws MigrationError `file-name`, `gap` */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  const migrations: Migration[] = [];
  for (const name of names) {
    if (!/^[0-9]{4}_[a-z0-9_]+\.sql$/.test(name)) {
      throw new MigrationError('file-name', `Tên tệp lược đồ không đúng dạng NNNN_ten.sql: ${name}`);
    }
    const number = String(migrations.length + 1).padStart(4, '0');
    if (!name.startsWith(`${number}_`)) {
      throw new MigrationError('gap', `Thiếu hoặc trùng tệp lược đồ số ${number} (gặp ${name}).`);
    }
    // A checkout on Windows may have turned the line ends.
    const sql = (await readFile(join(folder, name), 'utf8')).replaceAll('\r\n', '\n');
    migrations.push({ name, sql, checksum: createHash('sha256').update(sql).digest('hex') });
  }
  return migrations;
}

/**
 * @param known in order
 * @param applied as the database has them, in order of name
 * @returns those still to be applied
 * @throws MigrationError `unknown-applied` (the database is newer or another's), `changed`, `gap`
 */
export function pendingMigrations(
  known: readonly Migration[],
  applied: readonly { name: string; checksum: string }[],
): Migration[] {
  for (const [index, { name, checksum }] of applied.entries()) {
    const file = known.find((migration) => migration.name === name);
    if (file === undefined) {
      throw new MigrationError(
        'unknown-applied',
        `Cơ sở dữ liệu đã có thay đổi lược đồ ${name} mà bản phần mềm này không biết. Hãy dùng bản phần mềm mới hơn.`,
      );
    }
    if (file.checksum !== checksum) {
      throw new MigrationError(
        'changed',
        `Tệp lược đồ ${name} đã bị sửa sau khi áp dụng vào cơ sở dữ liệu này.`,
      );
    }
    if (known[index] !== file) {
      throw new MigrationError('gap', `Cơ sở dữ liệu thiếu thay đổi lược đồ đứng trước ${name}.`);
    }
  }
  return known.slice(applied.length);
}

/**
 * For a program that only looks: what it knows is what is there, no more and no less. An older one would find all right in what it does
 * not read, a newer one would look for what is not there yet.
 *
 * @throws MigrationError
 */
export async function requireMigrated(client: ClientBase, folder: string = MIGRATIONS_FOLDER): Promise<void> {
  const { rows: found } = await client.query<{ there: boolean }>(
    `select to_regclass('public.schema_migration') is not null as there`,
  );
  if (found[0]?.there !== true)
    throw new MigrationError(
      'behind',
      'Cơ sở dữ liệu này không có kho học bạ nào. Hãy xem lại DATABASE_URL.',
    );
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'select name, checksum from schema_migration order by name collate "C"',
  );
  const pending = pendingMigrations(await readMigrations(folder), rows);
  if (pending.length > 0)
    throw new MigrationError(
      'behind',
      'Cơ sở dữ liệu là của bản phần mềm cũ hơn. Hãy chạy máy chủ bằng bản phần mềm này một lần (máy chủ tự nâng cấp cơ sở dữ liệu), rồi gọi lại lệnh.',
    );
}

async function apply(client: ClientBase, migration: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(migration.sql);
    await client.query('insert into schema_migration (name, checksum) values ($1, $2)', [
      migration.name,
      migration.checksum,
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    const reason = error instanceof Error ? error.message : String(error);
    throw new MigrationError('failed', `Không áp dụng được ${migration.name}: ${reason}`, { cause: error });
  }
}

async function requireServer(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ number: number; version: string }>(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as version`,
  );
  const server = rows[0];
  if (server === undefined || server.number < OLDEST_SERVER) {
    throw new MigrationError(
      'server-too-old',
      `Cần PostgreSQL 15 trở lên; máy chủ cơ sở dữ liệu là ${server?.version ?? 'không rõ'}.`,
    );
  }
}
