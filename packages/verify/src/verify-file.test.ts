import { renderYear, signaturesOf } from '@hocba/form';
import { nodeEd25519 } from '@hocba/ledger/node';
import { readRecord } from '@hocba/record';
import { nodeCrypto } from '@hocba/signature/node';
import { scanCanonical } from '@hocba/xml';
import { zipSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeWorld, sampleDocument, type World } from './testing/issued.ts';
import { readTrust } from './trust/folder.ts';
import type { Trust } from './trust/trust.ts';
import type { FileVerdict } from './verdict/file-verdict.ts';
import { verifyFile } from './verify-file.ts';

const ports = { crypto: nodeCrypto, ed25519: nodeEd25519 };
let world: World;
let trust: Trust;
beforeAll(async () => {
  world = await makeWorld();
  trust = await world.trust();
});

const verifyXml = (
  xml: Uint8Array,
  proof: Uint8Array | undefined,
  believed: Trust | null,
): Promise<FileVerdict> =>
  verifyFile({ name: 'a.xml', bytes: xml, ...(proof ? { proof } : {}) }, believed, ports);
const codeOf = (found: FileVerdict, name: string): string => {
  const fragment = found.fragments.find((f) => f.name === name);
  return `${fragment?.state}:${fragment?.code}`;
};
const edited = (from: string, to: string): Uint8Array => {
  const text = new TextDecoder().decode(world.xml);
  expect(text).toContain(from);
  return new TextEncoder().encode(text.replace(from, to));
};

/** Name of the innermost element around a byte. */
function elementAround(at: number): string {
  let innermost = scanCanonical(world.xml).root;
  for (;;) {
    const inside = innermost.children.find((child) => child.start <= at && at < child.end);
    if (!inside) return innermost.name;
    innermost = inside;
  }
}

describe('a training record', () => {
  test('is training with everything right', async () => {
    const found = await verifyXml(world.xml, world.proof, trust);
    expect(found.verdict).toBe('training');
    expect(
      ['document', 'signatures', 'certificates', 'issuance', 'status'].map((name) => codeOf(found, name)),
    ).toEqual(['valid:intact', 'valid:all-valid', 'valid:chain-valid', 'valid:logged', 'valid:current']);
    expect(found.leafIndex).toBe(1);
    expect(found.record?.uuid).toBe(sampleDocument().uuid);
  });
  test('is training without trust, without proof, and with somebody else’s trust', async () => {
    const foreign = await (await makeWorld()).trust();
    const empty = await readTrust(ports, new Map());
    for (const believed of [null, empty, foreign]) {
      expect((await verifyXml(world.xml, undefined, believed)).verdict).toBe('training');
      expect((await verifyXml(world.xml, world.proof, believed)).verdict).toBe('training');
    }
  });
  test('has no status of its own in an answer about another log, which is no fault either', async () => {
    const other = await (await makeWorld({ origin: 'hocba.training/79000000/2026-2027' })).trust();
    const found = await verifyXml(world.xml, world.proof, {
      ...trust,
      statusFiles: other.statusFiles,
    });
    expect([found.verdict, codeOf(found, 'status')]).toEqual(['training', 'not-checked:status-of-other-log']);
  });
  test.each(['a.pdf', 'a.PDF', 'a.txt', 'a'])('is what its bytes are, under the name %s', async (name) => {
    const found = await verifyFile({ name, bytes: world.xml, proof: world.proof }, trust, ports);
    expect(found.verdict).toBe('training');
  });
  test('says that it was recalled or replaced', async () => {
    const recalled = await world.trust([{ index: 1, state: 'recalled', by: 2, reason: 'data-entry-error' }]);
    expect((await verifyXml(world.xml, world.proof, recalled)).sentence).toContain('đã thu hồi');
    const replaced = await world.trust([{ index: 1, state: 'replaced', by: 2 }]);
    expect((await verifyXml(world.xml, world.proof, replaced)).sentence).toContain('đã được thay thế');
  });
});

