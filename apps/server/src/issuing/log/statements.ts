import { randomBytes } from 'node:crypto';
import { encodeLeaf, type StatementKind, statementCommitment, statementHeader } from '@hocba/ledger';
import { type Kysely, type RawBuilder, type Selectable, sql } from 'kysely';
import type { LogStatementTable } from '../../store/tables/log-life.ts';
import type { Database } from '../../store/tables.ts';
import { sha256 } from './keys.ts';
import { addPending } from './pending.ts';

/** A document that a leaf of kind `statement` commits to, as stored. */
export interface StoredStatement {
  readonly origin: string;
  readonly document: Uint8Array;
  readonly salt: Uint8Array;
  readonly leaf: Uint8Array;
  readonly leafHash: Uint8Array;
  readonly madeAt: Date;
}

/** Stores a document and hands its leaf to the sequencer, in one transaction. @returns the leaf's hash */
export async function addStatement(
  trx: Kysely<Database>,
  origin: string,
  document: Uint8Array,
  at: Date,
): Promise<Uint8Array> {
  const salt = new Uint8Array(randomBytes(32));
  const commitment = statementCommitment(sha256, document, salt);
  const leaf = encodeLeaf({ kind: 'statement', time: Math.floor(at.getTime() / 1000), commitment });
  const leafHash = await addPending(trx, origin, leaf);
  await trx
    .insertInto('log_statement')
    .values({ leaf_hash: leafHash, origin, document, salt, leaf, made_at: at })
    .execute();
  return leafHash;
}

/** All statements of all logs, the earliest of each first. */
export async function storedStatements(db: Kysely<Database>): Promise<StoredStatement[]> {
  const rows = await db
    .selectFrom('log_statement')
    .selectAll()
    .orderBy('origin')
    .orderBy('made_at')
    .execute();
  return rows.map(stored);
}

/**
 * Statements of a kind in a log, the newest first.
 * @param origin null: in whatever log
 * @param about what the document says right behind its first line, for those about something of which a log may hold many
 * @param since only those made after this moment
 */
export async function statementsNewestFirst(
  db: Kysely<Database>,
  origin: string | null,
  kind: StatementKind,
  {
    about = '',
    atMost = 1000,
    since,
  }: { readonly about?: string; readonly atMost?: number; readonly since?: Date | undefined } = {},
): Promise<StoredStatement[]> {
  const rows = await db
    .selectFrom('log_statement')
    .selectAll()
    .$if(origin !== null, (query) => query.where('origin', '=', origin))
    .$if(since !== undefined, (query) => query.where('made_at', '>', since as Date))
    .where(beginsWith(Buffer.concat([statementHeader(kind), Buffer.from(about)])))
    .orderBy('made_at', 'desc')
    .limit(atMost)
    .execute();
  return rows.map(stored);
}

/** Bytes of a document that are indexed (migration 0043). */
const INDEXED = 300;

/** As a range, by which the index is read; what begins a document never ends in 0xff, as it is UTF-8. */
export function beginsWith(beginning: Uint8Array): RawBuilder<boolean> {
  if (beginning.length > INDEXED) throw new RangeError('beginning of a statement');
  const after = Buffer.from(beginning);
  after[after.length - 1] = (after.at(-1) ?? 0) + 1;
  const indexed = sql.raw(`substring(document from 1 for ${INDEXED})`);
  return sql<boolean>`(${indexed} >= ${Buffer.from(beginning)} and ${indexed} < ${after})`;
}

/** The newest statement of a kind in a log, or in whatever log. */
export async function newestStatement(
  db: Kysely<Database>,
  origin: string | null,
  kind: StatementKind,
  about = '',
): Promise<StoredStatement | null> {
  return (await statementsNewestFirst(db, origin, kind, { about, atMost: 1 }))[0] ?? null;
}

/** The statement of the largest tree of another log that was lodged here. Behind the header stand origin and size, each on a line. */
export async function largestLodged(db: Kysely<Database>, origin: string): Promise<StoredStatement | null> {
  const beginning = Buffer.concat([statementHeader('lodged'), Buffer.from(`${origin}\n`)]);
  const size = sql`split_part(encode(substring(document from 1 for ${sql.lit(INDEXED)}), 'escape'), chr(10), 3)::bigint`;
  const row = await db
    .selectFrom('log_statement')
    .selectAll()
    .where(beginsWith(beginning))
    .orderBy(size, 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : stored(row);
}

function stored(row: Selectable<LogStatementTable>): StoredStatement {
  const { origin, document, salt, leaf } = row;
  return { origin, document, salt, leaf, leafHash: row.leaf_hash, madeAt: row.made_at };
}
