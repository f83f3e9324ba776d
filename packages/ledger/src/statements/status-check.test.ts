import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LeafKind } from '../leaf/leaf.ts';
import { ORIGIN } from '../testing/ports.node.ts';
import type { Status, StatusEntry } from './status.ts';
import { checkStatus, type FollowedLeaf, statusesContradict } from './status-check.ts';

const DAY = 86_400;
const NOW = 1_780_000_000;
const LATER = 'so.hocba.example/thu/2026-2027';

const replaced = (index: number, by: number): StatusEntry => ({ index, by, state: 'replaced' });
const recalled = (index: number, by: number): StatusEntry => ({
  index,
  by,
  state: 'recalled',
  reason: 'other',
});
const elsewhere = (index: number): StatusEntry => ({ index, by: 0, log: LATER, state: 'replaced' });
const of = (entries: readonly StatusEntry[], over: Partial<Status> = {}): Status => ({
  origin: ORIGIN,
  asOf: NOW,
  size: 10,
  entries,
  ...over,
});
const here = (index: number, by: number, kind: LeafKind = 'recall'): FollowedLeaf => ({
  index,
  by: { index: by, time: NOW, kind },
});
const there = (index: number, time: number): FollowedLeaf => ({
  index,
  by: { index: null, time, kind: 'replace' },
});

describe('a status against its leaves', () => {
  test.each<[string, readonly StatusEntry[], FollowedLeaf[], 'own-log' | 'every-log', [number[], number[]]]>([
    ['nothing said, nothing due', [], [], 'every-log', [[], []]],
    ['all of it', [recalled(1, 5), replaced(2, 6)], [here(2, 6, 'replace'), here(1, 5)], 'own-log', [[], []]],
    ['a recall is kept back', [replaced(2, 6)], [here(1, 5), here(2, 6, 'replace')], 'own-log', [[1], []]],
    ['spoken of twice, kept back', [], [here(4, 5), here(1, 6), here(4, 7)], 'own-log', [[1, 4], []]],
    ['one is made up', [recalled(1, 5), recalled(3, 5)], [here(1, 5)], 'own-log', [[], [3]]],
    ['one for another', [recalled(3, 5)], [here(1, 5)], 'every-log', [[1], [3]]],
    ['by a leaf that came after its tree', [], [here(1, 10)], 'own-log', [[], []]],
    ['foretold', [recalled(1, 9)], [here(1, 10)], 'own-log', [[], [1]]],
    ['a later log’s leaf of long ago', [], [there(1, NOW - DAY)], 'every-log', [[1], []]],
    ['a later log’s leaf of today', [], [there(1, NOW - DAY + 1)], 'every-log', [[], []]],
    ['… that is said', [elsewhere(1)], [there(1, NOW)], 'every-log', [[], []]],
    ['a later log’s leaf that there is not', [elsewhere(1)], [], 'every-log', [[], [1]]],
    ['… where that log was not read', [elsewhere(1)], [], 'own-log', [[], []]],
    ['a leaf of its own, called another log’s', [elsewhere(1)], [here(1, 5)], 'own-log', [[], []]],
  ])('%s', (_, entries, followed, logs, [omitted, invented]) => {
    expect(checkStatus(of(entries), followed, logs)).toEqual({ omitted, invented, untrue: [] });
  });

  const both = [here(1, 5), here(1, 6, 'replace')];
  test.each<[string, StatusEntry, FollowedLeaf[], boolean]>([
    ['recalled, by the leaf that recalls it', recalled(1, 5), [here(1, 5)], false],
    ['replaced, where it is recalled', replaced(1, 5), [here(1, 5)], true],
    ['recalled, by another leaf', recalled(1, 7), [here(1, 5)], true],
    ['replaced, by the leaf that does', replaced(1, 6), both, false],
    ['recalled, where it is replaced by now', recalled(1, 5), both, true],
    [
      'recalled, before the tree had the replacement',
      recalled(1, 5),
      [here(1, 5), here(1, 10, 'replace')],
      false,
    ],
    ['replaced, by the leaf that recalls it', replaced(1, 5), both, true],
    ['replaced, whichever comes first', replaced(1, 6), [...both].reverse(), false],
    ['replaced by a leaf of a later log', elsewhere(1), [here(1, 5)], false],
  ])('a leaf called %s', (_, entry, followed, wrong) => {
    for (const logs of ['own-log', 'every-log'] as const)
      expect(checkStatus(of([entry]), followed, logs).untrue).toEqual(wrong ? [1] : []);
  });

  test('whatever is taken out is omitted, whatever is put in is invented, and nothing else', () => {
    const indexes = fc.uniqueArray(fc.nat(99), { maxLength: 40 });
    fc.assert(
      fc.property(indexes, indexes, (due, said) => {
        const entries = [...said].sort((a, b) => a - b).map((index) => recalled(index, 150));
        const followed = due.map((index) => here(index, 150));
        const found = checkStatus(of(entries, { size: 200 }), followed, 'own-log');
        const without = (a: number[], b: number[]) =>
          a.filter((index) => !b.includes(index)).sort((x, y) => x - y);
        expect(found).toEqual({ omitted: without(due, said), invented: without(said, due), untrue: [] });
      }),
    );
  });
});

describe('two statuses of a log', () => {
  const first = of([recalled(1, 5)]);
  test.each<[string, Status, boolean]>([
    ['the same', first, false],
    ['the same a day later', { ...first, asOf: NOW + DAY }, false],
    ['more was recalled', of([recalled(1, 5), recalled(2, 11)], { asOf: NOW + 9, size: 12 }), false],
    ['what was recalled was replaced', of([replaced(1, 11)], { asOf: NOW + 9, size: 12 }), false],
    ['a recall is taken back', of([], { asOf: NOW + 9, size: 12 }), true],
    ['a recall is exchanged', of([recalled(2, 5)], { asOf: NOW + 9 }), true],
    ['a smaller tree later', of([recalled(1, 5)], { asOf: NOW + 9, size: 9 }), true],
    ['earlier, and knew of nothing yet', of([], { asOf: NOW - 9, size: 5 }), false],
    ['earlier, and knew of more', of([recalled(1, 5), recalled(2, 6)], { asOf: NOW - 9 }), true],
    ['of a tree that grew in that second', of([recalled(1, 5)], { size: 11 }), false],
    [
      'of a tree that grew in that second, with more',
      of([recalled(1, 5), recalled(2, 10)], { size: 11 }),
      false,
    ],
    ['of that tree later, with more', of([recalled(1, 5), recalled(2, 6)], { asOf: NOW + 9 }), false],
    ['of that second, with more', of([recalled(1, 5), recalled(2, 6)]), true],
    ['of that second, with less', of([]), true],
  ])('%s', (_, second, contradict) => {
    expect(statusesContradict(first, second)).toBe(contradict);
    expect(statusesContradict(second, first)).toBe(contradict);
  });
});
