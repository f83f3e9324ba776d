import { createHash } from 'node:crypto';
import type { Kysely, Selectable, Transaction } from 'kysely';
import { z } from 'zod';
import { ApprovalAct } from '../../http/api/approvals.ts';
import { Refusal } from '../../refusal.ts';
import type { ApprovalRequestTable } from '../../store/tables/approval.ts';
import type { Database } from '../../store/tables.ts';
import type { StaffRole } from '../actor.ts';
import type { AuditEntry } from '../audit.ts';
import type { Act, ApprovalKind, ApprovalKinds, Change, Plan } from './kinds.ts';

export type RequestRow = Selectable<ApprovalRequestTable>;

/** SHA-256 over everything that a request says, each part as it is stored. */
export function digestOf(row: Omit<RequestRow, 'digest'>): Uint8Array {
  const said = [
    'hocba approval 1',
    row.school_id,
    row.request_id,
    row.kind,
    row.object,
    row.act,
    row.basis,
    row.summary,
    row.reason,
    row.evidence,
    row.asked_by,
    row.asked_role,
    row.asked_at.toISOString(),
    row.open_until.toISOString(),
  ];
  return new Uint8Array(createHash('sha256').update(JSON.stringify(said)).digest());
}

/** What an act stands on and what it changes, as the text that the digest is made over. */
export function basisOf({
  basis,
  changes = [],
  exact = false,
}: Pick<Plan, 'basis' | 'changes' | 'exact'>): string {
  if (exact) return JSON.stringify({ on: basis, changes, exact });
  return JSON.stringify(changes.length === 0 ? basis : { on: basis, changes });
}

/** Whether a stored request says that nothing changes but what it names. */
export function isExact({ basis }: Pick<RequestRow, 'basis'>): boolean {
  const said: unknown = JSON.parse(basis);
  return typeof said === 'object' && said !== null && 'exact' in said && said.exact === true;
}

/** The act that a stored request asks for; null where a row holds none. */
export function actOf({ act }: Pick<RequestRow, 'act'>): Act | null {
  try {
    return ApprovalAct.safeParse(JSON.parse(act)).data ?? null;
  } catch {
    return null;
  }
}

export const Changes = z.array(z.object({ what: z.string(), before: z.string(), after: z.string() }));

/** What a list shows of `changesOf`: nothing of a row that holds no changes. */
export function changesToShow(row: Pick<RequestRow, 'basis'>): readonly Change[] {
  try {
    return Changes.safeParse(changesOf(row)).data ?? [];
  } catch {
    return [];
  }
}

/** What a stored request changes, read from the bytes that were agreed to. */
export function changesOf({ basis }: Pick<RequestRow, 'basis'>): readonly Change[] {
  const said: unknown = JSON.parse(basis);
  const changes = typeof said === 'object' && said !== null && 'changes' in said ? said.changes : [];
  return changes as readonly Change[];
}

/**
 * How a decision stands in the school's audit trail, with the digest of exactly what was decided: the trail's chain is anchored in the
 * log, so that whoever rewrites a request and its decision afterwards is found.
 */
export function decisionEntry(row: Pick<RequestRow, 'request_id' | 'digest'>): Omit<AuditEntry, 'outcome'> {
  const digest = Buffer.from(row.digest).toString('hex');
  return { act: 'access.decideApproval', object: `request:${row.request_id} ${digest}` };
}

export function kindOf(kinds: ApprovalKinds, act: Act): ApprovalKind {
  const kind = kinds[act.kind];
  if (kind === undefined) throw new Refusal('not-found');
  return kind as ApprovalKind;
}

/** Whether what the request stands on has changed, so that it can no longer be agreed to. A log that is away changes nothing. */
export async function isOutdated(
  trx: Transaction<Database>,
  kind: ApprovalKind,
  row: Pick<RequestRow, 'school_id' | 'act' | 'object' | 'basis'>,
): Promise<boolean> {
  const act = actOf(row);
  if (act === null) return true;
  try {
    const plan = await kind.plan(trx, row.school_id, act, 'toSee');
    return plan.object !== row.object || basisOf(plan) !== row.basis;
  } catch (error) {
    if (error instanceof Refusal) return error.code !== 'log-unavailable';
    throw error;
  }
}

/**
 * People of the office who may agree to what this one asked for: of a fitting role, with an account, and not the same person
 * under another account (the personal number says so).
 */
export async function approversOf(
  trx: Kysely<Database>,
  schoolId: string,
  askedBy: string,
  roles: readonly StaffRole[],
): Promise<{ staffId: string; fullName: string }[]> {
  const rows = await trx
    .selectFrom('staff as s')
    .innerJoin('account as a', (join) =>
      join.onRef('a.school_id', '=', 's.school_id').onRef('a.staff_id', '=', 's.staff_id'),
    )
    .innerJoin('staff_role as r', (join) =>
      join.onRef('r.school_id', '=', 's.school_id').onRef('r.staff_id', '=', 's.staff_id'),
    )
    .select(['s.staff_id', 's.full_name'])
    .distinct()
    .where('s.school_id', '=', schoolId)
    .where('a.disabled_at', 'is', null)
    .where('r.role', 'in', [...roles])
    .where('s.personal_id', 'not in', ({ selectFrom }) =>
      selectFrom('staff as own')
        .select('own.personal_id')
        .where('own.school_id', '=', schoolId)
        .where('own.staff_id', '=', askedBy),
    )
    .orderBy('s.full_name')
    .execute();
  return rows.map((row) => ({ staffId: row.staff_id, fullName: row.full_name }));
}
