import { nodeEd25519 } from '@hocba/ledger/node';
import { nodeCrypto } from '@hocba/signature/node';
import { strToU8, zipSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeRealWorld, REAL_NOW, type RealWorld } from '../testing/real-world.ts';
import type { FileVerdict } from '../verdict/file-verdict.ts';
import { verifyFile } from '../verify-file.ts';

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
let world: RealWorld;
let files: { xml: Uint8Array; proof: Uint8Array };
beforeAll(async () => {
  world = await makeRealWorld();
  const [record] = world.records;
  if (record === undefined) throw new Error('a record');
  files = record;
});

async function judged(bytes: Uint8Array): Promise<FileVerdict> {
  const ports = { crypto: nodeCrypto, ed25519: nodeEd25519, now: () => REAL_NOW };
  return verifyFile({ name: 'a.zip', bytes }, await world.trust(), ports);
}
const codesOf = (found: FileVerdict): string[] => found.fragments.map(({ name, code }) => `${name}:${code}`);
const saidOf = (found: FileVerdict): string[] =>
  (found.parts ?? []).map((one) => `${one.name} ${one.found.verdict}`);

const packed = (level: 0 | 6 = 6): Uint8Array =>
  zipSync({ 'a.xml': files.xml, 'a.tlog-proof': files.proof }, { level });
/** The archive with the headers of its first part changed. */
function withHeader(
  bytes: Uint8Array,
  kind: number,
  change: (view: DataView, at: number) => void,
): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < bytes.length - 4; at++) {
    if (view.getUint32(at, true) !== kind) continue;
    change(view, at);
    return bytes;
  }
  throw new Error('no such header');
}
/** The whole archive in octets that a text editor replaces one for one. */
const replaced = (bytes: Uint8Array, from: string, to: string): Uint8Array =>
  new Uint8Array(
    Buffer.from(
      Buffer.from(bytes).toString('latin1').replaceAll(from, Buffer.from(to).toString('latin1')),
      'latin1',
    ),
  );

describe('two readers see one archive', () => {
  test.each<[string, () => Uint8Array]>([
    [
      'the part’s own header says another way of packing',
      () => withHeader(packed(0), LOCAL, (view, at) => view.setUint16(at + 8, 8, true)),
    ],
    [
      '… less packed data',
      () =>
        withHeader(packed(0), LOCAL, (view, at) =>
          view.setUint32(at + 18, view.getUint32(at + 18, true) - 500, true),
        ),
    ],
    [
      '… less data',
      () =>
        withHeader(packed(), LOCAL, (view, at) =>
          view.setUint32(at + 22, view.getUint32(at + 22, true) - 500, true),
        ),
    ],
    ['… another checksum', () => withHeader(packed(), LOCAL, (view, at) => view.setUint32(at + 14, 1, true))],
    ['a folder with content', () => replaced(zipSync({ 'a.xml': files.xml }), 'a.xml', 'a.xm/')],
    [
      'one name in two spellings of Unicode',
      () => zipSync({ 'é.xml': files.xml, ['é.xml'.normalize('NFD')]: strToU8('<a/>') }),
    ],
  ])('%s', async (_, forged) => {
    const found = await judged(forged());
    expect([found.verdict, codesOf(found)]).toEqual(['not-fully-checked', ['document:archive-damaged']]);
  });

  test('… that it has a password', async () => {
    const forged = withHeader(packed(), LOCAL, (view, at) => view.setUint16(at + 6, 1, true));
    expect(codesOf(await judged(forged))).toEqual(['document:archive-encrypted']);
  });

  test('what was not known in time is said behind the data, and the part’s own header is empty', async () => {
    const streamed = withHeader(packed(), LOCAL, (view, at) => {
      view.setUint16(at + 6, view.getUint16(at + 6, true) | 8, true);
      for (const field of [14, 18, 22]) view.setUint32(at + field, 0, true);
    });
    expect(saidOf(await judged(streamed))).toEqual(['a.xml genuine']);
  });
});

describe('a directory that one reader takes, and another one does not', () => {
  const withComment = (zip: Uint8Array, comment: Uint8Array): Uint8Array => {
    const bytes = Uint8Array.from([...zip, ...comment]);
    new DataView(bytes.buffer).setUint16(zip.length - 2, comment.length, true);
    return bytes;
  };
  const other = (): Uint8Array => zipSync({ 'a.xml': strToU8('<HOC_BA/>') });
  test.each<[string, () => Uint8Array]>([
    [
      'of two archives one behind the other, alike in all sizes',
      () => Uint8Array.from([...packed(), ...packed()]),
    ],
    ['in the comment of the first', () => withComment(packed(), other())],
    ['… that goes on behind it', () => withComment(packed(), Uint8Array.from([...other(), 0]))],
    [
      'with a part more than it counts',
      () =>
        withHeader(packed(), 0x06054b50, (view, at) => {
          view.setUint16(at + 8, 1, true);
          view.setUint16(at + 10, 1, true);
        }),
    ],
  ])('%s', async (_, forged) => {
    expect(codesOf(await judged(forged()))).toEqual(['document:archive-damaged']);
  });
  test('a comment alone is none', async () => {
    expect(saidOf(await judged(withComment(packed(), strToU8('lớp 4A'))))).toEqual(['a.xml genuine']);
  });
});

