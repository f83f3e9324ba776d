import { PERIOD_NAMES, type Period } from '@hocba/record';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../store/tables.ts';

/** A period of the class's cells: the four of Điều 7, and the assessment that is held in summer (đánh giá bổ sung). */
export type CellPeriod = Period | 'BS';

export function periodName(period: CellPeriod): string {
  return period === 'BS' ? 'Đánh giá bổ sung' : PERIOD_NAMES[period];
}

/**
 * Last days (`MM-DD`) on which a period is the one that a sheet opens with. The circular names no days and schools set
 * their own; a teacher can always choose another.
 */
const USUAL_ENDS: readonly (readonly [period: Period, end: string, after: 'first' | 'second'])[] = [
  ['GHK1', '11-20', 'first'],
  ['CHK1', '01-25', 'second'],
  ['GHK2', '04-05', 'second'],
];

/**
 * The period that is worked on at a day.
 * @param schoolYear `2025-2026`
 * @param day ISO date in Vietnam
 */
export function currentPeriod(schoolYear: string, day: string): Period {
  const [first = '', second = ''] = schoolYear.split('-');
  const found = USUAL_ENDS.find(([, end, of]) => day <= `${of === 'first' ? first : second}-${end}`);
  return found?.[0] ?? 'CN';
}

/** The newest act on a class's period; without one it is open. */
export interface PeriodState {
  readonly closed: boolean;
  readonly seq: number;
  readonly by: string;
  readonly at: Date;
  readonly reason: string | null;
}

/** States of the periods of classes that have any act, by class and period. */
export async function periodStates(
  trx: Kysely<Database>,
  schoolId: string,
  classIds: readonly string[],
): Promise<ReadonlyMap<string, ReadonlyMap<CellPeriod, PeriodState>>> {
  if (classIds.length === 0) return new Map();
  const rows = await trx
    .selectFrom('period_act')
    .distinctOn(['class_id', 'period'])
    .selectAll()
    .where('school_id', '=', schoolId)
    .where('class_id', 'in', classIds)
    .orderBy('class_id')
    .orderBy('period')
    .orderBy(sql`seq`, 'desc')
    .execute();
  const byClass = Map.groupBy(rows, (row) => row.class_id);
  return new Map(
    [...byClass].map(([classId, its]) => [
      classId,
      new Map(
        its.map((row): [CellPeriod, PeriodState] => [
          row.period as CellPeriod,
          {
            closed: row.act === 'close',
            seq: row.seq,
            by: row.acted_by,
            at: row.acted_at,
            reason: row.reason,
          },
        ]),
      ),
    ]),
  );
}

/** States of one class's periods. */
export async function periodsOf(
  trx: Kysely<Database>,
  schoolId: string,
  classId: string,
): Promise<ReadonlyMap<CellPeriod, PeriodState>> {
  return (await periodStates(trx, schoolId, [classId])).get(classId) ?? new Map();
}

/** What is said of a cell in a closed period. */
export function closedSentence(period: CellPeriod): string {
  return `${periodName(period)} của lớp đã khoá nên ô chỉ để xem; giá trị đang có không đổi. Muốn sửa, hãy đề nghị hiệu trưởng mở lại.`;
}
