import { type Kysely, sql } from 'kysely';
import { inSnapshot } from '../../../store/database.ts';
import type { Database } from '../../../store/tables.ts';
import type { AuditNotes } from '../report.ts';

/** A session is twelve hours old at most, and what it has paired goes on for as long (`access/session.ts`, agents). */
const REACH = '25 hours';

/**
 * Names what an account has done in whose name nobody had signed in: who owns the tables needs no password to open a session, and the
 * application takes it for the person's. Of each account the first such event; of a trail from before anybody signed in nothing is known.
 */
export async function auditSignedIn(
  db: Kysely<Database>,
  schoolId: string,
  notes: AuditNotes,
): Promise<void> {
  const { rows } = await inSnapshot(db, schoolId, (trx) =>
    sql<{ seq: string }>`
      with entered as (
        select seq, account_id, at, act, outcome, act in ('access.signIn', 'access.choosePassword') as at_door
        from audit_event where school_id = ${schoolId} and account_id is not null and act <> 'row'),
      since as (select min(seq) as seq from entered where at_door and outcome = 'ok'),
      seen as (
        select seq, account_id, at, at_door, max(at) filter (where at_door and outcome = 'ok')
          over (partition by account_id order by seq) as signed_in_at
        from entered)
      select min(seq) as seq from seen
      where not at_door and seq > (select seq from since)
        and (signed_in_at is null or at > signed_in_at + ${REACH}::interval)
      group by account_id order by seq`.execute(trx),
  );
  for (const { seq } of rows) notes.problem('event', `#${seq}`, 'nobody-signed-in');
}
