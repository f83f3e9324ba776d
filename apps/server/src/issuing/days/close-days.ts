import { randomBytes } from 'node:crypto';
import { dailyCommitment, encodeLeaf } from '@hocba/ledger';
import type { Kysely } from 'kysely';
import { vietnamDay } from '../../signing/freeze/time.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { endOf, schoolYearLogs } from '../log/ends.ts';
import { sha256 } from '../log/keys.ts';
import { addPending, originsMade } from '../log/pending.ts';
import type { SignedStatus } from '../status/status.ts';
import type { Sequencer } from '../writer/sequencer.ts';
import { headsBefore, type NamedHead, TRAIL_NAME } from './chains.ts';
import { logStatus } from './log-status.ts';

export interface DayDeps {
  readonly db: Kysely<Database>;
  readonly sequencer: Pick<Sequencer, 'ensure' | 'wake' | 'settle'>;
  readonly logHost: string;
  now(): Date;
  /** Dates the status file of a log anew. */
  publishStatus?(origin: string): Promise<SignedStatus>;
}

const DAY_MS = 86_400_000;

/**
 * Closes the day that has ended, for every school, dates the status of every log and logs its digest; remembers what it has done, so
 * that it may be asked every minute.
 */
export function dayCloser(deps: DayDeps): () => Promise<void> {
  const done = new Set<string>();
  return async () => {
    const day = vietnamDay(new Date(deps.now().getTime() - DAY_MS));
    const of = (what: string) => `${day} ${what}`;
    for (const one of await schoolYearLogs(deps.db, deps.logHost)) {
      const key = of(`${one.schoolId} ${one.schoolYear}`);
      if (done.has(key)) continue;
      await closeDay(deps, one, day);
      done.add(key);
    }
    // Of every log, the closed ones too: a record of an old year is asked about as often.
    for (const origin of await originsMade(deps.db)) {
      if (deps.publishStatus === undefined || done.has(of(origin))) continue;
      // Of the whole tree as it is now, so that what waits a moment is no news at the next look.
      if ((await endOf(deps.db, origin)) === null) await deps.sequencer.settle(origin);
      const status = await deps.publishStatus(origin);
      if (await logStatus(deps.db, origin, status, deps.now())) deps.sequencer.wake();
      done.add(of(origin));
    }
    for (const key of done) if (!key.startsWith(day)) done.delete(key);
  };
}

/**
 * Logs where the chains of a school year stood at the end of a day: one leaf, and the heads that it commits to. Nothing is
 * logged of a day on which nothing was written, nor of one that was closed before.
 *
 * @param day `2026-05-28`, in Vietnam; must have ended
 * @returns whether a leaf was made
 * @throws Refusal `log-unavailable`
 */
export async function closeDay(
  deps: DayDeps,
  of: { readonly schoolId: string; readonly schoolYear: string; readonly origin: string },
  day: string,
): Promise<boolean> {
  const { schoolId, schoolYear, origin } = of;
  const end = new Date(Date.parse(`${day}T00:00:00+07:00`) + DAY_MS);
  if (end > deps.now()) throw new RangeError('the day has not ended');
  const look = await inSchool(deps.db, schoolId, (trx) => needed(trx, of, end));
  if (look === null) return false;
  await deps.sequencer.ensure(origin);
  const made = await inSchool(deps.db, schoolId, async (trx) => {
    const heads = await needed(trx, of, end);
    if (heads === null) return false;
    const salt = new Uint8Array(randomBytes(32));
    const commitment = dailyCommitment(sha256, { school: schoolId, day, classes: heads }, salt);
    const madeAt = deps.now();
    const leaf = encodeLeaf({ kind: 'dailyRoot', time: Math.floor(madeAt.getTime() / 1000), commitment });
    const key = { school_id: schoolId, school_year: schoolYear, day };
    const leafHash = await addPending(trx, origin, leaf);
    await trx
      .insertInto('school_day')
      .values({ ...key, origin, salt, leaf, leaf_hash: leafHash, made_at: madeAt })
      .execute();
    await trx
      .insertInto('school_day_head')
      .values(
        heads.map(({ classId, seq, hash }) => ({ ...key, chain_name: classId, seq: String(seq), hash })),
      )
      .execute();
    return true;
  });
  if (made) deps.sequencer.wake();
  return made;
}

/** Heads to log; null when the newest day has the same, or the day was closed. */
async function needed(
  trx: Kysely<Database>,
  of: { readonly schoolId: string; readonly schoolYear: string },
  end: Date,
): Promise<NamedHead[] | null> {
  const { schoolId, schoolYear } = of;
  const day = vietnamDay(new Date(end.getTime() - 1));
  const newest = await trx
    .selectFrom('school_day')
    .select('day')
    .where('school_id', '=', schoolId)
    .where('school_year', '=', schoolYear)
    // A day to come was closed under a clock that ran ahead, and keeps none from being closed before it.
    .where('day', '<=', day)
    .orderBy('day', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (newest?.day === day) return null;
  const heads = await headsBefore(trx, schoolId, schoolYear, end);
  // A year in which nobody has set anything yet needs no line of its own for the trail.
  if (!heads.some(({ classId }) => classId !== TRAIL_NAME)) return null;
  const last =
    newest === undefined
      ? []
      : await trx
          .selectFrom('school_day_head')
          .select(['chain_name', 'seq'])
          .where('school_id', '=', schoolId)
          .where('school_year', '=', schoolYear)
          .where('day', '=', newest.day)
          .execute();
  const seqOf = new Map(last.map((row) => [row.chain_name, Number(row.seq)]));
  const same = heads.length === last.length && heads.every((head) => seqOf.get(head.classId) === head.seq);
  return same ? null : heads;
}
