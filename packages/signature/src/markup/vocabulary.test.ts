import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instantOf } from './vocabulary.ts';

/** The form, and that the runtime knows such a day and hour: what each reading is held against. */
const FORM = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;
function expected(written: string): number | null {
  const [, year, month, day, hour, minute, second] = FORM.exec(written)?.map(Number) ?? [];
  if (year === undefined || year < 100) return null;
  if ((hour ?? 24) > 23 || (minute ?? 60) > 59 || (second ?? 60) > 59) return null;
  const midnight = new Date(`${written.slice(0, 10)}T00:00:00Z`);
  const [same, instant] = [
    midnight.getUTCDate() === day && midnight.getUTCMonth() + 1 === month,
    new Date(written),
  ];
  return same && !Number.isNaN(instant.getTime()) ? instant.getTime() : null;
}
const said = (written: string): number | null => instantOf(written)?.getTime() ?? null;

const two = (most: number) => fc.integer({ min: 0, max: most }).map((n) => String(n).padStart(2, '0'));
const written = fc
  .tuple(
    fc.integer({ min: 0, max: 9_999 }).map((n) => String(n).padStart(4, '0')),
    two(13),
    two(32),
    two(25),
    two(61),
    two(61),
    fc.oneof(
      fc.constant('Z'),
      fc.tuple(fc.constantFrom('+', '-'), two(16), two(61)).map(([sign, h, m]) => `${sign}${h}:${m}`),
    ),
  )
  .map(([year, month, day, h, m, s, zone]) => `${year}-${month}-${day}T${h}:${m}:${s}${zone}`);

test('a time is read as the runtime reads it, and one that is not in the form or does not exist not at all', () => {
  fc.assert(
    fc.property(written, (time) => {
      expect(said(time)).toBe(expected(time));
    }),
    { numRuns: 5_000 },
  );
  const days = ['2026-05-28', '2024-02-29', '2026-02-29', '2026-06-31', '0099-01-01', '0100-01-01'];
  for (const time of days.map((day) => `${day}T07:00:00+07:00`)) expect(said(time)).toBe(expected(time));
});

test('any character changed, left out or put in: likewise', () => {
  for (const time of ['2026-05-28T20:14:05+07:00', '2026-05-28T13:14:05Z', '2026-05-28T00:14:05-14:59'])
    for (let at = 0; at <= time.length; at++)
      for (const mark of [
        '',
        '0',
        '9',
        ':',
        '-',
        '+',
        'T',
        'Z',
        't',
        'z',
        ' ',
        '/',
        ';',
        '٣',
        '\u0130',
        '\n',
      ])
        for (const changed of [
          time.slice(0, at) + mark + time.slice(at + 1),
          time.slice(0, at) + mark + time.slice(at),
        ])
          expect(said(changed), JSON.stringify(changed)).toBe(expected(changed));
});
