import { expect, test } from 'vitest';
import { clock } from './clock.ts';
import { dayText } from './day.ts';

test('a time that is none is said to be unreadable, and no other is', () => {
  expect([clock('9999-12-31T00:00:00.000Z'), dayText('9999-12-31')]).toEqual([
    'không đọc được',
    'không đọc được',
  ]);
  expect([clock('2026-05-28T13:14:05Z'), dayText('2026-05-28')]).toEqual(['20:14 28/05/2026', '28/05/2026']);
});
