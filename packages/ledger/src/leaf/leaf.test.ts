import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LedgerError } from '../error.ts';
import { decodeLeaf, encodeLeaf, type Leaf, type LeafKind, MAX_LEAF_LENGTH } from './leaf.ts';

const hash = (fill: number) => new Uint8Array(32).fill(fill);
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const previous = fc.record({ index: fc.bigInt({ min: 0n, max: 2n ** 53n - 1n }), leafHash: bytes32 });
const time = fc.integer({ min: 1, max: 253_402_300_799 });
const naming: LeafKind[] = [
  'recall',
  'replace',
  'manifest',
  'transfer',
  'dailyRoot',
  'claimKey',
  'statement',
];
const bare: LeafKind[] = ['issue', 'manifest', 'transfer', 'dailyRoot', 'claimKey', 'statement'];
const leaves: fc.Arbitrary<Leaf> = fc.oneof(
  fc.record({ kind: fc.constantFrom(...bare), time, commitment: bytes32 }),
  fc.record({ kind: fc.constantFrom(...naming), time, commitment: bytes32, previous }),
);

const ISSUE: Leaf = { kind: 'issue', time: 1_780_000_000, commitment: hash(1) };
const RECALL: Leaf = { ...ISSUE, kind: 'recall', previous: { index: 5n, leafHash: hash(2) } };

function changed(leaf: Leaf, at: number, ...values: number[]): Uint8Array {
  const out = encodeLeaf(leaf);
  out.set(values, at);
  return out;
}

describe('leaf', () => {
  test('every leaf reads back from its bytes, which are short', () => {
    fc.assert(
      fc.property(leaves, (leaf) => {
        const bytes = encodeLeaf(leaf);
        expect(bytes.length).toBeLessThanOrEqual(MAX_LEAF_LENGTH);
        expect(decodeLeaf(bytes)).toEqual(leaf);
      }),
    );
  });

  test('what decodes, encodes to the same bytes: one spelling per leaf', () => {
    const nearly = fc.tuple(leaves, fc.nat(90), fc.nat(255)).map(([leaf, at, value]) => {
      const bytes = encodeLeaf(leaf);
      bytes[at % bytes.length] = value;
      return bytes;
    });
    fc.assert(
      fc.property(nearly, (bytes) => {
        let decoded: Leaf;
        try {
          decoded = decodeLeaf(bytes);
        } catch (error) {
          expect(error).toMatchObject({ code: 'leaf-invalid' });
          return;
        }
        expect(encodeLeaf(decoded)).toEqual(bytes);
      }),
      { numRuns: 500 },
    );
  });

  test.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array(0)],
    ['one byte', Uint8Array.of(1)],
    ['all zero', new Uint8Array(43)],
    ['all ones', new Uint8Array(43).fill(255)],
    ['version 0', changed(ISSUE, 0, 0)],
    ['version 2', changed(ISSUE, 0, 2)],
    ['version 255', changed(ISSUE, 0, 255)],
    ['kind 0', changed(ISSUE, 1, 0)],
    ['kind 9', changed(ISSUE, 1, 9)],
    ['kind 128', changed(ISSUE, 1, 128)],
    ['time 0', changed(ISSUE, 2, 0, 0, 0, 0, 0, 0, 0, 0)],
    ['time after the year 9999', changed(ISSUE, 2, 0, 0, 0, 0x3b, 0, 0, 0, 0)],
    ['time beyond 2^53', changed(ISSUE, 2, 0, 0x20, 0, 0, 0, 0, 0, 0)],
    ['time of all ones', changed(ISSUE, 2, 255, 255, 255, 255, 255, 255, 255, 255)],
    ['flag without previous', changed(ISSUE, 42, 1)],
    ['flag 2', changed(ISSUE, 42, 2)],
    ['flag 255', changed(ISSUE, 42, 255)],
    ['previous without flag', changed(RECALL, 42, 0)],
    ['previous with flag 2', changed(RECALL, 42, 2)],
    ['issue that names a previous', changed(RECALL, 1, 1)],
    ['recall that names none', changed(ISSUE, 1, 2)],
    ['replace that names none', changed(ISSUE, 1, 3)],
    ['index beyond 2^53', changed(RECALL, 43, 0, 0x20, 0, 0, 0, 0, 0, 0)],
    ['index of all ones', changed(RECALL, 43, 255, 255, 255, 255, 255, 255, 255, 255)],
    ['one byte less', encodeLeaf(ISSUE).slice(0, -1)],
    ['one byte more', Uint8Array.of(...encodeLeaf(ISSUE), 0)],
    ['one byte less of a recall', encodeLeaf(RECALL).slice(0, -1)],
    ['one byte more of a recall', Uint8Array.of(...encodeLeaf(RECALL), 0)],
    ['a recall cut to the length of an issue', encodeLeaf(RECALL).slice(0, 43)],
    ['an issue filled to the length of a recall', Uint8Array.of(...encodeLeaf(ISSUE), ...new Uint8Array(40))],
    ['twice the same', Uint8Array.of(...encodeLeaf(ISSUE), ...encodeLeaf(ISSUE))],
    ['128 bytes', Uint8Array.of(...encodeLeaf(RECALL), ...new Uint8Array(45))],
    ['129 bytes', Uint8Array.of(...encodeLeaf(RECALL), ...new Uint8Array(46))],
    ['a byte before', Uint8Array.of(0, ...encodeLeaf(ISSUE)).slice(0, 43)],
  ])('%s is no leaf', (_, bytes) => {
    expect(() => decodeLeaf(bytes)).toThrow(LedgerError);
  });

  test.each<[string, unknown]>([
    ['unknown kind', { ...ISSUE, kind: 'correct' }],
    ['a kind from the prototype', { ...ISSUE, kind: 'toString' }],
    ['time 0', { ...ISSUE, time: 0 }],
    ['a fraction of a second', { ...ISSUE, time: 1.5 }],
    ['milliseconds', { ...ISSUE, time: 1_780_000_000_000 }],
    ['not a number', { ...ISSUE, time: Number.NaN }],
    ['short commitment', { ...ISSUE, commitment: new Uint8Array(31) }],
    ['long commitment', { ...ISSUE, commitment: new Uint8Array(33) }],
    ['issue with previous', { ...RECALL, kind: 'issue' }],
    ['recall without previous', { ...ISSUE, kind: 'recall' }],
    ['replace without previous', { ...ISSUE, kind: 'replace' }],
    ['negative index', { ...RECALL, previous: { index: -1n, leafHash: hash(2) } }],
    ['index beyond 2^53', { ...RECALL, previous: { index: 2n ** 53n, leafHash: hash(2) } }],
    ['short previous hash', { ...RECALL, previous: { index: 1n, leafHash: new Uint8Array(20) } }],
  ])('%s is not encoded', (_, leaf) => {
    expect(() => encodeLeaf(leaf as Leaf)).toThrow(LedgerError);
  });
});
