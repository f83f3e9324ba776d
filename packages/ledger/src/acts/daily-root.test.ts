import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LedgerError } from '../error.ts';
import { nodeSha256 as sha256 } from '../note/crypto.node.ts';
import {
  type ClassDay,
  classDay,
  dailyCommitment,
  dailyRoot,
  type SchoolDay,
  verifyClassDay,
} from './daily-root.ts';

const hash = (word: string) => sha256(new TextEncoder().encode(word));
const SALT = hash('salt');
const DAY: SchoolDay = {
  school: '79000001',
  day: '2026-05-28',
  classes: ['1A', '1B', '2A', '3A', '3B'].map((classId, i) => ({
    classId,
    seq: i * 10,
    hash: hash(classId),
  })),
};

describe('a school’s day', () => {
  test('any class’s head verifies, at any number of classes', async () => {
    const days = fc
      .uniqueArray(fc.stringMatching(/^[A-Za-z0-9-]{1,12}$/), { minLength: 1, maxLength: 40 })
      .map((names) => ({
        ...DAY,
        classes: names.sort().map((classId, i) => ({ classId, seq: i, hash: hash(classId) })),
      }));
    await fc.assert(
      fc.asyncProperty(days, async (day) => {
        const commitment = dailyCommitment(sha256, day, SALT);
        for (const { classId } of day.classes) {
          expect(verifyClassDay(sha256, await classDay(sha256, day, SALT, classId), commitment)).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('a day without classes has a root too', () => {
    expect(dailyRoot(sha256, { ...DAY, classes: [] })).toEqual(sha256(new Uint8Array(0)));
  });

  test('nothing changed verifies', async () => {
    const shown = await classDay(sha256, DAY, SALT, '2A');
    const commitment = dailyCommitment(sha256, DAY, SALT);
    const changes: Partial<ClassDay>[] = [
      { school: '79000002' },
      { day: '2026-05-29' },
      { day: '2026-02-30' },
      { classId: '1A' },
      { classId: 'a b' },
      { seq: 21 },
      { seq: -1 },
      { hash: hash('x') },
      { hash: new Uint8Array(31) },
      { salt: hash('x') },
      { salt: new Uint8Array(0) },
      { index: 1 },
      { index: 5 },
      { count: 6 },
      { count: 0 },
      { count: 5.5 },
      { count: -1 },
      { root: hash('x') },
      { root: new Uint8Array(31) },
      { proof: shown.proof.slice(1) },
      { proof: [...shown.proof, hash('x')] },
    ];
    expect(verifyClassDay(sha256, shown, commitment)).toBe(true);
    for (const over of changes) expect(verifyClassDay(sha256, { ...shown, ...over }, commitment)).toBe(false);
    expect(verifyClassDay(sha256, shown, hash('x'))).toBe(false);
    expect(verifyClassDay(sha256, shown, commitment.slice(1))).toBe(false);
  });

  test.each<[string, Partial<SchoolDay>]>([
    ['a day that is none', { day: '2026-02-30' }],
    ['a day in another spelling', { day: '28/05/2026' }],
    ['no school', { school: '' }],
    ['a school with a space', { school: 'A B' }],
    ['classes in another order', { classes: [...DAY.classes].reverse() }],
    ['a class twice', { classes: [...DAY.classes.slice(0, 1), ...DAY.classes.slice(0, 1)] }],
    ['a head of another length', { classes: [{ classId: '1A', seq: 1, hash: new Uint8Array(20) }] }],
    ['a class with a space', { classes: [{ classId: '1 A', seq: 1, hash: hash('x') }] }],
    ['an act before the first', { classes: [{ classId: '1A', seq: -1, hash: hash('x') }] }],
    ['half an act', { classes: [{ classId: '1A', seq: 1.5, hash: hash('x') }] }],
  ])('%s is refused', (_, over) => {
    expect(() => dailyRoot(sha256, { ...DAY, ...over })).toThrow(LedgerError);
  });

  test('a class that is not in it', async () => {
    await expect(classDay(sha256, DAY, SALT, '5A')).rejects.toMatchObject({ code: 'act-invalid' });
  });
});
