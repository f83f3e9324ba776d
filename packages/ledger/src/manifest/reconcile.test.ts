import { describe, expect, test } from 'vitest';
import type { Manifest, ManifestEntry } from './manifest.ts';
import { reconcileManifests } from './reconcile.ts';

const issued = (pupil: string, leafIndex = 1n): ManifestEntry => ({
  salt: new Uint8Array(32),
  pupil,
  state: 'issued',
  leafIndex,
  leafHash: new Uint8Array(32),
});
const none = (pupil: string, reason: 'transferred' | 'left' | 'undecided'): ManifestEntry => ({
  salt: new Uint8Array(32),
  pupil,
  state: 'none',
  reason,
  note: '',
});
const list = (school: string, entries: ManifestEntry[], schoolYear = '2025-2026'): Manifest => ({
  origin: `so.hocba.example/${school}/${schoolYear}`,
  school,
  schoolYear,
  classId: `lop-${school}`,
  entries,
});

describe('manifests of two schools', () => {
  test.each([
    [
      'who left one arrived in the other',
      [list('A', [none('1', 'transferred')]), list('B', [issued('1')])],
      [],
    ],
    [
      'arrived, and has no record there for another reason',
      [list('A', [none('1', 'transferred')]), list('B', [none('1', 'undecided')])],
      [],
    ],
    [
      'left and arrived nowhere',
      [list('A', [none('1', 'transferred')]), list('B', [issued('2')])],
      ['A 1 not-arrived'],
    ],
    [
      'sent to and fro',
      [list('A', [none('1', 'transferred')]), list('B', [none('1', 'transferred')])],
      ['A 1 not-arrived', 'B 1 not-arrived'],
    ],
    [
      'arrived in another year only',
      [list('A', [none('1', 'transferred')]), list('B', [issued('1')], '2026-2027')],
      ['A 1 not-arrived'],
    ],
    ['left school for good', [list('A', [none('1', 'left')])], []],
    [
      'issued by both',
      [list('A', [issued('1')]), list('B', [issued('1')])],
      ['A 1 issued-twice', 'B 1 issued-twice'],
    ],
    ['issued by both, in two years', [list('A', [issued('1')]), list('B', [issued('1')], '2026-2027')], []],
  ])('%s', (_, manifests, expected) => {
    const found = reconcileManifests(manifests).map((one) => `${one.school} ${one.pupil} ${one.code}`);
    expect(found).toEqual(expected);
  });
});
