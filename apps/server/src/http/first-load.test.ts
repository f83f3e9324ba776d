import { expect, test } from 'vitest';
import { CellPeriodValue, SubjectValue } from './api/values.ts';
import { firstLoadOf } from './first-load.ts';

const CLASS = '3f2b8c1e-0000-4000-8000-000000000000';

test('of a class sheet is the sheet, of each subject and period', () => {
  expect(firstLoadOf(`/lop/${CLASS}/bang`)).toBe(`/api/classes/${CLASS}/sheet`);
  expect(firstLoadOf(`/lop/${CLASS}/bang/`)).toBe(`/api/classes/${CLASS}/sheet`);
  for (const period of CellPeriodValue.options) {
    expect(firstLoadOf(`/lop/${CLASS}/bang/${period}`)).toBe(`/api/classes/${CLASS}/sheet?period=${period}`);
    for (const subject of SubjectValue.options)
      expect(firstLoadOf(`/lop/${CLASS}/mon/${subject}/${period}`)).toBe(
        `/api/classes/${CLASS}/sheet?period=${period}&subject=${subject}`,
      );
  }
});

test.each([
  '/',
  '/viec',
  `/lop/${CLASS}/hoc-ba`,
  `/lop/${CLASS}/mon`,
  `/lop/${CLASS}/bang/CN/more`,
  `/lop/${CLASS}/bang/CN>; rel=preload, <x`,
  `/lop/${CLASS}/mon/%0d%0a`,
  '/lop/../bang',
  `/lop/${CLASS.toUpperCase()}/bang`,
  `//other.example/lop/${CLASS}/bang`,
])('of %s there is none', (path) => {
  expect(firstLoadOf(path)).toBeNull();
});