describe('what is forged is not genuine, training or not', () => {
  test.each([
    ['another level', '<MUC_DAT_DUOC>T</MUC_DAT_DUOC>', '<MUC_DAT_DUOC>H</MUC_DAT_DUOC>'],
    ['a comment inside a value', '<MUC_DAT_DUOC>T</MUC_DAT_DUOC>', '<MUC_DAT_DUOC>T<!-- --></MUC_DAT_DUOC>'],
    ['the training mark taken off', '2025-TAP-HUAN', '2025'],
    [
      'another time of signing in the slot',
      '<NGAY_KY>2026-05-28T20:10:05+07:00',
      '<NGAY_KY>2026-05-28T20:10:06+07:00',
    ],
    ['an unknown element', '<QUA_TRINH_HOC_TAP>', '<QUA_TRINH_HOC_TAP><GHI_THEM></GHI_THEM>'],
  ])('%s', async (_, from, to) => {
    expect((await verifyXml(edited(from, to), world.proof, trust)).verdict).toBe('not-genuine');
    expect((await verifyXml(edited(from, to), undefined, null)).verdict).toBe('not-genuine');
  });

  test('a seal taken off: never issued', async () => {
    const text = new TextDecoder().decode(world.xml);
    const cut = text.replace(/<KY_PHAT_HANH .*<\/KY_PHAT_HANH>/, '');
    const found = await verifyXml(new TextEncoder().encode(cut), undefined, trust);
    expect([found.verdict, codeOf(found, 'signatures')]).toEqual(['not-genuine', 'invalid:incomplete']);
  });

  test('one byte changed, at every 193rd place: what survives stands outside everything signed', async () => {
    const survivors: string[] = [];
    for (let at = 0; at < world.xml.length; at += 193) {
      const copy = world.xml.slice();
      copy[at] = (copy[at] ?? 0) ^ 1;
      if ((await verifyXml(copy, world.proof, trust)).verdict === 'not-genuine') continue;
      survivors.push(elementAround(at));
    }
    // Certificates of issuers in KeyInfo are no part of what is signed: they only lead to a root.
    expect(survivors.filter((name) => name !== 'X509Certificate')).toEqual([]);
  });

  test('one bit flipped anywhere in the proof is never "logged"', async () => {
    for (let at = 0; at < world.proof.length; at += 3) {
      const copy = world.proof.slice();
      copy[at] = (copy[at] ?? 0) ^ 1;
      const found = await verifyXml(world.xml, copy, trust);
      expect(codeOf(found, 'issuance')).not.toBe('valid:logged');
    }
  });

  test('the proof of another record', async () => {
    const other = await makeWorld({ doc: sampleDocument({ uuid: '6f1c2a34-5b6d-4e7f-8a90-b1c2d3e4f5a6' }) });
    const found = await verifyXml(world.xml, other.proof, trust);
    expect([found.verdict, codeOf(found, 'issuance')]).toEqual(['not-genuine', 'invalid:other-record']);
  });

  test('another person’s certificate in the principal’s slot', async () => {
    const homeroom = sampleDocument().homeroomTeacher;
    const swapped = await makeWorld({
      swap: (plan) => (plan.role === 'principal' ? { ...plan, signer: homeroom } : plan),
    });
    const found = await verifyXml(swapped.xml, swapped.proof, await swapped.trust());
    expect([found.verdict, codeOf(found, 'signatures')]).toEqual(['not-genuine', 'invalid:signer-differs']);
  });

  test('a record without the mark, signed by training certificates', async () => {
    const fake = await makeWorld({ doc: sampleDocument({ training: false }), origin: 'hocba.example/79' });
    const found = await verifyXml(fake.xml, fake.proof, await fake.trust());
    expect([found.verdict, codeOf(found, 'certificates')]).toEqual([
      'not-genuine',
      'invalid:training-certificate',
    ]);
  });

  test('a training record in a log that is no training log', async () => {
    const stray = await makeWorld({ origin: 'hocba.example/79' });
    const found = await verifyXml(stray.xml, stray.proof, await stray.trust());
    expect([found.verdict, codeOf(found, 'issuance')]).toEqual(['not-genuine', 'invalid:wrong-log']);
  });
});

