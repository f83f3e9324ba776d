import {
  dutyOf,
  type Grade,
  isCellItem,
  itemName,
  PERIOD_NAMES,
  PERIODS,
  type Period,
  parseCell,
  ruleSetFor,
} from '@hocba/record';
import { Refusal } from '../../refusal.ts';
import type { ResultsToDate } from './results-to-date.ts';

export interface Stated {
  readonly period: Period;
  readonly cells: readonly { readonly item: string; readonly value: string }[];
}

/**
 * What the office has read off another school's paper or file, as results to date: whole marks and levels that the pupil's
 * grade has in the period (TT 27/2020 Điều 7), each once.
 * @throws Refusal `invalid-input` with a sentence for each cell that no class of this grade could hold; then none is taken
 */
export function paperPeriods(
  schoolYear: string,
  grade: Grade,
  stated: readonly Stated[],
): ResultsToDate['periods'] {
  const rules = ruleSetFor(schoolYear);
  const wrong: string[] = [];
  const seen = new Set<string>();
  const named = new Map<Period, Stated['cells'][number][]>();
  for (const { period, cells } of stated) named.set(period, [...(named.get(period) ?? []), ...cells]);
  const inOrder = PERIODS.filter((period) => named.has(period));
  const periods = inOrder.map((period) => ({
    period,
    title: PERIOD_NAMES[period],
    // The former school stated it to a date; whether it had closed the period its paper does not say.
    closed: false,
    cells: (named.get(period) ?? []).flatMap(({ item, value }) => {
      const title = isCellItem(item) ? itemName(item) : item;
      const where = `${PERIOD_NAMES[period]}, ${title}`;
      if (seen.has(`${period} ${item}`)) wrong.push(`${where}: ghi hai lần.`);
      seen.add(`${period} ${item}`);
      if (!isCellItem(item) || dutyOf(rules, grade, period, item) === 'none') {
        wrong.push(`${where}: lớp ${grade} không có ô này ở kỳ này.`);
        return [];
      }
      const read = parseCell(item, value);
      if (!read.ok) wrong.push(`${where}: ${read.message}`);
      return read.ok && read.value !== '' ? [{ item, title, value: read.value }] : [];
    }),
  }));
  if (wrong.length > 0) throw new Refusal('invalid-input', wrong.slice(0, 20));
  return periods.filter(({ cells }) => cells.length > 0);
}
