import { nodeEd25519 } from '@hocba/ledger/node';
import { nodeCrypto } from '@hocba/signature/node';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeRealWorld, REAL_NOW, type RealWorld, type TrustChange } from '../testing/real-world.ts';
import type { FileVerdict } from '../verdict/file-verdict.ts';
import { nextStep, sentenceOf } from '../verdict/sentences.ts';
import { verifyFile } from '../verify-file.ts';
import { vi } from '../words/vi.ts';

let world: RealWorld;
let xml: string;
let proof: string;
beforeAll(async () => {
  world = await makeRealWorld();
  const [record] = world.records;
  [xml = '', proof = ''] = [record?.xml, record?.proof].map((bytes) => new TextDecoder().decode(bytes));
});

async function judged(
  record: string,
  beside: string | null,
  { name = 'a.xml', change = {} }: { name?: string; change?: TrustChange } = {},
): Promise<FileVerdict> {
  const octets = (text: string) => new TextEncoder().encode(text);
  const ports = { crypto: nodeCrypto, ed25519: nodeEd25519, now: () => REAL_NOW };
  const given = beside === null ? {} : { proof: octets(beside) };
  return verifyFile({ name, bytes: octets(record), ...given }, await world.trust(change), ports);
}
const documentOf = ({ fragments }: FileVerdict) => fragments.find(({ name }) => name === 'document');
const raised = (text: string): string => text.replace('<MUC_DAT_DUOC>T<', '<MUC_DAT_DUOC>H<');
const lines = (text: string): string => text.replaceAll('><', '>\n  <');
const dos = (text: string): string => text.replaceAll('\n', '\r\n');
const TOUCHED = { name: 'document', state: 'error', code: 'changed-on-its-way' };

