import { p256, p384, p521 } from '@noble/curves/nist.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CURVES, type Curve } from '../algorithms.ts';
import { DerError } from '../der/read.ts';
import { derFromPlain, isPlainEcdsa, plainByMembers, plainFromDer } from './ecdsa.ts';

const orders: Record<Curve, bigint> = {
  p256: p256.Point.Fn.ORDER,
  p384: p384.Point.Fn.ORDER,
  p521: p521.Point.Fn.ORDER,
};

const octets = (number: bigint, width: number): number[] =>
  (
    number
      .toString(16)
      .padStart(2 * width, '0')
      .match(/../g) ?? []
  ).map((hex) => Number.parseInt(hex, 16));

describe.each(Object.entries(orders) as [Curve, bigint][])('%s', (curve, order) => {
  const width = CURVES[curve].octets;
  const signature = (r: bigint, s: bigint) => Uint8Array.from([...octets(r, width), ...octets(s, width)]);

  test.each<[string, Uint8Array, boolean]>([
    ['least', signature(1n, 1n), true],
    ['greatest', signature(order - 1n, order - 1n), true],
    ['r of zero', signature(0n, 1n), false],
    ['s of zero', signature(1n, 0n), false],
    ['r of the order', signature(order, 1n), false],
    ['s of the order', signature(1n, order), false],
    ['s above the order', signature(1n, order + 1n), false],
    ['one octet less', signature(1n, 1n).subarray(1), false],
    ['one octet more', Uint8Array.from([0, ...signature(1n, 1n)]), false],
  ])('%s', (_, value, accepted) => {
    expect(isPlainEcdsa(curve, value)).toBe(accepted);
  });

  test('to DER and back', () => {
    fc.assert(
      fc.property(fc.bigInt(1n, order - 1n), fc.bigInt(1n, order - 1n), (r, s) => {
        expect(plainFromDer(curve, derFromPlain(signature(r, s)))).toEqual(signature(r, s));
      }),
    );
  });

  test('the usual form is read at once, and everything as the general reader reads it', () => {
    const width8 = fc.bigInt(0n, order << 8n);
    const octet = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(width8, width8, fc.nat(), octet, fc.nat(3), (r, s, at, by, cut) => {
        const wide = Uint8Array.from([...octets(r, width + 1), ...octets(s, width + 1)]);
        const der = derFromPlain(wide);
        const changed = der.map((old, n) => (n === at % der.length ? by : old));
        for (const one of [der, changed, der.subarray(0, -cut), Uint8Array.from([...der, by])])
          expect(saidOf(() => plainFromDer(curve, one))).toEqual(saidOf(() => plainByMembers(curve, one)));
      }),
      { numRuns: 2_000 },
    );
  });

  test('every octet of the head changed to every other: as the general reader reads it', () => {
    for (const value of [signature(1n, 1n), signature(order - 1n, order - 1n), signature(1n, order - 1n)]) {
      const der = derFromPlain(value);
      for (let at = 0; at < der.length; at++)
        for (let octet = 0; octet < 256; octet++) {
          if (at > 6 && at < der.length - width - 4) break;
          const changed = der.with(at, octet);
          expect(saidOf(() => plainFromDer(curve, changed))).toEqual(
            saidOf(() => plainByMembers(curve, changed)),
          );
        }
    }
  });

  test('numbers wider than the curve are refused', () => {
    expect(
      plainFromDer(
        curve,
        derFromPlain(Uint8Array.from([...octets(order, width + 1).map(() => 255), ...octets(1n, width + 1)])),
      ),
    ).toBeNull();
  });
});

/** What a reading comes to: its value, or that it is refused. */
function saidOf(read: () => Uint8Array | null): Uint8Array | string | null {
  try {
    return read();
  } catch (error) {
    return error instanceof DerError ? 'refused' : String(error);
  }
}
