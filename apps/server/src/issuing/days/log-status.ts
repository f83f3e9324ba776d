import { loggedStatus, parseNote, parseStatusText, type Status, statusNoteOf } from '@hocba/ledger';
import type { Kysely } from 'kysely';
import { inTransaction } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { endOf, newestOpenLog } from '../log/ends.ts';
import { addStatement, statementsNewestFirst } from '../log/statements.ts';
import type { SignedStatus } from '../status/status.ts';

/**
 * Logs the digest of a signed status file: what was said that day of every leaf cannot be denied later. The status of a log that takes
 * no further leaf goes to the school's newest one. Where nothing has changed since the last that was logged, but for that leaf
 * itself, nothing is made.
 *
 * @param origin the log that the status is about
 * @returns whether a leaf was made
 */
export async function logStatus(
  db: Kysely<Database>,
  origin: string,
  { bytes }: Pick<SignedStatus, 'bytes'>,
  at: Date,
): Promise<boolean> {
  const into = (await endOf(db, origin)) === null ? origin : await newestOpenLog(db, origin);
  if (into === null) return false;
  const status = statusIn(bytes);
  const last = await lastLogged(db, origin, into);
  if (last !== null && saysTheSame(last, status, into === origin ? 1 : 0)) return false;
  await inTransaction(db, (trx) => addStatement(trx, into, loggedStatus(bytes), at));
  return true;
}

function statusIn(note: Uint8Array): Status {
  return parseStatusText(parseNote(note, note.length).text);
}

async function lastLogged(db: Kysely<Database>, origin: string, into: string): Promise<Status | null> {
  for (const { document } of await statementsNewestFirst(db, into, 'status')) {
    const status = statusIn(statusNoteOf(document));
    if (status.origin === origin) return status;
  }
  return null;
}

function saysTheSame(last: Status, now: Status, ownLeaf: number): boolean {
  const entries = (status: Status): string => JSON.stringify(status.entries);
  return now.size <= last.size + ownLeaf && entries(now) === entries(last);
}
