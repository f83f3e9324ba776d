import type { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import { requireHomeroomTeacher } from '../access/objects.ts';
import type { thawRecords as thawRoute } from '../http/api/signing.ts';
import { Refusal } from '../refusal.ts';
import { inSchool } from '../store/database.ts';
import type { FreezeDeps } from './freeze.ts';
import { appendActs, loadRecords, lockClass } from './records.ts';
import { refusalOf } from './state.ts';

/**
 * Takes frozen records back for mending: their cells open, their signatures stay in the store and are void, the next
 * freeze makes a new UUID. A record that is thawed already is not counted again.
 *
 * @throws Refusal `not-found` if one is not of the class; `already-issued` if one is, and then none is thawed
 */
export async function thawRecords(
  deps: FreezeDeps,
  actor: Actor,
  classId: string,
  body: z.output<typeof thawRoute.body>,
): Promise<z.input<typeof thawRoute.response>> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    await requireHomeroomTeacher(trx, actor, classId);
    await lockClass(trx, actor.schoolId, classId);
    const recordIds = [...new Set(body.recordIds)];
    const records = await loadRecords(trx, actor.schoolId, { recordIds });
    if (records.length !== recordIds.length || records.some((r) => r.classId !== classId)) {
      throw new Refusal('not-found');
    }
    const refusals = records.map((r) => refusalOf(r.facts, { act: 'thaw' }));
    if (refusals.includes('already-issued')) {
      throw new Refusal('already-issued', ['Học bạ đã phát hành chỉ có thể được hiệu trưởng thu hồi.']);
    }
    const open = records.filter((_, i) => refusals[i] === null);
    await appendActs(
      trx,
      actor.schoolId,
      open.map((r) => ({
        recordId: r.recordId,
        after: r.acts.length,
        act: 'thaw',
        staffId: actor.staffId,
        role: 'homeroomTeacher',
        reason: body.reason.normalize('NFC'),
        at: deps.now(),
      })),
    );
    return { thawed: open.length, voidedSignatures: open.reduce((n, r) => n + r.signed.length, 0) };
  });
}
