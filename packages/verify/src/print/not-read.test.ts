import { nodeEd25519 } from '@hocba/ledger/node';
import { nodeCrypto } from '@hocba/signature/node';
import { expect, test } from 'vitest';
import { verifyFile } from '../verify-file.ts';

const HEAD = '%PDF-1.7\n';
const END = `startxref\n${HEAD.length}\n%%EOF\n`;
const table = (more: string): string =>
  `${HEAD}xref\n0 1\n0000000000 65535 f\r\ntrailer\n<< /Size 1 /Root 1 0 R ${more} >>\n${END}`;
const packed = (more = ''): string =>
  `${HEAD}1 0 obj\n<< /Type /XRef ${more} >>\nstream\n\nendstream\nendobj\n${END}`;

/** A catalog and nothing else, as little as a scanner may write. */
function scanned(): string {
  const catalog = '1 0 obj\n<< /Type /Catalog >>\nendobj\n';
  const rows = `0 2\n0000000000 65535 f\r\n${String(HEAD.length).padStart(10, '0')} 00000 n\r\n`;
  const start = HEAD.length + catalog.length;
  return `${HEAD}${catalog}xref\n${rows}trailer\n<< /Size 2 /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
}

async function judged(text: string): Promise<string> {
  const bytes = Uint8Array.from(Buffer.from(text, 'latin1'));
  const ports = { crypto: nodeCrypto, ed25519: nodeEd25519 };
  const { verdict, fragments } = await verifyFile({ name: 'a.pdf', bytes }, null, ports);
  return `${verdict} ${fragments.map(({ state, code }) => `${state}:${code}`).join(' ')}`;
}

test.each<[string, string, string]>([
  ['with a packed table that is none', packed(), 'not-fully-checked error:pdf-not-read'],
  ['with a password', table('/Encrypt 2 0 R'), 'not-fully-checked error:pdf-encrypted'],
  ['with a packed table beside its own', table('/XRefStm 9'), 'not-fully-checked error:pdf-not-read'],
  [
    'that says in plain octets that it is a print of ours',
    packed('/K (hocba-form/4)'),
    'not-genuine invalid:no-record-inside',
  ],
  ['… with pictures', packed('/K (hocba-picture-form/4)'), 'not-genuine invalid:no-record-inside'],
  ['that is read and has no record', scanned(), 'not-fully-checked error:pdf-without-data'],
  ['that is damaged', table('').replace('trailer', 'trailor'), 'not-fully-checked error:pdf-not-read'],
  [
    'that is read, has no record and says that it is a print of ours',
    table('/K (hocba-form/4)'),
    'not-genuine invalid:no-record-inside',
  ],
])('a PDF %s: whether there is a record inside it is not made up', async (_, text, expected) => {
  expect(await judged(text)).toBe(expected);
});
