import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generalizedTime, instant } from './instant.ts';
import { DerError, readDer } from './read.ts';
import { encode } from './write.ts';

const read = (digits: string): Date => instant(readDer(encode(0x18, new TextEncoder().encode(digits))));

test('what is written is read again, to the millisecond', () => {
  const dates = fc.date({
    min: new Date('1950-01-01'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(dates, (date) => {
      expect(instant(readDer(generalizedTime(date)))).toEqual(date);
    }),
  );
});

describe('one spelling', () => {
  test.each([
    ['20260528131407Z', '2026-05-28T13:14:07.000Z'],
    ['20260528131400Z', '2026-05-28T13:14:00.000Z'],
    ['20260528131407.5Z', '2026-05-28T13:14:07.500Z'],
    ['20260528131407.123456Z', '2026-05-28T13:14:07.123Z'],
  ])('%s', (digits, iso) => {
    expect(read(digits).toISOString()).toBe(iso);
  });

  test.each([
    '20260528131407',
    '20260528131407+0700',
    '202605281314Z',
    '20260528131407.Z',
    '20260528131407.50Z',
    '20260528131407,5Z',
    '20260230131407Z',
    '20260528241407Z',
    '20260528131460Z',
    '260528131407Z',
    `20260528131407.${'1'.repeat(40)}Z`,
    '',
  ])('refused: %s', (digits) => {
    expect(() => read(digits)).toThrow(DerError);
  });
});