describe('a print made again', () => {
  const qrUrl = 'https://truong.example/x/31TLjiIBw0qo4iWtq2ihWe';
  const print = async (leafIndex: number, address: string): Promise<FileVerdict> => {
    const { doc, slots } = readRecord(world.xml);
    const issued = { qrUrl: address, leafIndex, signatures: signaturesOf(doc, slots) };
    const bytes = await renderYear({ doc, xml: world.xml, proof: world.proof, issued });
    // Whatever the printer takes out of the file is what was put there, so that it prints the same again.
    return verifyFile({ name: 'a.pdf', bytes }, trust, { ...ports, reprint: async () => bytes });
  };

  test('is right with the leaf of its proof and the address of a public page', async () => {
    const found = await print(1, qrUrl);
    expect([found.verdict, codeOf(found, 'print')]).toEqual(['training', 'valid:same-pages']);
  });
  test.each<[string, number, string]>([
    ['another leaf', 2, qrUrl],
    ['an address that is no public page', 1, 'https://truong.example/dang-nhap'],
    ['a host behind a user name', 1, 'https://truong.example@evil.example/x/31TLjiIBw0qo4iWtq2ihWe'],
    ['a token with something behind it', 1, `${qrUrl}/../../trang-gia`],
  ])('with %s is altered', async (_, leafIndex, address) => {
    const found = await print(leafIndex, address);
    expect([found.verdict, codeOf(found, 'print')]).toEqual(['not-genuine', 'invalid:altered']);
  });
});

describe('files that are no record', () => {
  test.each([
    // What does not even say that it is a record is no false one.
    ['empty XML', 'a.xml', '', 'not-fully-checked error:empty'],
    ['an invoice', 'hoadon.xml', '<HDon><TTChung/></HDon>', 'not-fully-checked error:unknown-format'],
    ['a page saved', 'a.xml', '<!doctype html><title>Học bạ</title>', 'not-fully-checked error:web-page'],
    ['a record by its tag alone', 'a.xml', '<HOC_BA></HOC_BA>', 'not-genuine invalid:not-a-record'],
    [
      'a DTD',
      'a.xml',
      '<!DOCTYPE HOC_BA [<!ENTITY a "b">]><HOC_BA>&a;</HOC_BA>',
      'not-genuine invalid:not-canonical',
    ],
    ['half a PDF', 'a.pdf', '%PDF-1.7\n%%EOF\n', 'not-fully-checked error:incomplete'],
    [
      'a page of an error that names us',
      'a.xml',
      '<html>hocba: 502</html>',
      'not-fully-checked error:web-page',
    ],
    ['packed by gzip', 'a.xml', '\x1f\x8b\x08 hocba', 'not-fully-checked error:other-archive'],
    ['packed by RAR', 'a.zip', 'Rar!\x1a\x07\x01', 'not-fully-checked error:other-archive'],
    ['a proof', 'a.xml', 'c2sp.org/tlog-proof@v1\nhocba', 'not-fully-checked error:proof-alone'],
    ['a scan', 'a.tif', 'II*\0', 'not-fully-checked error:a-picture'],
    ['a text', 'a.txt', 'học bạ', 'not-fully-checked error:unknown-format'],
    ['a photo', 'a.pdf', '\xff\xd8\xff\xe0', 'not-fully-checked error:a-picture'],
    ['a picture', 'a.png', '\x89PNG\r\n', 'not-fully-checked error:a-picture'],
    ['a phone’s photo', 'a.heic', '\0\0\0\x18ftypheic', 'not-fully-checked error:a-picture'],
  ])('%s', async (_, name, text, expected) => {
    const found = await verifyFile(
      { name, bytes: Uint8Array.from(Buffer.from(text, 'latin1')) },
      trust,
      ports,
    );
    const [document] = found.fragments;
    expect(`${found.verdict} ${document?.state}:${document?.code}`).toBe(expected);
  });

  test('an XML that says nothing of a record is false beside a proof: that does', async () => {
    const file = { name: 'a.xml', bytes: new TextEncoder().encode('<a/>'), proof: new Uint8Array() };
    expect((await verifyFile(file, trust, ports)).verdict).toBe('not-genuine');
  });

  test.each(['[Content_Types].xml', 'mimetype'])('a document of an office, packed with %s', async (mark) => {
    const zip = zipSync({
      [mark]: new Uint8Array(),
      'xl/workbook.xml': new TextEncoder().encode('<workbook/>'),
    });
    const found = await verifyFile({ name: 'diem.xlsx', bytes: zip }, trust, ports);
    expect([found.verdict, found.fragments[0]?.code]).toEqual(['not-fully-checked', 'unknown-format']);
  });
});
