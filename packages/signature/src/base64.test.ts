import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodePlainly, encodePlainly, fromBase64, fromBase64Octets, toBase64 } from './base64.ts';
import { decodePem, encodePem } from './pem.ts';

describe.each([
  ['with a codec', toBase64, fromBase64],
  ['without one, as in a browser', encodePlainly, decodePlainly],
  ['out of a document', toBase64, (text: string) => within(text)],
])('base64 %s', (_, toBase64, fromBase64) => {
  test("agrees with node's", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
        expect(fromBase64(toBase64(bytes))).toEqual(bytes);
      }),
    );
  });

  test('every text that is read is the one spelling of its bytes', () => {
    const text = fc.string({ unit: fc.constantFrom('A', 'B', '/', '+', '=', ' ', '-', 'é'), maxLength: 8 });
    fc.assert(
      fc.property(text, (written) => {
        const bytes = fromBase64(written);
        if (bytes !== null) expect(toBase64(bytes)).toBe(written);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    'A',
    'AA',
    'AAA',
    'AA=',
    'AB==',
    'AAB=',
    'AA==AAAA',
    '====',
    'A===',
    ' AAA',
    'AAA\n',
    'AAA-',
    'AAA\u0141',
  ])('refuses "%s"', (text) => {
    expect(fromBase64(text)).toBeNull();
  });
});

/** The text between others, read where it stands. */
function within(text: string): Uint8Array | null {
  const bytes = new TextEncoder().encode(`A${text}=A`);
  return fromBase64Octets(bytes, 1, bytes.length - 2);
}

test('long texts, which go by the codec, are held to the same spelling', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 97, maxLength: 300 }), fc.nat(), (bytes, at) => {
      const text = toBase64(bytes);
      expect(within(text)).toEqual(bytes);
      for (const wrong of ['-', ' ', 'é', '=']) {
        const from = at % (text.length - 4);
        expect(within(text.slice(0, from) + wrong + text.slice(from + 1))).toBeNull();
      }
    }),
  );
});

test('an octet that is no digit is refused wherever it stands in a long text, whichever it is', () => {
  const text = new TextEncoder().encode(toBase64(new Uint8Array(150)));
  const digits = new Set(
    new TextEncoder().encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'),
  );
  for (const at of [0, 1, 2, 3, 97, text.length - 2, text.length - 1])
    for (let octet = 0; octet < 256; octet++) {
      const changed = text.with(at, octet);
      const pads = at === text.length - 1 && octet === 0x3d;
      expect(fromBase64Octets(changed, 0, changed.length) !== null).toBe(pads || digits.has(octet));
    }
});

describe('PEM', () => {
  test('comes back, among other text and labels', () => {
    const der = Uint8Array.from({ length: 100 }, (_, i) => i);
    const pem = `Gốc:\n${encodePem('CERTIFICATE', der)}${encodePem('PRIVATE KEY', Uint8Array.of(1))}${encodePem('CERTIFICATE', Uint8Array.of(2))}`;
    expect(decodePem('CERTIFICATE', pem)).toEqual([der, Uint8Array.of(2)]);
    expect(decodePem('PRIVATE KEY', pem)).toEqual([Uint8Array.of(1)]);
    expect(decodePem('CERTIFICATE', '')).toEqual([]);
  });

  test('broken content is refused', () => {
    expect(() =>
      decodePem('CERTIFICATE', encodePem('CERTIFICATE', Uint8Array.of(1, 2, 3)).replace('AQID', 'AQ*D')),
    ).toThrow(RangeError);
  });
});
