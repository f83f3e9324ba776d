import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Leaf, LeafKind } from './leaf.ts';
import { leafTimes } from './leaf-times.ts';

const DAY = 86_400;
const NOW = 1_780_000_000;
const commitment = new Uint8Array(32);

describe('leaves in their order', () => {
  const leaf = (kind: LeafKind, time: number): Leaf =>
    kind === 'issue' || kind === 'claimKey'
      ? { kind, time, commitment }
      : { kind, time, commitment, previous: { index: 0n, leafHash: commitment } };
  const named = (leaves: readonly (readonly [LeafKind, number])[]): string[] => {
    const times = leafTimes(new Date(NOW * 1000));
    return leaves.flatMap(([kind, time], index) => {
      const code = times.look(leaf(kind, time));
      return code === null ? [] : [`${index} ${code}`];
    });
  };
  test.each<[string, [LeafKind, number][], string[]]>([
    ['none', [], []],
    [
      'that come one after the other',
      [
        ['issue', NOW - 5],
        ['recall', NOW - 5],
        ['replace', NOW],
      ],
      [],
    ],
    [
      'a little out of order',
      [
        ['issue', NOW],
        ['issue', NOW - DAY],
      ],
      [],
    ],
    [
      'one dated back',
      [
        ['issue', NOW],
        ['issue', NOW - DAY - 1],
        ['issue', NOW],
      ],
      ['1 leaf-dated-back'],
    ],
    [
      'a recall dated back',
      [
        ['issue', NOW],
        ['recall', NOW - 9 * DAY],
      ],
      ['1 leaf-dated-back'],
    ],
    [
      'one ahead, which makes none behind it late',
      [
        ['issue', NOW + DAY + 1],
        ['issue', NOW],
        ['issue', NOW - 1],
      ],
      ['0 leaf-of-later'],
    ],
    [
      'a key that holds since long',
      [
        ['issue', NOW],
        ['claimKey', NOW - 90 * DAY],
        ['issue', NOW],
      ],
      [],
    ],
    [
      'a key that holds from later',
      [
        ['claimKey', NOW + 90 * DAY],
        ['issue', NOW],
      ],
      [],
    ],
  ])('%s', (_, leaves, found) => {
    expect(named(leaves)).toEqual(found);
  });

  test('wherever it is cut off, an audit that goes on with the latest time says the same', () => {
    const step = fc.tuple(
      fc.constantFrom<LeafKind>('issue', 'replace', 'recall', 'claimKey'),
      fc.integer({ min: NOW - 4 * DAY, max: NOW + 3 * DAY }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.nat(30), (steps, cut) => {
        const leaves = steps.map(([kind, time]) => leaf(kind, time));
        const now = new Date(NOW * 1000);
        const whole = leafTimes(now);
        const before = leafTimes(now);
        const said = leaves.slice(0, cut).map((one) => before.look(one));
        const after = leafTimes(now, before.latest);
        said.push(...leaves.slice(cut).map((one) => after.look(one)));
        expect(said).toEqual(leaves.map((one) => whole.look(one)));
        expect(after.latest).toBe(whole.latest);
      }),
    );
  });
});
