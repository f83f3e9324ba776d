import type { Kysely } from 'kysely';
import type { Database } from '../../store/tables.ts';
import type { CellPeriod } from './periods.ts';

/** A sitting of a test after the first: when and why. Its mark is the cell of the same attempt. */
export interface Retest {
  readonly pupilId: string;
  readonly period: CellPeriod;
  readonly item: string;
  readonly attempt: number;
  /** ISO date. */
  readonly takenOn: string;
  readonly reason: string;
  readonly recordedBy: string;
}

/** Every further sitting that the class's pupils have had, in order. */
export async function retestsOf(trx: Kysely<Database>, schoolId: string, classId: string): Promise<Retest[]> {
  const rows = await trx
    .selectFrom('retest')
    .selectAll()
    .where('school_id', '=', schoolId)
    .where('class_id', '=', classId)
    .orderBy('attempt')
    .execute();
  return rows.map((row) => ({
    pupilId: row.pupil_id,
    period: row.period as CellPeriod,
    item: row.item,
    attempt: row.attempt,
    takenOn: row.taken_on,
    reason: row.reason,
    recordedBy: row.recorded_by,
  }));
}

/** The marks of every sitting of tests that were taken again, by pupil and item, the first sitting first. */
export async function sittingsOf(
  trx: Kysely<Database>,
  schoolId: string,
  classId: string,
  period: CellPeriod,
): Promise<Sitting[]> {
  const retests = (await retestsOf(trx, schoolId, classId)).filter((r) => r.period === period);
  if (retests.length === 0) return [];
  const cells = await trx
    .selectFrom('cell')
    .select(['pupil_id', 'item', 'attempt', 'value', 'set_by'])
    .where('school_id', '=', schoolId)
    .where('class_id', '=', classId)
    .where('period', '=', period)
    .where('item', 'in', [...new Set(retests.map((r) => r.item))])
    .orderBy('attempt')
    .execute();
  const again = new Set(retests.map((r) => `${r.pupilId}|${r.item}`));
  return cells
    .filter((cell) => again.has(`${cell.pupil_id}|${cell.item}`))
    .map((cell) => {
      const retest = retests.find(
        (r) => r.pupilId === cell.pupil_id && r.item === cell.item && r.attempt === cell.attempt,
      );
      return {
        pupilId: cell.pupil_id,
        item: cell.item,
        attempt: cell.attempt,
        value: cell.value,
        takenOn: retest?.takenOn ?? null,
        reason: retest?.reason ?? null,
        setBy: cell.set_by,
      };
    });
}

export interface Sitting {
  readonly pupilId: string;
  readonly item: string;
  readonly attempt: number;
  readonly value: string | null;
  /** null for the first sitting, of which neither is asked. */
  readonly takenOn: string | null;
  readonly reason: string | null;
  readonly setBy: string;
}
