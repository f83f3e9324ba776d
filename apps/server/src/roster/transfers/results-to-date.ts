import { isCellItem, itemName, PERIODS } from '@hocba/record';
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
  return {
    schoolName: school.name,
    schoolYear: place.schoolYear,
    className: place.name,
    grade: place.grade,
    until,
    periods: PERIODS.flatMap((period) => {
      const effective = new Map(cells.filter((c) => c.period === period).map((c) => [c.item, c.value ?? '']));
      if (effective.size === 0) return [];
      return [
        {
          period,
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
