import { expect, test } from 'vitest';
import { missingYears } from './missing-years.ts';

/** `2022:1` is the school year that began in 2022, in grade 1; without a grade, nobody said which. */
const yearsOf = (text: string) =>
  text.split(' ').map((one) => {
    const [from = '', grade] = one.split(':');
    const schoolYear = `${from}-${Number(from) + 1}`;
    return grade === undefined ? { schoolYear } : { schoolYear, grade: Number(grade) };
  });

test.each([
  ['one after the other', '2022:1 2023:2 2024:3', [], []],
  ['in any order, one twice', '2024:3 2022:1 2023:2 2023:2', [], []],
  ['the same grade again', '2022:1 2023:1 2024:2', [], []],
  ['a grade skipped by decision', '2022:1 2023:3', [], []],
  ['one left out', '2022:1 2024:3', ['2023-2024'], []],
  ['two left out', '2021:1 2024:4', ['2022-2023', '2023-2024'], []],
  ['a year at home, or one that was not brought: the grades do not tell', '2022:1 2024:2', [], ['2023-2024']],
  ['grades that nobody has stated', '2022 2024:3', ['2023-2024'], []],
  ['one alone', '2022:1', [], []],
])('%s: %s', (_, known, lacking, perhaps) =>
  expect(missingYears(yearsOf(known))).toEqual({ lacking, perhaps }),
);
