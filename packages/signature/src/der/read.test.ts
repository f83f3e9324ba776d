import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  boolean,
  DerError,
  DerMembers,
  type DerValue,
  namedBits,
  objectIdentifier,
  readDer,
  smallInteger,
  text,
  time,
  unsignedInteger,
} from './read.ts';
import * as tags from './tags.ts';
import * as write from './write.ts';

const bytes = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (h) => Number.parseInt(h, 16));

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof DerError) return error.code;
    throw error;
  }
}

describe('bytes that are not DER are refused', () => {
  test.each<[string, string, (value: DerValue) => unknown, string]>([
    ['nothing', '', () => 0, 'truncated'],
    ['tag only', '30', () => 0, 'truncated'],
    ['content cut', '0402aa', () => 0, 'truncated'],
    ['trailing byte', '040100aa', () => 0, 'trailing-bytes'],
    ['indefinite length', '3080020101 0000'.replace(' ', ''), () => 0, 'indefinite-length'],
    ['long form for a short length', '04817f'.concat('00'.repeat(127)), () => 0, 'overlong-length'],
    ['length with a leading zero', `04820080${'00'.repeat(128)}`, () => 0, 'overlong-length'],
    ['length of five octets', '04850000000001aa', () => 0, 'overlong-length'],
    ['length beyond the buffer', '0484ffffffff', () => 0, 'truncated'],
    ['tag of several octets', '1f8101 0100'.replace(' ', ''), () => 0, 'long-tag'],
    ['negative integer', '0201ff', unsignedInteger, 'bad-integer'],
    ['padded integer', '0202007f', unsignedInteger, 'bad-integer'],
    ['padded zero', '02020000', unsignedInteger, 'bad-integer'],
    ['empty integer', '0200', unsignedInteger, 'bad-integer'],
    ['large number where a small one is due', '02050100000000', smallInteger, 'bad-integer'],
    ['boolean of another value', '010101', boolean, 'bad-boolean'],
    ['boolean of two octets', '0102ffff', boolean, 'bad-boolean'],
    ['empty OID', '0600', objectIdentifier, 'bad-oid'],
    ['OID with a padded arc', '06032a8001', objectIdentifier, 'bad-oid'],
    ['OID cut', '06022a86', objectIdentifier, 'bad-oid'],
    ['bit string without its count', '0300', namedBits, 'bad-bit-string'],
    ['named bits with a zero at the end', '03020640'.replace('06', '05'), namedBits, 'bad-bit-string'],
    ['unused bits that are set', '03020741', namedBits, 'bad-bit-string'],
    ['eight unused bits', '03020880', namedBits, 'bad-bit-string'],
    ['UTF-8 that is none', '0c02c0af', text, 'bad-string'],
    ['printable string beyond ASCII', '1301e9', text, 'bad-string'],
    ['BMP string with half a pair', '1e02d800', text, 'bad-string'],
    ['UTCTime without seconds', `170b${'323630353238313230305a'}`, time, 'bad-time'],
    ['UTCTime with an offset', `1711${'3236303532383132303030302b30373030'}`, time, 'bad-time'],
    ['31 June', `170d${'3236303633313132303030305a'}`, time, 'bad-time'],
    ['time as text', '0c0d3236303532383132303030305a', time, 'unexpected-tag'],
    ['a SET where a SEQUENCE is due', '3100', (v) => new DerMembers(v, tags.SEQUENCE), 'unexpected-tag'],
    ['a member too many', '3003020101', (v) => new DerMembers(v, tags.SEQUENCE).done(), 'trailing-bytes'],
    [
      'a member cut by its parent',
      '3002020101',
      (v) => new DerMembers(v, tags.SEQUENCE).next(),
      'trailing-bytes',
    ],
    [
      'a member longer than its parent',
      '3003020201',
      (v) => new DerMembers(v, tags.SEQUENCE).next(),
      'truncated',
    ],
  ])('%s', (_, hex, read, code) => {
    expect(codeOf(() => read(readDer(bytes(hex))))).toBe(code);
  });
});

describe('what is written is read', () => {
  test('lengths', () => {
    for (const length of [0, 1, 127, 128, 255, 256, 65_535, 65_536]) {
      const value = readDer(write.octetString(new Uint8Array(length)));
      expect(value.end - value.contentStart).toBe(length);
    }
  });

  test('integers', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (octets) => {
        const number = (b: Uint8Array) => BigInt(`0x0${Buffer.from(b).toString('hex')}`);
        expect(number(unsignedInteger(readDer(write.integer(octets))))).toBe(number(octets));
      }),
    );
  });

  test('object identifiers, a UUID among them', () => {
    const oids = [
      '1.2.840.113549.1.1.11',
      '2.5.29.15',
      '0.9.2342.19200300.100.1.1',
      '2.999.3',
      '1.39.0',
      '2.25.340282366920938463463374607431768211455',
    ];
    for (const oid of oids) expect(objectIdentifier(readDer(write.oid(oid)))).toBe(oid);
  });

  test('named bits', () => {
    for (const bits of [[0], [0, 1], [5, 6], [8], [0, 7, 8]]) {
      expect([...namedBits(readDer(write.namedBitList(bits)))]).toEqual(bits);
    }
  });

  test('times on both sides of 2050', () => {
    for (const iso of [
      '1970-01-01T00:00:00Z',
      '2026-05-28T12:00:00Z',
      '2049-12-31T23:59:59Z',
      '2050-01-01T00:00:00Z',
    ]) {
      expect(time(readDer(write.time(new Date(iso)))).getTime()).toBe(Date.parse(iso));
    }
  });
});
