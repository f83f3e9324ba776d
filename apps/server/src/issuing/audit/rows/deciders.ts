import { sql, type Transaction } from 'kysely';
import { rowNote } from '../../../store/noted-rows.ts';
import type { Database } from '../../../store/tables.ts';

/** A decision as it stands, and its line in the audit trail, if there is one. */
export interface Decision {
  readonly request_id: string;
  readonly asked_by: string;
  readonly asked_role: string;
  readonly decided_by: string;
  readonly decided_role: string;
}
export interface DecisionLine {
  readonly at: Date;
  readonly accountId: string | null;
}

/** How long a confirmation by the second factor holds (`access/second-factor`), and what a request may take. */
const CONFIRMED_MS = 6 * 60_000;

/**
 * Who could have decided: whoever owns the tables gives somebody a role, an account or an open session for as long as it takes to decide through
 * the application, and takes it back. The trail has noted who had which role, whose account it was that decided, and that this account had
 * confirmed by its second factor, without which a school in earnest lets nobody decide.
 *
 * @returns whether a decision is by who it says, in the role that it says; of what was decided before all this was noted nothing is known
 */
export async function deciders(
  trx: Transaction<Database>,
  schoolId: string,
  requests: readonly Decision[],
): Promise<(decision: Decision, line: DecisionLine | undefined) => boolean> {
  if (requests.length === 0) return () => false;
  const whose = [...new Set(requests.flatMap((one) => [one.request_id, one.asked_by, one.decided_by]))];
  const { rows } = await sql<{ seq: string; object: string; outcome: string }>`
    select seq, object, outcome from audit_event
    where school_id = ${schoolId} and act = 'row' and split_part(object, ' ', 1) = any (${whose}) order by seq`.execute(
    trx,
  );
  const notes = Map.groupBy(
    rows.flatMap(({ seq, object, outcome }) => {
      const note = rowNote(object);
      return note === null
        ? []
        : [{ name: note.name, gone: note.digest === null, seq: Number(seq), found: outcome === 'found' }];
    }),
    ({ name }) => name,
  );
  const { rows: proofs } = await sql<{ account_id: string; at: Date }>`
    select account_id, at from audit_event
    where school_id = ${schoolId} and act in ('access.proveFactor', 'access.addPasskey', 'access.addGenerator') and outcome = 'ok'`.execute(
    trx,
  );
  const proven = Map.groupBy(proofs, ({ account_id }) => account_id);
  const accounts = await trx
    .selectFrom('account')
    .select(['account_id', 'staff_id'])
    .where('school_id', '=', schoolId)
    .execute();
  const staffOf = new Map(accounts.map((row) => [row.account_id, row.staff_id]));
  const { training } = await trx
    .selectFrom('school')
    .select('training')
    .where('school_id', '=', schoolId)
    .executeTakeFirstOrThrow();
  const hadRole = (staffId: string, role: string, seq: number): boolean =>
    notes.get(`${staffId} staff_role ${role}`)?.findLast((note) => note.seq < seq)?.gone === false;
  return (decision, line) => {
    const asked = notes.get(`${decision.request_id} approval_request -`)?.[0];
    const decided = notes.get(`${decision.request_id} approval_decision -`)?.[0];
    if (asked === undefined || decided === undefined) return false;
    if (!asked.found && !hadRole(decision.asked_by, decision.asked_role, asked.seq)) return false;
    if (decided.found) return true;
    if (!hadRole(decision.decided_by, decision.decided_role, decided.seq)) return false;
    if (line === undefined || staffOf.get(line.accountId ?? '') !== decision.decided_by) return false;
    const at = Number(line.at);
    const confirmed = proven
      .get(line.accountId ?? '')
      ?.some((one) => Number(one.at) <= at && at - Number(one.at) <= CONFIRMED_MS);
    return training || confirmed === true;
  };
}
