import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import { requireHomeroomTeacher } from '../../access/objects.ts';
import type { thawRecords as thawRoute } from '../../http/api/signing.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import { appendActs, isRecord, loadSigned, lockClass, type StoredSigned } from '../records/records.ts';
import { refusalOf } from '../records/state.ts';
import type { FreezeDeps } from './freeze.ts';

/**
 * Takes frozen records back for mending: their cells open, their signatures stay in the store and are void, the next
 * freeze makes a new UUID. A record that is thawed already is not counted again.
 *
 * A class's table that is not sealed yet is taken back with any of its records, and with it all that stand on it: nobody
 * may sign a line that is being mended. Once it is sealed its records are taken back one by one, and the next freeze makes
 * a further table for them.
 *
 * @throws Refusal `not-found` if one is not of the class; `already-issued` if one is, and then none is thawed
 */
export async function thawRecords(
  deps: Pick<FreezeDeps, 'db' | 'now'>,
  actor: Actor,
  classId: string,
  body: z.output<typeof thawRoute.body>,
): Promise<z.input<typeof thawRoute.response>> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    await requireHomeroomTeacher(trx, actor, classId);
    await lockClass(trx, actor.schoolId, classId);
    const all = await loadSigned(trx, actor.schoolId, { classId });
    const asked = all.filter((r) => body.recordIds.includes(r.recordId));
    if (asked.length !== new Set(body.recordIds).size) throw new Refusal('not-found');
    const refusals = asked.map((r) => refusalOf(r.facts, { act: 'thaw' }));
    if (refusals.includes('already-issued')) {
      const table = asked.some((r, i) => !isRecord(r) && refusals[i] === 'already-issued');
      throw new Refusal('already-issued', [table ? SEALED_TABLE : ISSUED]);
    }
    const open = withTheirTables(
      asked.filter((_, i) => refusals[i] === null),
      all,
    );
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
    return {
      thawed: open.filter(isRecord).length,
      voidedSignatures: open.reduce((n, r) => n + r.signed.length, 0),
    };
  });
}

const ISSUED = 'Học bạ đã phát hành chỉ có thể được hiệu trưởng thu hồi.';
const SEALED_TABLE =
  'Bảng tổng hợp đã đóng dấu: hãy trả lại từng học bạ cần sửa, lần chốt sau sẽ lập bảng bổ sung cho các em đó.';

/** With each open table all that stand on it; what is thawed already stays out. */
function withTheirTables(asked: readonly StoredSigned[], all: readonly StoredSigned[]): StoredSigned[] {
  const tables = new Set(
    asked.flatMap((r) => (isRecord(r) ? (r.facts.tableOpen ? (r.tableId ?? []) : []) : r.recordId)),
  );
  return all.filter(
    (r) =>
      refusalOf(r.facts, { act: 'thaw' }) === null &&
      (asked.includes(r) || tables.has(r.recordId) || (r.tableId !== null && tables.has(r.tableId))),
  );
}
