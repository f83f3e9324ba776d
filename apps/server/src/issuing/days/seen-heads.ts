import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChainHead } from '@hocba/ledger';
import type { Kysely } from 'kysely';
import { inSchool, isSchoolId } from '../../store/database.ts';
import { writeDurably } from '../../store/durable-file.ts';
import type { Database } from '../../store/tables.ts';
import { TRAIL_NAME } from './chains.ts';

/**
 * Where each chain stood when this process last looked, in a file beside the database: who owns the tables and not this folder cannot
 * rewrite a chain unnoticed, not even in the minutes before the next anchor in the log. After a restore of an older backup the
 * operator takes the file away, as with `restored`.
 */
export const SEEN_HEADS_FILE = 'seen-heads';

/** How often it is looked. */
const EVERY_MS = 5000;
const HEADER = 'hocba.vn/seen-heads/v1';

/** By school, then by chain: a class's id, or `audit-trail`. */
export type SeenHeads = ReadonlyMap<string, ReadonlyMap<string, ChainHead>>;

export interface WatchDeps {
  readonly db: Kysely<Database>;
  readonly dataDir: string;
  log(line: string): void;
}

/** What the file says; empty where there is none. @throws RangeError for a file that is no such file */
export async function seenHeads(dataDir: string): Promise<SeenHeads> {
  let text: string;
  try {
    text = await readFile(join(dataDir, SEEN_HEADS_FILE), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw error;
  }
  const [header, ...lines] = text.split('\n');
  if (header !== HEADER || lines.pop() !== '') throw new RangeError(SEEN_HEADS_FILE);
  const found = new Map<string, Map<string, ChainHead>>();
  for (const line of lines) {
    const match = /^(\d{1,19}) ([\x21-\x7e]{1,200}) (\d{1,15}) ([0-9a-f]{64})$/.exec(line);
    if (match === null) throw new RangeError(SEEN_HEADS_FILE);
    const [, school = '', chain = '', seq = '', hash = ''] = match;
    const heads = found.get(school) ?? new Map<string, ChainHead>();
    heads.set(chain, { seq: Number(seq), hash: new Uint8Array(Buffer.from(hash, 'hex')) });
    found.set(school, heads);
  }
  return found;
}

function formatted(heads: SeenHeads): string {
  const lines = [...heads].flatMap(([school, chains]) =>
    [...chains].map(
      ([chain, { seq, hash }]) => `${school} ${chain} ${seq} ${Buffer.from(hash).toString('hex')}\n`,
    ),
  );
  return `${HEADER}\n${lines.sort().join('')}`;
}

/**
 * Looks once: every chain that has grown on from where it was last seen is noted anew; one that no longer holds what was seen keeps
 * its old line, so that an audit can name it.
 *
 * @returns chains found rewritten or cut, `<school>/<chain>`
 */
export async function lookAtHeads(deps: Omit<WatchDeps, 'log'>): Promise<string[]> {
  const before = await seenHeads(deps.dataDir);
  const after = new Map<string, ReadonlyMap<string, ChainHead>>();
  const broken: string[] = [];
  const schools = await deps.db.selectFrom('school').select('school_id').orderBy('school_id').execute();
  for (const { school_id: schoolId } of schools) {
    // A row that is no school keeps nobody from looking at those that are; an audit names it.
    if (!isSchoolId(schoolId)) continue;
    const seen = before.get(schoolId) ?? new Map<string, ChainHead>();
    const chains = new Map(seen);
    const { heads, again } = await inSchool(deps.db, schoolId, async (trx) => ({
      heads: await presentHeads(trx, schoolId),
      again: await hashesAt(trx, schoolId, seen),
    }));
    for (const [chain, { hash }] of seen) {
      if (again.get(chain) !== hex(hash)) broken.push(`${schoolId}/${chain}`);
    }
    for (const [chain, head] of heads)
      if (!broken.includes(`${schoolId}/${chain}`) && head.seq >= (seen.get(chain)?.seq ?? 0))
        chains.set(chain, head);
    if (chains.size > 0) after.set(schoolId, chains);
  }
  // Schools do not vanish; if one did, its lines stay.
  for (const [school, chains] of before) if (!after.has(school)) after.set(school, chains);
  const text = formatted(after);
  if (text !== formatted(before))
    await writeDurably(join(deps.dataDir, SEEN_HEADS_FILE), Buffer.from(text), 0o600);
  return broken;
}

/** Newest act of each class by its counter, and newest event: by keys, so that looking often costs little. */
async function presentHeads(trx: Kysely<Database>, schoolId: string): Promise<Map<string, ChainHead>> {
  const classes = await trx
    .selectFrom('class_counter as c')
    .innerJoin('cell_act as a', (join) =>
      join
        .onRef('a.school_id', '=', 'c.school_id')
        .onRef('a.class_id', '=', 'c.class_id')
        .onRef('a.seq', '=', 'c.seq'),
    )
    .select(['a.class_id', 'a.seq', 'a.chain'])
    .where('c.school_id', '=', schoolId)
    .execute();
  const trail = await trx
    .selectFrom('audit_event')
    .select(['seq', 'chain'])
    .where('school_id', '=', schoolId)
    .orderBy('seq', 'desc')
    .limit(1)
    .execute();
  return new Map([
    ...classes.map((row) => [row.class_id, { seq: Number(row.seq), hash: row.chain }] as const),
    ...trail.map((row) => [TRAIL_NAME, { seq: Number(row.seq), hash: row.chain }] as const),
  ]);
}

/** Hashes that stand now where heads were seen, hex. */
async function hashesAt(
  trx: Kysely<Database>,
  schoolId: string,
  seen: ReadonlyMap<string, ChainHead>,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const classes = [...seen].filter(([chain]) => chain !== TRAIL_NAME);
  if (classes.length > 0) {
    const rows = await trx
      .selectFrom('cell_act')
      .select(['class_id', 'chain'])
      .where('school_id', '=', schoolId)
      .where(({ eb, or }) =>
        or(classes.map(([chain, { seq }]) => eb.and({ class_id: chain, seq: String(seq) }))),
      )
      .execute();
    for (const row of rows) found.set(row.class_id, hex(row.chain));
  }
  const trail = seen.get(TRAIL_NAME);
  if (trail !== undefined) {
    const row = await trx
      .selectFrom('audit_event')
      .select('chain')
      .where('school_id', '=', schoolId)
      .where('seq', '=', String(trail.seq))
      .executeTakeFirst();
    if (row !== undefined) found.set(TRAIL_NAME, hex(row.chain));
  }
  return found;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** Looks every few seconds; says once of each chain that it was rewritten. */
export function watchHeads(deps: WatchDeps): { stop(): Promise<void> } {
  const said = new Set<string>();
  let running: Promise<void> = Promise.resolve();
  const look = (): void => {
    running = running.then(async () => {
      try {
        for (const chain of await lookAtHeads(deps)) {
          if (!said.has(chain))
            deps.log(`Chuỗi ghi ${chain} không còn nối tiếp chỗ đã thấy: hãy chạy hocba audit.`);
          said.add(chain);
        }
      } catch (error) {
        deps.log(`Chưa xem được các chuỗi ghi: ${error instanceof Error ? error.name : 'không rõ'}`);
      }
    });
  };
  const timer = setInterval(look, EVERY_MS);
  timer.unref();
  look();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