describe('what mail and editors do to a file makes it neither false nor green', () => {
  test.each<[string, () => [string, string]]>([
    ['a mark before the record', () => [`\ufeff${xml}`, proof]],
    ['a line end behind the record', () => [`${xml}\r\n`, proof]],
    ['an empty line before it', () => [`\n${xml}`, proof]],
    ['other ends of line in the record', () => [dos(xml), proof]],
    ['other ends of line in the proof', () => [xml, dos(proof)]],
    ['a mark before the proof', () => [xml, `\ufeff${proof}`]],
    ['an empty line behind the proof', () => [xml, `${proof}\n`]],
    ['the proof’s last line without its end', () => [xml, proof.slice(0, -1)]],
    ['a declaration', () => [`<?xml version="1.0"?>\r\n${xml}`, proof]],
    ['comments and instructions beside the root', () => [`<!-- xem -->\n<?a b?>${xml}<!---->`, proof]],
    ['a line end between two elements', () => [xml.replace('><', '>\r\n<'), proof]],
    ['lines and indents everywhere', () => [xml.replaceAll('><', '>\n\t<'), proof]],
    ['indents around every text', () => [xml.replaceAll(/>([^<]+)</g, '>\n $1\n <'), proof]],
    ['other quotes, and space in tags', () => [xml.replaceAll(/(\S+)="([^"]*)"/g, "  $1 = '$2' "), proof]],
    ['characters by number', () => [xml.replaceAll('ữ', '&#x1EEF;').replaceAll('ọ', '&#7885;'), proof]],
    ['quotes by name', () => [xml.replaceAll(/>([^<]*)"([^<]*)</g, '>$1&quot;$2<'), proof]],
    ['all of it', () => [`\ufeff${dos(xml)}\r\n\0\0`, `\ufeff${dos(proof)}\r\n`]],
  ])('%s', async (_, touched) => {
    const [record, beside] = touched();
    const found = await judged(record, beside);
    expect([found.verdict, documentOf(found)]).toEqual(['not-fully-checked', TOUCHED]);
    expect(found.fragments.filter(({ name }) => name === 'document')).toHaveLength(1);
    // What did not come as it was issued is not read any further.
    expect(found.record).toBeUndefined();
  });
  test('whatever the file is called', async () => {
    expect(documentOf(await judged(`\ufeff${xml}`, proof, { name: 'a.bin' }))).toEqual(TOUCHED);
  });
  test('who has not chosen the proof is told of it, and not that the file is false', async () => {
    for (const touched of [`\ufeff${xml}`, `<?xml version="1.0"?>\n${lines(xml)}`]) {
      const found = await judged(touched, null);
      expect([found.sentence, nextStep(found)]).toEqual([
        'Không thật (chưa từng phát hành)',
        vi.next['never-issued'],
      ]);
      expect(found.record).toBeUndefined();
    }
    expect(documentOf(await judged(xml, null))?.code).toBe('intact');
  });
  test('that it was recalled is not kept back', async () => {
    const entries = [
      { index: 0, state: 'recalled', by: 1, reason: 'data-entry-error', log: 'b.example/x' },
    ] as const;
    const found = await judged(dos(xml), proof, { change: { entries } });
    expect(sentenceOf(found.verdict, found.fragments)).toBe('Chưa kiểm tra được đủ; bản này đã thu hồi');
  });
});

describe('an editor of Windows that codes characters in UTF-16', () => {
  const coded = (text: string, big: boolean, marked: boolean): Uint8Array => {
    const bytes = Buffer.from(`${marked ? '\ufeff' : ''}${text}`, 'utf16le');
    return Uint8Array.from(big ? bytes.swap16() : bytes);
  };
  const verdictOn = async (record: Uint8Array, beside?: Uint8Array): Promise<FileVerdict> => {
    const ports = { crypto: nodeCrypto, ed25519: nodeEd25519, now: () => REAL_NOW };
    const given = beside === undefined ? {} : { proof: beside };
    return verifyFile({ name: 'a.xml', bytes: record, ...given }, await world.trust(), ports);
  };
  test.each([
    [false, true],
    [true, true],
    [false, false],
    [true, false],
  ])('big end first %s, marked %s', async (big, marked) => {
    const found = await verdictOn(coded(xml, big, marked), coded(proof, big, true));
    expect([found.verdict, documentOf(found), found.record]).toEqual([
      'not-fully-checked',
      TOUCHED,
      undefined,
    ]);
    const plain = new TextEncoder().encode(proof);
    expect((await verdictOn(coded(raised(xml), big, marked), plain)).verdict).toBe('not-genuine');
    const stripped = await verdictOn(coded(xml, big, marked));
    expect([stripped.sentence, stripped.record]).toEqual(['Không thật (chưa từng phát hành)', undefined]);
    expect(documentOf(await verdictOn(coded('<a/>', big, marked)))?.code).toBe('unknown-format');
  });
});

describe('what else was changed is false, whatever mail did besides', () => {
  test.each<[string, () => [string, string | null]]>([
    ['a mark of the pupil’s', () => [dos(raised(xml)), proof]],
    ['a mark, in a file saved with indents', () => [lines(raised(xml)), proof]],
    ['a page for a browser, in a comment', () => [`<!--><h1>10</h1>-->${xml}`, proof]],
    ['a page for a browser, in an instruction', () => [`<?a ><h1>10</h1>?>${xml}`, proof]],
    ['a PDF in a comment', () => [`<!-- %PDF-1.7 -->${xml}`, proof]],
    ['a stylesheet', () => [`<?xml-stylesheet href="a.css"?>${xml}`, proof]],
    ['a DOCTYPE', () => [`<!DOCTYPE HOC_BA [<!ENTITY t "T">]>${xml.replace('>T<', '>&t;<')}`, proof]],
    ['a comment in a text', () => [xml.replace('>T<', '>T<!-- H --><'), proof]],
    ['a text in a CDATA section', () => [xml.replace('>T<', '><![CDATA[T]]><'), proof]],
    ['spaces around a text', () => [xml.replace('>T<', '> T <'), proof]],
    ['a text beside the root', () => [`${xml}Đã sửa`, proof]],
    ['an element beside the root', () => [`${xml}<a/>`, proof]],
    ['an element that is not closed', () => [lines(xml).replace('</PHIEN_BAN>', ''), proof]],
    ['an attribute twice', () => [lines(xml).replace('Id="data"', 'Id="data" Id="data"'), proof]],
    ['a line end of old, which stands for itself in no record', () => [xml.replaceAll('\n', '\r'), proof]],
    ['a mark in its midst', () => [xml.replace('><', '>\ufeff<'), proof]],
    ['no-break space for an indent', () => [xml.replace('><', '>\n\u00a0<'), proof]],
    ['two marks', () => [`\ufeff\ufeff${xml}`, proof]],
    ['no-break space behind it', () => [`${xml}\u00a0`, proof]],
    ['the proof taken away', () => [dos(xml), null]],
    ['the proof’s number', () => [xml, dos(proof).replace('index 0', 'index 1')]],
    ['a line of the proof’s too many', () => [xml, dos(proof.replace('\nindex', '\n\nindex'))]],
  ])('%s', async (_, changed) => {
    const [record, beside] = changed();
    expect((await judged(record, beside)).verdict).toBe('not-genuine');
  });
});
