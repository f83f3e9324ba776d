import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeptBytes, LONGEST_KEPT } from './kept-bytes.ts';
import { nodeCrypto } from './node.ts';
import { certify } from './time/test-authority.node.ts';
import { knownCertificateOf } from './x509/known.ts';

const octets = fc.uint8Array({ minLength: 1, maxLength: 600 });

test('what is kept is found again by the same octets, wherever they lie', () => {
  fc.assert(
    fc.property(octets, octets, (bytes, before) => {
      const kept = new KeptBytes<string>(2);
      kept.keep(bytes, 'value');
      const elsewhere = Uint8Array.from([...before, ...bytes]).subarray(before.length);
      expect(kept.find(elsewhere)).toBe('value');
    }),
  );
});

test('one octet changed, and it is not found: also where the number of its place stays the same', () => {
  const bytes = Uint8Array.from({ length: 1_500 }, (_, n) => (n * 7) & 255);
  const kept = new KeptBytes<string>(2);
  kept.keep(bytes, 'value');
  for (let at = 0; at < bytes.length; at++) {
    const changed = bytes.map((octet, n) => (n === at ? octet ^ 1 : octet));
    expect(kept.find(changed)).toBeUndefined();
  }
  expect(kept.find(bytes.subarray(1))).toBeUndefined();
  expect(kept.find(bytes.subarray(0, -1))).toBeUndefined();
  expect(kept.find(new Uint8Array())).toBeUndefined();
});

test('two that lie under the same number take turns', () => {
  const one = new Uint8Array(200);
  const other = one.map((_, n) => (n === 1 ? 1 : 0));
  const kept = new KeptBytes<string>(8);
  kept.keep(one, 'one');
  kept.keep(other, 'other');
  expect([kept.find(one), kept.find(other)]).toEqual([undefined, 'other']);
});

test('no more are kept than it is told, and the oldest goes', () => {
  const all = Array.from({ length: 5 }, (_, n) => Uint8Array.of(n, n, n));
  const kept = new KeptBytes<number>(3);
  for (const [n, bytes] of all.entries()) kept.keep(bytes, n);
  expect(all.map((bytes) => kept.find(bytes))).toEqual([undefined, undefined, 2, 3, 4]);
});

test('what is kept is a copy, also of a part of a Buffer: it neither changes with the file nor holds it', () => {
  const file = Buffer.alloc(100_000);
  const part = file.subarray(500, 700);
  const before = Uint8Array.from(part);
  const kept = new KeptBytes<string>(2);
  kept.keep(part, 'value');
  // An octet by which the number of its place does not go.
  part[1] = 1;
  expect([kept.find(before), kept.find(part)]).toEqual(['value', undefined]);

  const { der } = certify({ subject: [['2.5.4.3', 'Goc']] }, null).certificate;
  file.set(der);
  const read = knownCertificateOf(file.subarray(0, der.length));
  expect(read.der.buffer.byteLength).toBe(der.length);
  file.fill(0);
  expect(nodeCrypto.sha256(read.der)).toEqual(nodeCrypto.sha256(der));
});

test('what is long is not kept, so that a sender of large ones fills no memory', () => {
  const kept = new KeptBytes<string>(2);
  const [most, more] = [new Uint8Array(LONGEST_KEPT), new Uint8Array(LONGEST_KEPT + 1)];
  kept.keep(most, 'most');
  kept.keep(more, 'more');
  expect([kept.find(most), kept.find(more)]).toEqual(['most', undefined]);
});
