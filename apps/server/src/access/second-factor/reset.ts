import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type * as api from '../../http/api/second-factor.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { Actor } from '../actor.ts';
import type { Deps } from '../binding.ts';
import { endSessionsOf } from '../session.ts';
import { endPaperCodes, paperCode, paperCodeDigest } from './paper-codes.ts';

/**
 * A lost second factor is mended by two persons: one of the office asks, another one agrees, and neither is who lost
 * it. Who agreed hands over a slip; with it, and signed in by the password, the person sets up a new factor. An office
 * person whose password was handed out gets the first one in the same way, and never from who handed it out.
 */
const SLIP_MS = 24 * 3_600_000;

export async function factorResets(
  deps: Deps,
  actor: Actor,
): Promise<z.input<typeof api.factorResets.response>> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const people = await trx
      .selectFrom('staff as s')
      .innerJoin('account as a', (join) =>
        join.onRef('a.school_id', '=', 's.school_id').onRef('a.staff_id', '=', 's.staff_id'),
      )
      .select(['s.staff_id', 's.full_name'])
      .select(({ exists, selectFrom }) =>
        exists(
          selectFrom('second_factor as f')
            .select('f.factor_id')
            .whereRef('f.account_id', '=', 'a.account_id')
            .where('f.confirmed_at', 'is not', null)
            .where('f.ended_at', 'is', null),
        ).as('enrolled'),
      )
      .select(({ exists, selectFrom }) =>
        exists(
          selectFrom('staff_role as r')
            .select('r.role')
            .whereRef('r.school_id', '=', 's.school_id')
            .whereRef('r.staff_id', '=', 's.staff_id')
            .where('r.role', '<>', 'teacher'),
        ).as('office'),
      )
      .select('a.issued_by')
      .where('s.school_id', '=', actor.schoolId)
      .where('a.disabled_at', 'is', null)
      .orderBy('s.full_name')
      .execute();
    const resets = await trx
      .selectFrom('factor_reset as r')
      .innerJoin('staff as by', (join) =>
        join.onRef('by.school_id', '=', 'r.school_id').onRef('by.staff_id', '=', 'r.requested_by'),
      )
      .select(['r.reset_id', 'r.staff_id', 'r.reason', 'r.requested_by', 'r.requested_at', 'by.full_name'])
      .where('r.school_id', '=', actor.schoolId)
      .where('r.approved', 'is', null)
      .orderBy('r.requested_at')
      .execute();
    const names = new Map(people.map((one) => [one.staff_id, one.full_name]));
    const issuers = new Map(people.map((one) => [one.staff_id, one.issued_by]));
    return {
      people: people.map((one) => ({
        staffId: one.staff_id,
        fullName: one.full_name,
        enrolled: Boolean(one.enrolled),
        begins: !one.enrolled && Boolean(one.office) && one.issued_by !== null,
      })),
      resets: resets.map((row) => ({
        resetId: row.reset_id,
        staffId: row.staff_id,
        fullName: names.get(row.staff_id) ?? '',
        reason: row.reason,
        requestedBy: row.full_name,
        requestedAt: row.requested_at.toISOString(),
        mayApprove: ![row.requested_by, row.staff_id, issuers.get(row.staff_id)].includes(actor.staffId),
      })),
    };
  });
}

/** @throws Refusal `not-found`; `not-allowed` for one's own: somebody else has to see who asks */
export async function requestFactorReset(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof api.requestFactorReset.body>,
): Promise<{ resetId: string }> {
  if (input.staffId === actor.staffId) throw new Refusal('not-allowed');
  const resetId = randomUUID();
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const person = await trx
      .selectFrom('staff')
      .select('staff_id')
      .where('school_id', '=', actor.schoolId)
      .where('staff_id', '=', input.staffId)
      .executeTakeFirst();
    if (!person) throw new Refusal('not-found');
    const made = await trx
      .insertInto('factor_reset')
      .values({
        school_id: actor.schoolId,
        reset_id: resetId,
        staff_id: input.staffId,
        reason: input.reason.normalize('NFC'),
        requested_by: actor.staffId,
        requested_at: deps.now(),
      })
      .onConflict((oc) => oc.columns(['school_id', 'staff_id']).where('approved', 'is', null).doNothing())
      .returning('reset_id')
      .executeTakeFirst();
    if (made) return { resetId };
    const open = await trx
      .selectFrom('factor_reset')
      .select('reset_id')
      .where('school_id', '=', actor.schoolId)
      .where('staff_id', '=', input.staffId)
      .where('approved', 'is', null)
      .executeTakeFirstOrThrow();
    return { resetId: open.reset_id };
  });
}

