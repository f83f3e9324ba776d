import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KillBudget } from './budget.ts';

const YEAR = [
  'class',
  'import',
  'cells',
  'check',
  'freeze',
  'sign:subjectTeacher',
  'sign:schoolSeal',
] as const;

/** One year on a machine on which so many moments of each step are tried, and every so many tries an answer comes. */
function live(budget: KillBudget, tries: number, triesPerAct: number): Map<string, number> {
  const taken = new Map<string, number>();
  budget.beginYear();
  for (const step of YEAR)
    for (let n = 0; n < tries; n++)
      if (budget.take(step, Math.floor(n / triesPerAct))) taken.set(step, (taken.get(step) ?? 0) + 1);
  return taken;
}

test('whatever the machine, all kills are taken, no year’s step has more than its share, and sealing has its own', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 40 }),
      (kills, tries, triesPerAct) => {
        const budget = new KillBudget(kills);
        let years = 0;
        while (budget.left > 0) {
          const before = budget.left;
          const taken = live(budget, tries, triesPerAct);
          const sealing = taken.get('sign:schoolSeal') ?? 0;
          expect(sealing).toBeGreaterThan(0);
          const most = Math.max(2, Math.ceil(before / 4));
          for (const [step, count] of taken)
            expect(count).toBeLessThanOrEqual(step === 'sign:schoolSeal' ? 2 * most : most);
          expect(++years).toBeLessThanOrEqual(kills);
        }
      },
    ),
  );
});

test('a step that does not get on is left alone after two', () => {
  const budget = new KillBudget(100);
  budget.beginYear();
  expect(Array.from({ length: 10 }, () => budget.take('import', 2)).filter(Boolean)).toHaveLength(2);
  expect(budget.take('import', 3)).toBe(true);
});
