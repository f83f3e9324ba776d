import {
  dutyOf,
  type Grade,
  itemName,
  PERIOD_NAMES,
  PERIODS,
  partsOf,
  possibleItems,
  ruleSetFor,
  subjectOf,
  traitOf,
} from '@hocba/record';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import type * as api from '../../http/api/transfers.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';

type View = z.input<typeof api.arrivalItems.response>;
type Row = View['periods'][number]['rows'][number];

/**
 * What a paper may state of each period for the grade of a class: one row a subject, a quality, a competence or a comment,
 * with the cells that it has (TT 27/2020 Điều 7).
 * @throws Refusal `not-found`
 */
export async function arrivalItems(deps: Deps, actor: Actor, input: { classId: string }): Promise<View> {
  const found = await inSchool(deps.db, actor.schoolId, (trx) =>
    trx
      .selectFrom('class')
      .select(['grade', 'school_year'])
      .where('school_id', '=', actor.schoolId)
      .where('class_id', '=', input.classId)
      .executeTakeFirst(),
  );
  if (!found) throw new Refusal('not-found');
  const rules = ruleSetFor(found.school_year);
  const grade = found.grade as Grade;
  return {
    grade,
    schoolYear: found.school_year,
    periods: PERIODS.map((period) => {
      const rows = new Map<string, Row>();
      for (const item of possibleItems(grade, period, rules)) {
        if (dutyOf(rules, grade, period, item) === 'none') continue;
        const parts = partsOf(item);
        const put = (key: string, title: string, cell: Partial<Row>) =>
          rows.set(key, {
            ...(rows.get(key) ?? { key, title, level: null, mark: null, comment: null }),
            ...cell,
          });
        if (parts.kind === 'subjectLevel') put(parts.subject, subjectOf(parts.subject).name, { level: item });
        else if (parts.kind === 'mark') put(parts.subject, subjectOf(parts.subject).name, { mark: item });
        else if (parts.kind === 'subjectComment')
          put(parts.subject, subjectOf(parts.subject).name, { comment: item });
        else if (parts.kind === 'traitLevel') put(parts.trait, traitOf(parts.trait).name, { level: item });
        else put(item, itemName(item), { comment: item });
      }
      return { period, title: PERIOD_NAMES[period], rows: [...rows.values()] };
    }),
  };
}