describe('what came to harm on its way is damaged, and not false', () => {
  test.each([0, 6] as const)('an octet of a part at level %i', async (level) => {
    const bytes = packed(level);
    const at = withHeader(bytes, CENTRAL, () => {}).length >> 2;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    const found = await judged(bytes);
    expect([found.verdict, codesOf(found)]).toEqual(['not-fully-checked', ['document:archive-damaged']]);
  });
  test.each<[string, boolean, string]>([
    ['says nothing of it', false, 'genuine'],
    ['claims UTF-8', true, 'not-fully-checked'],
  ])('a name in the code page of Windows for Vietnamese, of a part that %s', async (_, claims, verdict) => {
    const named = zipSync({ 'H_.xml': files.xml, 'H_.tlog-proof': files.proof });
    const bytes = new Uint8Array(
      Buffer.from(Buffer.from(named).toString('latin1').replaceAll('H_.', 'H\u00e0.'), 'latin1'),
    );
    const view = new DataView(bytes.buffer);
    for (let at = 0; claims && at < bytes.length - 4; at++)
      if (view.getUint32(at, true) === CENTRAL) view.setUint16(at + 8, 0x800, true);
    const found = await judged(bytes);
    expect([found.verdict, found.parts?.map(({ name }) => name)]).toEqual([
      verdict,
      claims ? undefined : ['Hà.xml'],
    ]);
  });
  test('a proof whose name a Mac spelt apart is still the record’s', async () => {
    const name = 'Nguyễn Ánh';
    const found = await judged(
      zipSync({
        'other.xml': files.xml,
        'other.tlog-proof': files.proof,
        [`${name}.xml`]: files.xml,
        [`${name.normalize('NFD')}.tlog-proof`]: files.proof,
      }),
    );
    expect(saidOf(found)).toEqual(['other.xml genuine', `${name}.xml genuine`]);
  });
});

describe('a name beside the name, as WinRAR and others write it', () => {
  const unicode = (name: string): Record<number, Uint8Array> => ({
    // Version, and the checksum of the other name, by which some unpackers go: here it is nobody's.
    28789: Uint8Array.from([1, 0, 0, 0, 0, ...strToU8(name)]),
  });
  const pair = (beside: readonly [string, string]) =>
    zipSync({
      'Nguy_n A.xml': [files.xml, { extra: unicode(beside[0]) }],
      'Nguy_n A.tlog-proof': [files.proof, { extra: unicode(beside[1]) }],
    });
  test('is the name where the code page had no letter for it', async () => {
    expect(saidOf(await judged(pair(['Nguyễn A.xml', 'Nguyễn A.tlog-proof'])))).toEqual([
      'Nguyễn A.xml genuine',
    ]);
  });
  test.each<[string, readonly [string, string]]>([
    ['of another part', ['Nguyễn B.xml', 'Nguyễn A.tlog-proof']],
    ['the two swapped', ['Nguyễn A.tlog-proof', 'Nguyễn A.xml']],
    ['longer than the name', ['Nguyễn A.xml.exe', 'Nguyễn A.tlog-proof']],
    ['leading out of the folder', ['../uy/n A.xml', 'Nguyễn A.tlog-proof']],
  ])('is refused where it could be the name %s', async (_, beside) => {
    expect(codesOf(await judged(pair(beside)))).toEqual(['document:archive-damaged']);
  });
  test('… and where the part’s own header and the directory have two', async () => {
    const bytes = pair(['Nguyễn A.xml', 'Nguyễn A.tlog-proof']);
    const at = Buffer.from(bytes).indexOf('Nguyễn A.xml');
    bytes.set(strToU8('Nguyện A.xml'), at);
    expect(codesOf(await judged(bytes))).toEqual(['document:archive-damaged']);
  });
});

test('a part’s name says nothing beside the name: no line of its own, no turned direction', async () => {
  const name = 'a.xml\nThật, còn hiệu lực\u202elmx\u001b[2K';
  const found = await judged(zipSync({ [name]: strToU8('<HOC_BA/>') }));
  expect(saidOf(found)).toEqual(['a.xml�Thật, còn hiệu lực�lmx�[2K not-genuine']);
});
