import { expect, test } from 'vitest';
import { foundBy } from './recall-find.ts';

const cells = [
  'Toán, mức đạt được',
  'Toán, điểm',
  'Đạo đức, mức đạt được',
  'Nhận xét của giáo viên chủ nhiệm',
].map((name) => ({ name }));
const found = (typed: string) =>
  foundBy(typed, cells).map(({ name }) => cells.findIndex((c) => c.name === name));

test.each<[string, number[]]>([
  ['', [0, 1, 2, 3]],
  ['  ', [0, 1, 2, 3]],
  ['toan', [0, 1]],
  ['TOÁN diem', [1]],
  ['diem toan', [1]],
  ['dao duc', [2]],
  ['chủ nh', [3]],
  ['oan', []],
  ['toán nhận', []],
])('“%s”', (typed, at) => {
  expect(found(typed)).toEqual(at);
  expect(found(typed.normalize('NFD'))).toEqual(at);
});
