import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PeriodAssessment } from '../model.ts';
import { completeAssessment } from '../testing/arbitraries.ts';
import { ruleSetFor } from './select.ts';
import { concludeYear } from './year-end.ts';

const RULES = ruleSetFor('2025-2026');

/** Whether a pupil without gaps reaches at least Hoàn thành: told apart from the program, by looking for the two words and fives. */
function reaches(a: PeriodAssessment): boolean {
  const electives = a.grade < 3 ? ['NN1', 'TDT'] : ['TDT'];
  const low = Object.entries(a.levels).some(([k, v]) => v === 'C' && !electives.includes(k));
  const weak = Object.values(a.traits).includes('C');
  const few = Object.values(a.marks).some((m) => m < 5);
  return !(low || weak || few);
}

test('Điều 11: a plain decision table gives the same end for 10,000 pupils', () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(
      completeAssessment,
      fc.boolean(),
      fc.boolean(),
      fc.option(fc.boolean(), { nil: undefined }),
      (assessment, summer, helped, decided) => {
        const { grade } = assessment;
        // The summer's assessment either lifts every cell that was too low or changes nothing.
        const lifted = {
          levels: Object.fromEntries(Object.keys(assessment.levels).map((k) => [k, 'H'])),
          marks: Object.fromEntries(Object.keys(assessment.marks).map((k) => [k, 5])),
          traits: Object.fromEntries(Object.keys(assessment.traits).map((k) => [k, 'Đ'])),
        };
        const got = concludeYear(RULES, {
          assessment,
          ...(summer ? { reassessment: { heldOn: '2026-07-20', ...(helped ? lifted : {}) } } : {}),
          ...(decided === undefined
            ? {}
            : { decision: { promoted: decided, decidedOn: '2026-08-01', reason: 'x' } }),
        });
        const table: [boolean, string, boolean | null, boolean | null, string][] = [
          [reaches(assessment), 'concluded', true, true, 'main'],
          [!summer, 'needs-reassessment', null, null, 'supplementary'],
          [helped, 'concluded', true, true, 'supplementary'],
          [grade === 5, 'concluded', false, false, 'supplementary'],
          [decided === undefined, 'needs-decision', false, null, 'supplementary'],
          [true, 'concluded', false, decided ?? null, 'supplementary'],
        ];
        const want = table.find(([when]) => when)?.slice(1);
        expect([got.stage, got.completed, got.promoted, got.lock]).toEqual(want);
        expect(got.completionText === null).toBe(got.stage !== 'concluded');
        expect(got.next === null).toBe(got.stage !== 'concluded');
        const key = JSON.stringify(want);
        seen.set(key, (seen.get(key) ?? 0) + 1);
      },
    ),
    { numRuns: 10_000, seed: 11 },
  );
  expect(seen.size).toBe(6);
  for (const count of seen.values()) expect(count).toBeGreaterThan(50);
});
