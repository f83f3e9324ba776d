import { CELL_ITEMS } from '../codes/items.ts';
import type { CellItem, Grade, Period } from '../model.ts';
import { possibleItems, requiredItems } from './required.ts';
import type { RuleSet } from './ruleset.ts';

/** What a column is for one pupil. */
export type ItemDuty = 'required' | 'possible' | 'none';

/**
 * What a column of the class's table is for a pupil: the pupil's own grade decides and never the class, so that pupils of
 * a combined class (lớp ghép) are assessed each by the requirements of his or her grade (TT 27/2020 Điều 5, Điều 7).
 */
export function dutyOf(set: RuleSet, grade: Grade, period: Period, item: CellItem): ItemDuty {
  if (requiredItems(set, grade, period).includes(item)) return 'required';
  return possibleItems(grade, period, set).includes(item) ? 'possible' : 'none';
}

/** The columns that a class needs in a period: those of any of its pupils' grades, in the order of the form. */
export function itemsOfClass(grades: readonly Grade[], period: Period): CellItem[] {
  const needed = new Set(grades.flatMap((g) => possibleItems(g, period)));
  return CELL_ITEMS.filter((i) => needed.has(i));
}
