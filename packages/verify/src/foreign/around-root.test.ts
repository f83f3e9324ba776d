import { nodeEd25519 } from '@hocba/ledger/node';
import { nodeCrypto } from '@hocba/signature/node';
import { beforeAll, describe, expect, test } from 'vitest';
import { type ForeignOptions, type ForeignPeople, foreignPeople, foreignRecord } from '../testing/foreign.ts';
import { makeRealWorld, REAL_NOW, type RealWorld } from '../testing/real-world.ts';
import type { FileVerdict } from '../verdict/file-verdict.ts';
import { verifyFile } from '../verify-file.ts';

let world: RealWorld;
let people: ForeignPeople;
beforeAll(async () => {
  world = await makeRealWorld();
  people = foreignPeople(world.pki);
});

const judged = async (bytes: Uint8Array): Promise<FileVerdict> => {
  const ports = { crypto: nodeCrypto, ed25519: nodeEd25519, now: () => REAL_NOW };
  return verifyFile({ name: 'a.xml', bytes }, await world.trust(), ports);
};
const codeOf = (found: FileVerdict, name: string): string => {
  const fragment = found.fragments.find((one) => one.name === name);
  return `${fragment?.state}:${fragment?.code}`;
};
const SENTENCE = 'Chưa kiểm tra được đủ (học bạ của phần mềm khác)';
const STYLESHEET = '<?xml-stylesheet type="text/xsl" href="hoc-ba.xsl"?>';
const dressed = (xml: string): string => xml.replace('?>', `?>\n${STYLESHEET}`);

describe('what stands around the root is none of what was signed, and is said', () => {
  const wide = (xml: string, named: string): Uint8Array =>
    new Uint8Array(Buffer.from(`\ufeff${xml.replace('utf-8', named)}`, 'utf16le'));
  const bytesOf = (xml: string): Uint8Array => new TextEncoder().encode(xml);
  test.each<[string, string, ForeignOptions, (xml: string) => Uint8Array]>([
    ['a stylesheet', 'foreign-dressed', {}, (xml) => bytesOf(dressed(xml))],
    ['one over a whole document', 'foreign-dressed', { way: 'enveloped' }, (xml) => bytesOf(dressed(xml))],
    [
      'comments',
      'foreign-dressed',
      {},
      (xml) => bytesOf(`${xml.replace('?>', '?><!-- in -->')}<!-- hết -->`),
    ],
    ['nothing, in UTF-16', 'foreign', {}, (xml) => wide(xml, 'utf-16')],
    ['a stylesheet, in UTF-16', 'foreign-dressed', {}, (xml) => wide(dressed(xml), 'UTF-16LE')],
  ])('%s', async (_, code, options, given) => {
    const found = await judged(given(foreignRecord(people, options)));
    expect([found.sentence, codeOf(found, 'document')]).toEqual([SENTENCE, `not-checked:${code}`]);
    expect(codeOf(found, 'signatures')).toBe('valid:each-at-its-place');
    expect(found.foreign?.fullName).toBe('Học Sinh Mẫu Khác');
  });
});

test('a level changed behind a stylesheet is false as anywhere', async () => {
  const xml = dressed(foreignRecord(people)).replace('<MUC_DAT_DUOC>T<', '<MUC_DAT_DUOC>H<');
  const found = await judged(new TextEncoder().encode(xml));
  expect([found.verdict, codeOf(found, 'signatures')]).toEqual(['not-genuine', 'invalid:signature-invalid']);
  expect(found.foreign).toBeUndefined();
});

test('a namespace that is no absolute address has no canonical form, and is refused', async () => {
  const xml = foreignRecord(people).replace('<HOC_BA ', '<HOC_BA xmlns:a="x" ');
  const found = await judged(new TextEncoder().encode(xml));
  expect([found.verdict, codeOf(found, 'document')]).toEqual(['not-genuine', 'invalid:not-canonical']);
});
