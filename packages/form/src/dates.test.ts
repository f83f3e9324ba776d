import { describe, expect, test } from 'vitest';
import { placeAndDate, shortDate, signingTime } from './dates.ts';

describe('dates of the form', () => {
  test.each([
    ['2020-03-05', 'Hà Nội, ngày 05 tháng 3 năm 2020'],
    ['2020-01-31', 'Hà Nội, ngày 31 tháng 01 năm 2020'],
    ['2024-02-29', 'Hà Nội, ngày 29 tháng 02 năm 2024'],
    ['2026-12-10', 'Hà Nội, ngày 10 tháng 12 năm 2026'],
  ])('%s', (iso, words) => expect(placeAndDate('Hà Nội', iso)).toBe(words));

  test.each(['2026-02-29', '2026-13-01', '2026-00-10', '26-01-01', '2026-1-1', '', '2026-01-01T00:00:00Z'])(
    'refuses %s',
    (iso) => expect(() => shortDate(iso)).toThrowError(expect.objectContaining({ code: 'input-invalid' })),
  );

  test.each([
    ['2026-05-28T20:14:05+07:00', '28-05-2026;', '20:14:05 +07:00'],
    ['2026-05-28T17:30:00Z', '29-05-2026;', '00:30:00 +07:00'],
    ['2025-12-31T23:59:59.999+09:00', '31-12-2025;', '21:59:59 +07:00'],
  ])('%s in Vietnam’s time', (iso, date, clock) => expect(signingTime(iso)).toEqual({ date, clock }));

  test.each([
    '2026-05-28 20:14:05+07:00',
    '2026-05-28T20:14+07:00',
    '2026-05-28T20:14:05',
    '2026-02-30T00:00:00Z',
    'x',
  ])('refuses %s', (iso) =>
    expect(() => signingTime(iso)).toThrowError(expect.objectContaining({ code: 'input-invalid' })),
  );
});
