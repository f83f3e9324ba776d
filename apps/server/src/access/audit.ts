import { randomUUID } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { z } from 'zod';
import type { auditTrail as auditTrailRoute } from '../http/api/access.ts';
import { inSchool } from '../store/database.ts';
import { ROW_ACT } from '../store/noted-rows.ts';
import type { Database } from '../store/tables.ts';
import type { Actor } from './actor.ts';
import type { Deps } from './binding.ts';
import { routeSummaries } from './route-names.ts';

/** One line of the audit trail. `object` names a thing by its kind and id; no personal data in either. */
export interface AuditEntry {
  /** A route's name, such as `assessment.saveCells`. */
  readonly act: string;
  readonly object: string | null;
  /** `ok`, or the code of the refusal. */
  readonly outcome: string;
}

/** Appends to the trail; the table takes no update and no delete. A failure here fails the request. */
export async function appendAudit(deps: Deps, actor: Actor, entry: AuditEntry): Promise<void> {
  await inSchool(deps.db, actor.schoolId, (trx) => appendWithin(trx, actor, entry, deps.now()));
}

/**
 * The same in the transaction of the act, which is then there with its line or not at all. The school's trail is locked until it
 * commits: last of all.
 */
export async function appendWithin(
  trx: Transaction<Database>,
  actor: Actor,
  entry: AuditEntry,
  at: Date,
): Promise<void> {
  await trx
    .insertInto('audit_event')
    .values({
      school_id: actor.schoolId,
      event_id: randomUUID(),
      at,
      account_id: actor.accountId === '' ? null : actor.accountId,
      role: actor.roles.join(',') || null,
      act: entry.act,
      object: entry.object,
      outcome: entry.outcome,
      address: actor.address,
    })
    .execute();
}

const PAGE = 100;

/**
 * The trail of the actor's school, the newest first, a hundred at a time; `before` is the last one's time. What happened in
 * one moment stands on one page, so that asking on from its time leaves nothing out. What the database notes of rows is an audit's to read.
 */
export async function auditTrail(
  deps: Deps,
  actor: Actor,
  input: { before?: string | undefined },
): Promise<z.input<typeof auditTrailRoute.response>> {
  const before = input.before === undefined ? null : new Date(input.before);
  const rows = await inSchool(deps.db, actor.schoolId, async (trx) => {
    let moments = trx
      .selectFrom('audit_event')
      .select('at')
      .where('school_id', '=', actor.schoolId)
      .where('act', '<>', ROW_ACT);
    if (before) moments = moments.where('at', '<', before);
    const border = await moments
      .orderBy('at', 'desc')
      .offset(PAGE - 1)
      .limit(1)
      .executeTakeFirst();
    let query = trx
      .selectFrom('audit_event as e')
      .leftJoin('account as a', 'a.account_id', 'e.account_id')
      .leftJoin('staff as s', (join) =>
        join.onRef('s.school_id', '=', 'e.school_id').onRef('s.staff_id', '=', 'a.staff_id'),
      )
      .select(['e.at', 'e.role', 'e.act', 'e.object', 'e.outcome', 's.full_name'])
      .where('e.school_id', '=', actor.schoolId)
      .where('e.act', '<>', ROW_ACT);
    if (before) query = query.where('e.at', '<', before);
    if (border) query = query.where('e.at', '>=', border.at);
    return query.orderBy('e.at', 'desc').orderBy('e.event_id').execute();
  });
  return {
    events: rows.map((row) => ({
      at: row.at.toISOString(),
      who: row.full_name ?? 'Không rõ tài khoản',
      role: row.role ?? '',
      act: routeSummaries().get(row.act) ?? row.act,
      object: row.object ?? '',
      outcome: row.outcome,
    })),
  };
}