/**
 * Agrees to a reset, or refuses it. Agreed to: the person's factors, printed codes and sessions end in the same moment.
 *
 * @throws Refusal `not-found`; `not-allowed` for who asked, whose factor it is, or who handed out the person's password;
 *   `invalid-input` while the password is the one that was handed out: who knows it and holds the slip would be that person
 */
export async function decideFactorReset(
  deps: Deps,
  actor: Actor,
  resetId: string,
  { approve }: z.output<typeof api.decideFactorReset.body>,
): Promise<z.input<typeof api.decideFactorReset.response>> {
  const now = deps.now();
  const code = paperCode();
  const until = new Date(now.getTime() + SLIP_MS);
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const row = await trx
      .selectFrom('factor_reset')
      .select(['staff_id', 'requested_by'])
      .where('school_id', '=', actor.schoolId)
      .where('reset_id', '=', resetId)
      .where('approved', 'is', null)
      .forUpdate()
      .executeTakeFirst();
    if (!row) throw new Refusal('not-found');
    const own = row.requested_by === actor.staffId || row.staff_id === actor.staffId;
    if (row.staff_id === actor.staffId || (own && approve)) throw new Refusal('not-allowed');
    const account = await trx
      .selectFrom('account')
      .select(['account_id', 'one_time_until', 'issued_by'])
      .where('school_id', '=', actor.schoolId)
      .where('staff_id', '=', row.staff_id)
      .forUpdate()
      .executeTakeFirst();
    // Who handed it out may have chosen the "own" password as well.
    if (approve && account?.issued_by === actor.staffId)
      throw new Refusal('not-allowed', [
        'Thầy/cô đã cấp mật khẩu cho người này; hãy để một người khác trong văn phòng đồng ý.',
      ]);
    if (approve && account && account.one_time_until !== null)
      throw new Refusal('invalid-input', [
        'Người này còn mật khẩu được cấp, chưa tự đặt mật khẩu. Hãy để người ấy đặt xong rồi mới đồng ý.',
      ]);
    await trx
      .updateTable('factor_reset')
      .set({
        decided_by: actor.staffId,
        decided_at: now,
        approved: approve,
        slip_digest: approve ? paperCodeDigest(resetId, code) : null,
        slip_until: approve ? until : null,
      })
      .where('school_id', '=', actor.schoolId)
      .where('reset_id', '=', resetId)
      .execute();
    if (!approve) return { slip: null };
    if (account) {
      await trx
        .updateTable('second_factor')
        .set({ ended_at: now })
        .where('account_id', '=', account.account_id)
        .where('ended_at', 'is', null)
        .execute();
      await endPaperCodes(trx, account.account_id, now);
      await endSessionsOf({ ...deps, db: trx, now: () => now }, account.account_id);
    }
    return { slip: { code, until: until.toISOString() } };
  });
}

/** Switches the second factor of a training school. @throws Refusal `not-allowed` in earnest: there it is always on */
export async function trainingSecondFactor(
  deps: Deps,
  actor: Actor,
  { on }: { readonly on: boolean },
): Promise<{ on: boolean }> {
  const { numUpdatedRows } = await deps.db
    .updateTable('school')
    .set({ training_second_factor: on })
    .where('school_id', '=', actor.schoolId)
    .where('training', '=', true)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw new Refusal('not-allowed');
  return { on };
}
