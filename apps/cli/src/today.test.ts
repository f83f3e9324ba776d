import { expect, test } from 'vitest';
import { isToday } from './today.ts';

test.each([
  ['2026-11-30T10:00:00Z', '2026-11-30', true],
  // In Vietnam the next day has begun.
  ['2026-11-30T17:00:00Z', '2026-12-01', true],
  ['2026-11-30T17:00:00Z', '2026-11-30', true],
  ['2026-11-30T16:59:59Z', '2026-12-01', false],
  ['2026-11-30T10:00:00Z', '2026-11-29', false],
  ['2026-11-30T10:00:00Z', '2027-11-30', false],
  ['2026-11-30T10:00:00Z', '30/11/2026', false],
  ['2026-11-30T10:00:00Z', '2026-11-30 ', false],
  ['2026-11-30T10:00:00Z', '', false],
])('at %s the date %j is today: %s', (now, date, is) => {
  expect(isToday(date, new Date(now))).toBe(is);
});
