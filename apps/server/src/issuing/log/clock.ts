import { formatClockAhead, LedgerError, lastSignedAt, parseClockAhead } from '@hocba/ledger';
import type { Kysely } from 'kysely';
import { inTransaction } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { endOf, newestOpenLog } from './ends.ts';
import { checkpointLock } from './lock.ts';
import { addStatement, statementsNewestFirst } from './statements.ts';

/** The last moment that a date can be. */
const LAST_DATE = 8.64e15;
/** Less than this is waited for: nothing need be stated for ever of an hour. */
export const WAITED_FOR_MS = 3_600_000;

export type ClockErrorCode =
  | 'unknown-log'
  | 'clock-not-ahead'
  | 'clock-soon-right'
  | 'lock-wrong'
  | 'no-open-log';

/** Why an operator's word about the clock is not taken. */
export class ClockError extends Error {
  readonly code: ClockErrorCode;
  /** When the log goes on by itself; null where it does not matter. */
  readonly until: Date | null;
  constructor(code: ClockErrorCode, until: Date | null = null) {
    super(code);
    this.name = 'ClockError';
    this.code = code;
    this.until = until;
  }
}

/** Until when a log writes nothing because it has signed ahead of time; null where it has not, or that was stated. */
export async function aheadUntil(db: Kysely<Database>, origin: string, now: Date): Promise<Date | null> {
  const lock = await checkpointLock(db, origin).load();
  if (lock === null) return null;
  const signedAt = lastSignedAt(lock);
  if (signedAt <= now.getTime() || (await wasAheadOf(db, origin))(signedAt)) return null;
  return new Date(Math.min(signedAt, LAST_DATE));
}

/**
 * Lets a log go on that has signed at a time that had not come, and states in it from when to when its clock was not true. Whoever owns
 * the machine sets its clock, so that this gives nobody a power that he had not; but it does not go unseen.
 *
 * @returns when the log had signed last, by its own clock
 * @throws ClockError; LedgerError 'lock-invalid'
 */
export async function stateClockAhead(db: Kysely<Database>, origin: string, now: Date): Promise<Date> {
  if ((await checkpointLock(db, origin).load()) === null) throw new ClockError('unknown-log');
  const until = await aheadUntil(db, origin, now);
  if (until === null) throw new ClockError('clock-not-ahead');
  if (until.getTime() - now.getTime() <= WAITED_FOR_MS) throw new ClockError('clock-soon-right', until);
  const into = (await endOf(db, origin)) === null ? origin : await newestOpenLog(db, origin);
  if (into === null) throw new ClockError('no-open-log');
  const document = documentOf(origin, until, now);
  await inTransaction(db, (trx) => addStatement(trx, into, document, now));
  return until;
}

function documentOf(origin: string, until: Date, now: Date): Uint8Array {
  try {
    return formatClockAhead({
      origin,
      ahead: secondOf(until.getTime()),
      found: secondOf(now.getTime()),
    });
  } catch (error) {
    // No clock says the year 10000: somebody has written it there.
    if (error instanceof LedgerError || error instanceof RangeError) throw new ClockError('lock-wrong');
    throw error;
  }
}

const secondOf = (ms: number): number => Math.floor(ms / 1000);

/** Which times of signatures were stated to be of a clock that ran ahead. */
export async function wasAheadOf(
  db: Kysely<Database>,
  origin: string,
): Promise<(signedAt: number) => boolean> {
  const stated = await statementsNewestFirst(db, null, 'clock', { about: `${origin}\n` });
  const times = new Set(stated.map(({ document }) => parseClockAhead(document).ahead));
  return (signedAt) => times.has(secondOf(signedAt));
}
