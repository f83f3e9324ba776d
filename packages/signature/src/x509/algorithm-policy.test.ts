import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { readDer } from '../der/read.ts';
import { spkiOf } from '../pki/keys.node.ts';
import {
  ALGORITHM_POLICY,
  judgeAlgorithm,
  type PolicyAlgorithm,
  policyAlgorithm,
} from './algorithm-policy.ts';
import { readPublicKey } from './public-key.ts';

describe('policy with dates', () => {
  test.each<[PolicyAlgorithm, string, string]>([
    ['md5', '1990-01-01', 'refused'],
    ['sha1', '2004-01-01', 'refused'],
    ['sha256', '2026-05-28', 'accepted'],
    ['rsa-below-2048', '2010-01-01', 'refused'],
    ['rsa-2048', '2025-12-31T23:59:59Z', 'accepted'],
    ['rsa-2048', '2026-01-01', 'noted'],
    ['rsa-2048', '2035-01-01', 'noted'],
    ['rsa-3072', '2026-05-28', 'accepted'],
    ['ecdsa-p256', '2026-05-28', 'accepted'],
    ['ecdsa-p384', '2026-05-28', 'accepted'],
    ['other-key', '2026-05-28', 'refused'],
    ['sha256', 'no date', 'refused'],
  ])('%s on %s: %s', (algorithm, day, verdict) => {
    expect(judgeAlgorithm(algorithm, new Date(day))).toBe(verdict);
  });

  test('a later policy is data; what it does not name is refused', () => {
    const later = ALGORITHM_POLICY.map((r) =>
      r.algorithm === 'rsa-2048' ? { ...r, refusedFrom: '2031-01-01' } : r,
    );
    expect(judgeAlgorithm('rsa-2048', new Date('2030-12-31'), later)).toBe('noted');
    expect(judgeAlgorithm('rsa-2048', new Date('2031-01-01'), later)).toBe('refused');
    expect(judgeAlgorithm('sha256', new Date('2026-01-01'), [])).toBe('refused');
  });

  test('each algorithm has one rule, and dates that exist', () => {
    const names = ALGORITHM_POLICY.map(({ algorithm }) => algorithm);
    expect(new Set(names).size).toBe(names.length);
    for (const { notedFrom, refusedFrom } of ALGORITHM_POLICY)
      for (const day of [notedFrom, refusedFrom])
        if (day !== null) expect(new Date(day).toISOString().slice(0, 10)).toBe(day);
  });

  test.each<[PolicyAlgorithm, () => ReturnType<typeof generateKeyPairSync>['privateKey']]>([
    ['rsa-below-2048', () => generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey],
    ['rsa-2048', () => generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey],
    ['rsa-3072', () => generateKeyPairSync('rsa', { modulusLength: 3_072 }).privateKey],
    ['ecdsa-p384', () => generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey],
    ['other-key', () => generateKeyPairSync('ed25519').privateKey],
  ])('%s is recognised', (name, make) => {
    expect(policyAlgorithm(readPublicKey(readDer(spkiOf(make()))).publicKey)).toBe(name);
  });
});
