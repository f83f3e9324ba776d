import { createHash } from 'node:crypto';
import { parseCertificate } from '@hocba/signature';
import { nodeCrypto } from '@hocba/signature/node';
import { beforeAll, expect, test } from 'vitest';
import { LOGGED_AT, makeRealWorld, type RealWorld, realDocument } from '../testing/real-world.ts';
import { checkIssuer } from './issuer.ts';

let world: RealWorld;
beforeAll(async () => {
  world = await makeRealWorld({ docs: [realDocument()] });
});

const certificates = () => world.seal.chain.map(parseCertificate);
const keyOf = (spki: Uint8Array | undefined): string =>
  createHash('sha256')
    .update(spki ?? new Uint8Array())
    .digest('hex');

// The certificate that the list names is none of the record's: a cross-certificate, or one made anew, is of the same key.
test.each<[string, () => Uint8Array | undefined, string]>([
  ['the seal', () => certificates()[0]?.spki, 'not-checked:suspected'],
  ['the authority that issued it', () => certificates()[1]?.spki, 'not-checked:suspected'],
  ['the root, which no record carries', () => world.pki.root.spki, 'not-checked:suspected'],
  ['somebody else', () => new Uint8Array(91), 'valid:registered'],
])('a suspected key of %s reaches every certificate of it', async (_, spki, expected) => {
  const trust = await world.trust({
    bundle: (bundle) => ({
      ...bundle,
      suspicions: [
        {
          certificate: 'cd'.repeat(32),
          key: keyOf(spki()),
          from: LOGGED_AT - 3_600,
          to: null,
          decision: '12/QĐ-SGDĐT ngày 02/06/2026',
          reattested: [],
        },
      ],
    }),
  });
  const chain = certificates();
  const [certificate] = chain;
  if (certificate === undefined) throw new Error('a chain');
  const of = { code: realDocument().school.code, training: false };
  const at = { time: LOGGED_AT, leaf: null };
  const { state, code } = checkIssuer(nodeCrypto, of, [{ finding: { certificate, chain } }], at, trust);
  expect(`${state}:${code}`).toBe(expected);
});
