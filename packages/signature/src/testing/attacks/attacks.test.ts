import { beforeAll, describe, expect, test } from 'vitest';
import { type AttackOutcome, judgeAttacks } from './all.ts';
import { everyByte, everyByteGenerally } from './every-byte.ts';
import { attackRecord } from './record.ts';

let outcomes: AttackOutcome[];
beforeAll(async () => {
  outcomes = await judgeAttacks();
});

describe('invalid vectors', () => {
  test('are accepted by neither path', () => {
    const accepted = outcomes.filter(({ acceptedBy }) => acceptedBy.length > 0);
    expect(accepted.map(({ kind, name, acceptedBy }) => `${kind}: ${name} by ${acceptedBy}`)).toEqual([]);
  });

  test('are all there', () => {
    const counts = Map.groupBy(outcomes, ({ kind }) => kind);
    expect([...counts].map(([kind, of]) => [kind, of.length])).toEqual([
      ['markup', 78],
      ['ids', 60],
      ['wrapping', 80],
      ['swapped', 40],
      ['times', 27],
      ['co-signers', 27],
      ['sizes', 10],
      ['spellings', 15],
      ['algorithms', 54],
      ['weak keys', 7],
      ['certificates', 22],
      ['revocation', 46],
      ['timestamps', 44],
    ]);
  });

  test('are each another one', () => {
    expect(new Set(outcomes.map(({ kind, name }) => `${kind} ${name}`)).size).toBe(outcomes.length);
  });
});

describe('a byte of a record replaced', () => {
  test.each([3, 12] as const)('of %i slots: nothing survives', async (slots) => {
    const record = await attackRecord(slots);
    for (const run of [everyByte, everyByteGenerally]) {
      const { tried, survivors } = await run(record, 401, slots);
      expect(tried).toBeGreaterThan(100);
      expect(survivors).toEqual([]);
    }
  });
});
