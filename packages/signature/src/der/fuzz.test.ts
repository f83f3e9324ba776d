import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromBase64 } from '../base64.ts';
import { readSignedData } from '../cms/read.ts';
import { parseCrl } from '../revocation/crl.ts';
import { readOcspRequest } from '../revocation/ocsp-request.ts';
import { parseOcspResponse } from '../revocation/ocsp-response.ts';
import * as answers from '../testing/answers.ts';
import { readTimestampRequest } from '../time/request.ts';
import { readTimestampResponse } from '../time/response.ts';
import * as tokens from '../time/test-tokens.ts';
import { parseTimestampToken } from '../time/token.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { certificateFromPem } from '../x509/from-pem.ts';
import { DerError } from './read.ts';

/** Whatever comes in, a reader returns or throws DerError: no other error, no endless work. */

const bytesOf = (base64: string): Uint8Array => fromBase64(base64) ?? new Uint8Array();
const SEEDS: readonly Uint8Array[] = [
  bytesOf(tokens.RSA_TOKEN),
  bytesOf(tokens.P384_TOKEN),
  bytesOf(answers.GOOD_BY_SHA1),
  bytesOf(answers.REVOKED_BY_SHA256),
  bytesOf(answers.LIST),
  certificateFromPem(answers.ISSUER).der,
];
const READERS: readonly [string, (bytes: Uint8Array) => unknown][] = [
  ['certificate', parseCertificate],
  ['SignedData', readSignedData],
  ['token', parseTimestampToken],
  ['timestamp request', readTimestampRequest],
  ['timestamp response', readTimestampResponse],
  ['OCSP request', readOcspRequest],
  ['OCSP response', parseOcspResponse],
  ['CRL', parseCrl],
];

/** True if it was read; anything but DerError fails the test. */
function reads(reader: (bytes: Uint8Array) => unknown, bytes: Uint8Array): boolean {
  try {
    reader(bytes);
    return true;
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    return false;
  }
}

/** A seed with octets replaced, taken out, put in or repeated. */
const mutant = fc
  .record({
    seed: fc.constantFrom(...SEEDS),
    edits: fc.array(
      fc.record({
        at: fc.nat(4_000),
        length: fc.nat(12),
        put: fc.uint8Array({ maxLength: 12 }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ seed, edits }) => {
    let bytes = [...seed];
    for (const { at, length, put } of edits) {
      const from = at % (bytes.length + 1);
      bytes = [...bytes.slice(0, from), ...put, ...bytes.slice(from + length)];
    }
    return Uint8Array.from(bytes);
  });

/** Nested headers with lengths that lie, or go down without end. */
const nested = fc
  .record({
    tag: fc.constantFrom(0x30, 0x31, 0xa0, 0xa1, 0x04),
    depth: fc.integer({ min: 1, max: 5_000 }),
    length: fc.constantFrom([0x80], [0x82, 0xff, 0xff], [0x84, 0xff, 0xff, 0xff, 0xff], [0x7f], [0x00]),
  })
  .map(({ tag, depth, length }) =>
    Uint8Array.from(Array.from({ length: depth }, () => [tag, ...length]).flat()),
  );

describe.each(READERS)('%s', (_, reader) => {
  test('any octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        reads(reader, bytes);
      }),
      { numRuns: 1_000 },
    );
  });
  test('mutants of what is right', () => {
    fc.assert(
      fc.property(mutant, (bytes) => {
        reads(reader, bytes);
      }),
      { numRuns: 1_500 },
    );
  });
  test('headers that lie', () => {
    fc.assert(
      fc.property(nested, (bytes) => {
        expect(reads(reader, bytes)).toBe(false);
      }),
      { numRuns: 100 },
    );
  });
  test('every cut of what is right', () => {
    for (const seed of SEEDS) {
      for (let end = 0; end < seed.length; end++) expect(reads(reader, seed.subarray(0, end))).toBe(false);
    }
  });
});
