import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeLeaf } from './leaf.ts';
import { formatReceipt, readReceipt } from './receipt.ts';

const leaf = encodeLeaf({ kind: 'issue', time: 1_780_000_000, commitment: new Uint8Array(32).fill(7) });

describe('the receipt in a proof file', () => {
  test('comes back as it was written', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (salt) => {
        expect(readReceipt(formatReceipt({ salt, leaf }))).toEqual({ salt, leaf });
      }),
    );
  });
  test.each([0, 1, 31, 33])('a salt of %i bytes is refused', (length) => {
    expect(() => formatReceipt({ salt: new Uint8Array(length), leaf })).toThrow();
  });
  test('what is no leaf is not written', () => {
    const salt = new Uint8Array(32);
    for (const bad of [leaf.slice(1), new Uint8Array(43), new Uint8Array(0)])
      expect(() => formatReceipt({ salt, leaf: bad })).toThrow(
        expect.objectContaining({ code: 'leaf-invalid' }),
      );
  });
  test('every shorter or longer form is refused', () => {
    const whole = formatReceipt({ salt: new Uint8Array(32), leaf });
    for (let length = 0; length < whole.length; length++)
      expect(() => readReceipt(whole.slice(0, length))).toThrow();
    expect(() => readReceipt(new Uint8Array([...whole, 0]))).toThrow();
  });
});
