import { inSchool } from '../../store/database.ts';
import type { Item } from '../items/items.ts';
import { loadParts, loadSigned } from '../records/records.ts';
import { type RaiseDeps, raiseBefore } from './raise.ts';

/**
 * Before the next items are signed: earlier signatures in what they sign get their levels. With the levels as they come
 * nothing is due, and nothing is loaded.
 *
 * @throws as `raiseBefore`
 */
export async function raiseForItems(
  deps: RaiseDeps,
  school: { readonly schoolId: string; readonly training: boolean },
  items: readonly Pick<Item, 'recordId' | 'slotId'>[],
): Promise<void> {
  const { subjectTeacher, homeroomTeacher } = deps.levels.levels;
  if (subjectTeacher === 'B' && homeroomTeacher === 'B') return;
  const recordIds = [...new Set(items.map(({ recordId }) => recordId))];
  const { records, parts } = await inSchool(deps.db, school.schoolId, async (trx) => ({
    records: await loadSigned(trx, school.schoolId, { recordIds }),
    parts: await loadParts(trx, school.schoolId, recordIds),
  }));
  for (const record of records) {
    const its = parts.get(record.recordId);
    const slotIds = items.filter((i) => i.recordId === record.recordId).map((i) => i.slotId);
    if (its === undefined) continue;
    for (const plan of record.plans.filter((p) => slotIds.includes(p.slotId)))
      await raiseBefore(deps, { ...school, record, parts: its }, plan);
  }
}
