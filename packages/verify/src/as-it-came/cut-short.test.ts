import { FILE_SEAL_PLACE, renderYear, signaturesOf } from '@hocba/form';
import { nodeEd25519 } from '@hocba/ledger/node';
import { readRecord } from '@hocba/record';
import { extendPades, signPades } from '@hocba/signature';
import { nodeCrypto, softSigner } from '@hocba/signature/node';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeRealWorld, REAL_NOW, type RealWorld } from '../testing/real-world.ts';
import type { FileVerdict } from '../verdict/file-verdict.ts';
import { nextStep } from '../verdict/sentences.ts';
import { verifyFile } from '../verify-file.ts';
import { vi } from '../words/vi.ts';
import { isCutPdf } from './cut-short.ts';

const SEALED_AT = '2026-05-28T20:45:00+07:00';
let world: RealWorld;
let files: { xml: Uint8Array; proof: Uint8Array };
let pages: Uint8Array;
let sealed: Uint8Array;

beforeAll(async () => {
  world = await makeRealWorld();
  const [record] = world.records;
  if (record === undefined) throw new Error('a record');
  files = record;
  const { doc, slots } = readRecord(record.xml);
  const issued = {
    qrUrl: 'https://truong.example/x/31TLjiIBw0qo4iWtq2ihWe',
    leafIndex: 0,
    signatures: signaturesOf(doc, slots),
    sealedAt: SEALED_AT,
  };
  pages = await renderYear({ doc, ...files, issued });
  world.pki.setNow(new Date(SEALED_AT));
  const services = world.pki.services(1_400);
  const { privateKeyPem, chain } = world.seal;
  const look = { ...FILE_SEAL_PLACE, content: new Uint8Array() };
  const request = { time: new Date(SEALED_AT), look };
  const signed = await signPades(nodeCrypto, pages, softSigner(privateKeyPem, chain), request, services);
  sealed = await extendPades(nodeCrypto, signed, 'LTA', services);
});

async function judged(name: string, bytes: Uint8Array, proof?: Uint8Array): Promise<FileVerdict> {
  const ports = { crypto: nodeCrypto, ed25519: nodeEd25519, now: () => REAL_NOW };
  return verifyFile({ name, bytes, ...(proof === undefined ? {} : { proof }) }, await world.trust(), ports);
}
const wrong = ({ verdict, fragments }: FileVerdict): string[] => [
  verdict,
  ...fragments.filter(({ state }) => state === 'error').map(({ name, code }) => `${name}:${code}`),
];
/** By octets from the end, and by parts of the whole. */
const CUTS = [1, 2, 8, 100, 0.01, 0.1, 0.5, 0.9, 0.999];
const cut = (whole: Uint8Array, at: number): Uint8Array =>
  whole.subarray(0, at < 1 ? Math.floor(whole.length * (1 - at)) : whole.length - at);

describe('what the line brought in part is neither false nor green, and is told to be fetched again', () => {
  test.each(CUTS)('a print without its last %f', async (at) => {
    const filled = (part: Uint8Array, to: number): Uint8Array =>
      Uint8Array.from([...part, ...new Uint8Array(to - part.length)]);
    for (const pdf of [pages, sealed])
      for (const part of [cut(pdf, at), filled(cut(pdf, at), pdf.length)])
        expect(wrong(await judged('a.pdf', part))).toEqual(['not-fully-checked', 'document:incomplete']);
  });

  test.each(CUTS)('a record without its last %f', async (at) => {
    const found = await judged('a.xml', cut(files.xml, at), files.proof);
    expect(wrong(found)).toEqual(['not-fully-checked', 'document:incomplete']);
    expect(found.record).toBeUndefined();
  });

  test.each([2, 30, 100, 200, 0.7, 0.99, 1e9])('a proof without its last %f', async (at) => {
    const found = await judged('a.xml', files.xml, cut(files.proof, at));
    expect(wrong(found)).toEqual(['not-fully-checked', 'issuance:proof-incomplete']);
    expect(nextStep(found)).toBe(vi.next['proof-incomplete']);
  });

  test('nothing at all, and a disk’s zeros', async () => {
    for (const name of ['a.xml', 'a.pdf', 'a.zip', 'a'])
      for (const bytes of [new Uint8Array(), new Uint8Array(5_000)])
        expect(wrong(await judged(name, bytes, files.proof))).toEqual([
          'not-fully-checked',
          'document:empty',
        ]);
  });
});

describe('what is false otherwise stays false', () => {
  test('a print from which the signature was cut at the very end of the pages', async () => {
    expect((await judged('a.pdf', sealed.subarray(0, pages.length))).verdict).toBe('not-genuine');
  });
  test('a changed record beside a cut proof', async () => {
    const changed = new TextEncoder().encode(
      new TextDecoder().decode(files.xml).replace('<MUC_DAT_DUOC>T<', '<MUC_DAT_DUOC>H<'),
    );
    expect((await judged('a.xml', changed, cut(files.proof, 100))).verdict).toBe('not-genuine');
  });
  test('a whole proof of another record, or none', async () => {
    const other = new TextEncoder().encode(
      new TextDecoder().decode(files.proof).replace('index 0', 'index 1'),
    );
    expect((await judged('a.xml', files.xml, other)).verdict).toBe('not-genuine');
    expect((await judged('a.xml', files.xml)).verdict).toBe('not-genuine');
  });
  test('a root of nothing', async () => {
    expect((await judged('a.xml', new TextEncoder().encode('<HOC_BA/>'), files.proof)).verdict).toBe(
      'not-genuine',
    );
  });
});

test('a PDF is cut by its own end alone: neither what a font holds nor an earlier end is one', () => {
  const pdf = (text: string): boolean => isCutPdf(new TextEncoder().encode(text));
  expect(pdf('%PDF-1.7\n1 0 obj\nendobj\nstartxref\n9\n%%EOF\n')).toBe(false);
  expect(pdf('%PDF-1.7\n1 0 obj\nendobj\nstartxref\n9\n%%EOF\nmore')).toBe(false);
  expect(pdf('%PDF-1.7\n1 0 obj\n%%EOF\nendobj\n')).toBe(true);
  expect(pdf('%PDF-1.7\nstartxref\n9\n%%EOF\n2 0 obj\nendobj\nstartxr')).toBe(true);
  expect(pdf('%PDF-1.7\nstartxref\n9\n%%EO')).toBe(true);
  expect(pdf('%PDF-1.7\nstartxref\n9\n%%EOX')).toBe(false);
  expect(pdf('no PDF')).toBe(false);
});
