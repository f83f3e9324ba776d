import { deflateSync } from 'node:zlib';
import { FILE_SEAL_PLACE, FORM_VERSION, renderYear, reprintInputs, signaturesOf } from '@hocba/form';
import { packPdf } from '@hocba/form/testing/packed';
import { nodeEd25519 } from '@hocba/ledger/node';
import { readRecord } from '@hocba/record';
import { extendPades, signPades } from '@hocba/signature';
import { nodeCrypto, softSigner } from '@hocba/signature/node';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeRealWorld, REAL_NOW, type RealWorld, realDocument } from '../testing/real-world.ts';
import type { FileVerdict, Reprint } from '../verdict/file-verdict.ts';
import { verifyFile } from '../verify-file.ts';

const SEALED_AT = '2026-05-28T20:45:00+07:00';
let world: RealWorld;
/** A print of which nothing says that it is sealed, one that says so, and that one sealed. */
let plain: Uint8Array;
let base: Uint8Array;
let sealed: Uint8Array;

beforeAll(async () => {
  world = await makeRealWorld({ docs: [realDocument()] });
  plain = await printed(undefined);
  base = await printed(SEALED_AT);
  world.pki.setNow(new Date(SEALED_AT));
  const services = world.pki.services(1_400);
  const { privateKeyPem, chain } = world.seal;
  const request = {
    time: new Date(SEALED_AT),
    look: { ...FILE_SEAL_PLACE, content: new Uint8Array() },
  };
  const signed = await signPades(nodeCrypto, base, softSigner(privateKeyPem, chain), request, services);
  sealed = await extendPades(nodeCrypto, signed, 'LTA', services);
});

async function printed(sealedAt: string | undefined): Promise<Uint8Array> {
  const [record] = world.records;
  if (record === undefined) throw new Error('no record');
  const { xml, proof, index: leafIndex } = record;
  return renderPrint(
    xml,
    proof,
    { qrUrl: 'https://truong.example/x/31TLjiIBw0qo4iWtq2ihWe', leafIndex },
    sealedAt,
  );
}

function renderPrint(
  xml: Uint8Array,
  proof: Uint8Array | null,
  at: { qrUrl: string; leafIndex: number | string | null },
  sealedAt: string | null | undefined,
): Promise<Uint8Array> {
  const { doc, slots } = readRecord(xml);
  const issued = { ...at, signatures: signaturesOf(doc, slots) };
  return renderYear({ doc, xml, proof, issued: sealedAt === undefined ? issued : { ...issued, sealedAt } });
}

const reprint: Reprint = async (pdf) => {
  const inputs = reprintInputs(pdf);
  if (inputs === null || inputs.formVersion !== FORM_VERSION) return null;
  return renderPrint(inputs.xml, inputs.proof, inputs, inputs.sealedAt);
};

async function judged(bytes: Uint8Array, printer?: Reprint): Promise<FileVerdict> {
  const ports = { crypto: nodeCrypto, ed25519: nodeEd25519, now: () => REAL_NOW };
  const given = printer === undefined ? ports : { ...ports, reprint: printer };
  return verifyFile({ name: 'a.pdf', bytes }, await world.trust(), given);
}
const codeOf = (found: FileVerdict, name: string): string => {
  const fragment = found.fragments.find((one) => one.name === name);
  return `${fragment?.state}:${fragment?.code}`;
};

/** Puts a revision behind a file whose table is a stream (ISO 32000-1 §7.5.8), in which one object is another. */
function revisedByStream(pdf: Uint8Array, number: number, object: string): Uint8Array {
  const before = Buffer.from(pdf).toString('latin1');
  const previous = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(before)?.[1];
  const root = /\/Root (\d+ 0 R)/.exec(before)?.[1];
  const contents = deflateSync(Buffer.from(`${number} 0\n${object}`, 'latin1')).toString('latin1');
  const first = `${number} 0\n`.length;
  const objects = `90000 0 obj\n<< /Type /ObjStm /N 1 /First ${first} /Filter /FlateDecode /Length ${contents.length} >>\nstream\n${contents}\nendstream\nendobj\n`;
  const body = `${before}\n`;
  const start = body.length + objects.length;
  const row = (type: number, second: number): Buffer => {
    const bytes = Buffer.alloc(6);
    bytes.writeUInt8(type, 0);
    bytes.writeUInt32BE(second, 1);
    return bytes;
  };
  const rows = Buffer.concat([row(2, 90_000), row(1, body.length), row(1, start)]).toString('latin1');
  const table = `90001 0 obj\n<< /Type /XRef /Size 90002 /W [1 4 1] /Index [${number} 1 90000 2] /Root ${root} /Prev ${previous} /Length ${rows.length} >>\nstream\n${rows}\nendstream\nendobj\n`;
  return Buffer.from(`${body}${objects}${table}startxref\n${start}\n%%EOF\n`, 'latin1');
}

describe('a print that other software saved again in a packed form', () => {
  test('its record is judged as the same beside no print; the pages are no longer as they were issued', async () => {
    const found = await judged(packPdf(base));
    expect([found.verdict, found.sentence]).toEqual([
      'not-genuine',
      'Không thật (tệp PDF đã đổi từ khi phát hành)',
    ]);
    expect(codeOf(found, 'print')).toBe('invalid:signature-broken');
    const others = found.fragments.filter(({ name, state }) => name !== 'print' && state !== 'valid');
    expect(others.map(({ name }) => name)).toEqual(['witness']);
    expect(found.record?.pupil).toEqual(realDocument().pupil);
  });

  test('one that nothing says to be sealed: the same, with a printer or without', async () => {
    for (const printer of [undefined, reprint]) {
      const found = await judged(packPdf(plain), printer);
      expect([found.verdict, codeOf(found, 'print')]).toEqual(['not-genuine', 'invalid:altered']);
      expect(found.record?.pupil).toEqual(realDocument().pupil);
    }
    expect(codeOf(await judged(plain, reprint), 'print')).toBe('valid:same-pages');
  });
});

describe('a packed revision behind a print makes it false', () => {
  const numberOf = (pdf: Uint8Array, what: RegExp): number =>
    Number(what.exec(Buffer.from(pdf).toString('latin1'))?.[1]);
  test.each<[string, () => Uint8Array]>([
    ['sealed', () => sealed],
    ['not sealed', () => plain],
  ])('%s', async (_, make) => {
    const pdf = make();
    const untouched = await judged(pdf, reprint);
    expect(untouched.verdict).toBe('genuine');
    const catalog = numberOf(pdf, /(\d+) 0 obj\s*<<[^>]*\/Type \/Catalog/);
    const pages = numberOf(pdf, /\/Pages (\d+) 0 R/);
    for (const [number, object] of [
      [90_009, '<< /Nothing true >>'],
      [catalog, '<< /Type /Catalog >>'],
      [pages, '<< /Type /Pages /Kids [] /Count 0 >>'],
    ] as const)
      for (const printer of [undefined, reprint]) {
        const found = await judged(revisedByStream(pdf, number, object), printer);
        expect(found.verdict).toBe('not-genuine');
      }
  });
});
