import type { RecordDocument } from '@hocba/record';
import type { Kysely } from 'kysely';
import type { Change } from '../../access/approval/kinds.ts';
import { changesOf, isExact } from '../../access/approval/request.ts';
import { ApprovalAct } from '../../http/api/approvals.ts';
import type { Database } from '../../store/tables.ts';
import { allStated, issuedDocument, type Stated } from './stated.ts';

/** What the two persons agreed to last about a record's replacement. */
export interface AgreedReplacement {
  readonly changes: readonly Change[];
  /** Whether it was agreed that nothing else changes: older agreements only announced what would. */
  readonly exact: boolean;
}

/** A datum of a replacement that is not what two persons agreed to. */
export interface Departure {
  readonly what: string;
  readonly agreed: string;
  readonly now: string;
}

/**
 * Where a replacement departs from what was agreed: a datum that was named has its new value, every other one the value of the
 * record that is replaced. The year's result follows from the data and is not named; awards may follow from it.
 *
 * @param before the record that is replaced
 */
export function departures(
  before: RecordDocument,
  after: RecordDocument,
  agreed: readonly Change[],
): readonly Departure[] {
  const named = new Map(agreed.map((change) => [change.what, change.after]));
  const old = new Map(allStated(before).map((one) => [one.what, one]));
  const now = new Map(allStated(after).map((one) => [one.what, one]));
  const found: Departure[] = [];
  for (const what of new Set([...old.keys(), ...now.keys()])) {
    const said = now.get(what)?.value ?? '';
    const wanted = named.get(what) ?? old.get(what)?.value ?? '';
    if (said === wanted) continue;
    const of = now.get(what) ?? old.get(what);
    if (isAward(of) && (named.has(what) ? holdsLines(said, wanted) : before.result !== after.result))
      continue;
    found.push({ what, agreed: wanted, now: said });
  }
  return found;
}

function isAward(of: Stated | undefined): boolean {
  return of?.item === 'AWARD.text' || of?.item === 'SUDDEN_AWARD.text';
}

/** What a result brings by itself stands beside what somebody has written. */
function holdsLines(said: string, wanted: string): boolean {
  const lines = new Set(said.split('\n'));
  return wanted.split('\n').every((line) => line === '' || lines.has(line));
}

/**
 * Where what is to replace a record departs from what two persons agreed to last; none where nobody agreed to it datum by datum,
 * or the replaced record's bytes are damaged, as both of them read.
 */
export async function departuresOf(
  trx: Kysely<Database>,
  schoolId: string,
  replaced: string,
  after: RecordDocument,
): Promise<readonly Departure[]> {
  const agreed = await agreedReplacement(trx, schoolId, replaced);
  if (agreed === null || !agreed.exact) return [];
  const before = await issuedDocument(trx, schoolId, replaced);
  return before === null ? [] : departures(before, after, agreed.changes);
}

/** The newest agreement to replace the record; null for one that was opened before it took two persons, or not at all. */
export async function agreedReplacement(
  trx: Kysely<Database>,
  schoolId: string,
  recordId: string,
): Promise<AgreedReplacement | null> {
  const rows = await trx
    .selectFrom('approval_request as r')
    .innerJoin('approval_decision as d', (join) =>
      join.onRef('d.school_id', '=', 'r.school_id').onRef('d.request_id', '=', 'r.request_id'),
    )
    .select(['r.act', 'r.basis'])
    .where('r.school_id', '=', schoolId)
    .where('r.kind', '=', 'recall')
    .where('r.object', '=', `record:${recordId}`)
    .where('d.decision', '=', 'approved')
    .orderBy('d.decided_at', 'desc')
    .execute();
  for (const row of rows) {
    const act = ApprovalAct.safeParse(JSON.parse(row.act)).data;
    if (act?.kind === 'recall' && act.replace) return { changes: changesOf(row), exact: isExact(row) };
  }
  return null;
}
