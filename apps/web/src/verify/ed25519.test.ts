import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { webCrypto } from '@hocba/signature';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ed25519 } from './ed25519.ts';

const page = ed25519(webCrypto().sha512);
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

function keyOf(seed: Uint8Array) {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return { key, raw: Uint8Array.from(spki.subarray(-32)) };
}

/** OpenSSL's word on the same question. */
function elsewhere(raw: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw]);
  return verify(null, message, createPublicKey({ key: der, format: 'der', type: 'spki' }), signature);
}

const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });
const messages = fc.uint8Array({ maxLength: 300 });

describe('Ed25519 of the page that checks records', () => {
  test.each([
    [
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      '',
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    ],
    [
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      '72',
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    ],
    [
      'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
      'af82',
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
    ],
  ])('RFC 8032 §7.1: %s', (key, message, signature) => {
    expect(page.verify(hex(key), hex(message), hex(signature))).toBe(true);
  });

  test('believes what another implementation signs', () => {
    fc.assert(
      fc.property(seeds, messages, (seed, message) => {
        const { key, raw } = keyOf(seed);
        expect(page.verify(raw, message, Uint8Array.from(sign(null, message, key)))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test('believes no other key, message or signature, as that one does not', () => {
    fc.assert(
      fc.property(seeds, messages, fc.nat(95), fc.nat(7), (seed, message, at, bit) => {
        const { key, raw } = keyOf(seed);
        const signature = Uint8Array.from(sign(null, message, key));
        const parts = Uint8Array.from([...raw, ...signature]);
        parts[at] = (parts[at] ?? 0) ^ (1 << bit);
        const changed = [parts.subarray(0, 32), message, parts.subarray(32)] as const;
        expect(page.verify(...changed)).toBe(false);
        expect(elsewhere(...changed)).toBe(false);
        expect(page.verify(raw, Uint8Array.from([...message, 0]), signature)).toBe(false);
      }),
      { numRuns: 150 },
    );
  });

  test('asked again, of octets that were changed in their place meanwhile, it answers of what they are now', () => {
    const { key, raw } = keyOf(new Uint8Array(32).fill(8));
    const message = hex('aabb');
    const signature = Uint8Array.from(sign(null, message, key));
    for (const [part, at] of [
      [raw, 3],
      [message, 1],
      [signature, 40],
    ] as const) {
      for (const holds of [true, true]) expect(page.verify(raw, message, signature)).toBe(holds);
      part[at] = (part[at] ?? 0) ^ 1;
      for (const holds of [false, false]) expect(page.verify(raw, message, signature)).toBe(holds);
      part[at] = (part[at] ?? 0) ^ 1;
    }
  });

  test('a second spelling of a good signature, S plus the order, is refused', () => {
    const { key, raw } = keyOf(new Uint8Array(32).fill(7));
    const good = Uint8Array.from(sign(null, hex('aa'), key));
    const s = BigInt(`0x${Buffer.from(good.subarray(32).toReversed()).toString('hex')}`);
    const more = hex((s + ORDER).toString(16).padStart(64, '0')).toReversed();
    expect(page.verify(raw, hex('aa'), good)).toBe(true);
    expect(page.verify(raw, hex('aa'), Uint8Array.from([...good.subarray(0, 32), ...more]))).toBe(false);
  });

  // With such a key one signature fits any message: identity, order 2, order 4, order 8, and y = p + 1 for the identity.
  test.each([
    '0100000000000000000000000000000000000000000000000000000000000000',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    '0000000000000000000000000000000000000000000000000000000000000000',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  ])('a key of small order is refused: %s', (key) => {
    const any = Uint8Array.from([...hex(key), ...new Uint8Array(32)]);
    for (let n = 0; n < 16; n += 1) expect(page.verify(hex(key), Uint8Array.of(n), any)).toBe(false);
  });

  test.each([
    ['key', 31, 64],
    ['key', 33, 64],
    ['signature', 32, 63],
    ['signature', 32, 65],
    ['both', 0, 0],
  ])('a wrong length is refused and thrown nowhere: %s of %i and %i', (_, key, signature) => {
    expect(page.verify(new Uint8Array(key), hex('aa'), new Uint8Array(signature))).toBe(false);
  });
});
