import { isCellItem, itemName, PERIOD_NAMES, PERIODS } from '@hocba/record';
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type * as api from '../../http/api/transfers.ts';
import type { Database } from '../../store/tables.ts';
import type { Place } from './place.ts';

export type ResultsToDate = z.input<typeof api.ResultsToDate>;

/**
 * The confirmation of results to a date: every cell of every period as it stands, of a mark taken again the last
 * (TT 27/2020 Điều 7). Kept with the transfer, so that what the class writes later changes nothing in it.
 */
export async function resultsToDate(
  trx: Kysely<Database>,
  schoolId: string,
  pupilId: string,
  place: Place,
  until: string,
): Promise<ResultsToDate> {
  const school = await trx
    .selectFrom('school')
    .select('name')
    .where('school_id', '=', schoolId)
    .executeTakeFirstOrThrow();
  const cells = await trx
    .selectFrom('cell')
    .select(['period', 'item', 'attempt', 'value'])
    .where('school_id', '=', schoolId)
    .where('class_id', '=', place.classId)
    .where('pupil_id', '=', pupilId)
    .where('value', 'is not', null)
    .orderBy('attempt')
    .execute();
  const closed = await closedPeriods(trx, schoolId, place.classId);
  return {
    schoolName: school.name,
    schoolYear: place.schoolYear,
    className: place.name,
    grade: place.grade,
    until,
    periods: ([...PERIODS, 'BS'] as const).flatMap((period) => {
      const effective = new Map(cells.filter((c) => c.period === period).map((c) => [c.item, c.value ?? '']));
      if (effective.size === 0) return [];
      return [
        {
          period,
          title: period === 'BS' ? 'Đánh giá bổ sung' : PERIOD_NAMES[period],
          closed: closed.has(period),
          cells: [...effective].map(([item, value]) => ({
            item,
            title: isCellItem(item) ? itemName(item) : item,
            value,
          })),
        },
      ];
    }),
    note: '',
  };
}

/** Periods whose newest act closed them. */
async function closedPeriods(
  trx: Kysely<Database>,
  schoolId: string,
  classId: string,
): Promise<ReadonlySet<string>> {
  const acts = await trx
    .selectFrom('period_act')
    .select(['period', 'act'])
    .where('school_id', '=', schoolId)
    .where('class_id', '=', classId)
    .orderBy('seq')
    .execute();
  const newest = new Map(acts.map((row) => [row.period as string, row.act]));
  return new Set([...newest].filter(([, act]) => act === 'close').map(([period]) => period));
}
