import { renderBook, signaturesOf } from '@hocba/form';
import { nodeEd25519 } from '@hocba/ledger/node';
import { type RecordDocument, readRecord } from '@hocba/record';
import { nodeCrypto } from '@hocba/signature/node';
import { strToU8, type Zippable, zipSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import { sampleDocument } from '../testing/issued.ts';
import { issueSet } from '../testing/issued-set.ts';
import { makeRealWorld, REAL_NOW, type RealWorld, realDocument } from '../testing/real-world.ts';
import type { FileVerdict } from '../verdict/file-verdict.ts';
import { EXIT_CODE } from '../verdict/verdict.ts';
import { verifyFile } from '../verify-file.ts';

const OTHER = realDocument({ uuid: '6f1c2a34-5b6d-4e7f-8a90-b1c2d3e4f5a6' });
let world: RealWorld;
beforeAll(async () => {
  world = await makeRealWorld({ docs: [realDocument(), OTHER] });
});

async function judged(name: string, bytes: Uint8Array): Promise<FileVerdict> {
  const ports = { crypto: nodeCrypto, ed25519: nodeEd25519, now: () => REAL_NOW };
  return verifyFile({ name, bytes }, await world.trust(), ports);
}
const codesOf = (found: FileVerdict): string[] => found.fragments.map(({ name, code }) => `${name}:${code}`);
const saidOf = (found: FileVerdict): string[] =>
  (found.parts ?? []).map((one) => `${one.name} ${one.found.verdict}`);

/** Two pupils of a class in a folder, each with its proof. */
function classFiles(): Record<string, Uint8Array> {
  const [a, b] = world.records;
  if (a === undefined || b === undefined) throw new Error('two records');
  return { '4A/a.xml': a.xml, '4A/a.tlog-proof': a.proof, '4A/b.xml': b.xml, '4A/b.tlog-proof': b.proof };
}
const tampered = (xml: Uint8Array): Uint8Array =>
  strToU8(new TextDecoder().decode(xml).replace('<MUC_DAT_DUOC>T<', '<MUC_DAT_DUOC>H<'));

/** What a Mac's list of a folder's look begins with. */
const DS_STORE = Uint8Array.of(0, 0, 0, 1, ...strToU8('Bud1'), 0);

describe('a class’s archive', () => {
  test.each([
    ['packed', 6],
    ['stored', 0],
  ] as const)('%s: each record by the proof of its name', async (_, level) => {
    const found = await judged('lop-4a.zip', zipSync(classFiles(), { level }));
    expect([found.verdict, found.sentence, EXIT_CODE[found.verdict]]).toEqual([
      'genuine',
      'Thật, còn hiệu lực (cả 2 tệp)',
      0,
    ]);
    expect(saidOf(found)).toEqual(['4A/a.xml genuine', '4A/b.xml genuine']);
    const { asOf } = await world.trust();
    expect([found, ...(found.parts ?? []).map((part) => part.found)].map((one) => one.trustAsOf)).toEqual([
      asOf,
      asOf,
      asOf,
    ]);
  });
  test('is told by its bytes; under another ending than its own another program would open it', async () => {
    for (const name of ['a.xml', 'a.pdf', 'a.zip.html', 'a'])
      expect(codesOf(await judged(name, zipSync(classFiles())))).toEqual(['document:archive-misnamed']);
    expect((await judged('A.ZIP', zipSync(classFiles()))).verdict).toBe('genuine');
    expect(codesOf(await judged('a.docx', zipSync({ '[Content_Types].xml': strToU8('<a/>') })))).toEqual([
      'document:unknown-format',
    ]);
    expect(codesOf(await judged('a.zip', strToU8('<HOC_BA/>')))).toEqual(['document:not-canonical']);
    expect(codesOf(await judged('a.zip', strToU8('no archive')))).toEqual(['document:archive-damaged']);
  });
  test('tells how far it is, part by part, and waits until that is drawn', async () => {
    const told: string[] = [];
    const onPart = async (done: number, of: number): Promise<void> => {
      await Promise.resolve();
      told.push(`${done}/${of}`);
    };
    const ports = { crypto: nodeCrypto, ed25519: nodeEd25519, now: () => REAL_NOW, onPart };
    await verifyFile({ name: 'a.zip', bytes: zipSync(classFiles()) }, await world.trust(), ports);
    const unpacked = Object.keys(classFiles()).map(() => '0/0');
    expect(told).toEqual([...unpacked, '1/2', '2/2']);
    const stop = (done: number): void => {
      if (done === 1) throw new Error('enough');
    };
    const stopped = verifyFile({ name: 'a.zip', bytes: zipSync(classFiles()) }, await world.trust(), {
      ...ports,
      onPart: stop,
    });
    await expect(stopped).rejects.toThrow('enough');
  });
  test('is as bad as its worst file', async () => {
    const files = classFiles();
    const bad = { ...files, '4A/b.xml': tampered(files['4A/b.xml'] ?? new Uint8Array()) };
    const found = await judged('a.zip', zipSync(bad));
    expect([found.sentence, EXIT_CODE[found.verdict]]).toEqual(['Không thật (1 trong 2 tệp)', 1]);
    expect(saidOf(found)).toEqual(['4A/a.xml genuine', '4A/b.xml not-genuine']);
  });
  test('a proof in another folder, or of another pupil, is not the record’s', async () => {
    const {
      '4A/a.tlog-proof': a = new Uint8Array(),
      '4A/b.tlog-proof': b = new Uint8Array(),
      ...xml
    } = classFiles();
    const apart = await judged('a.zip', zipSync({ ...xml, '4A/a.tlog-proof': a, '4B/b.tlog-proof': b }));
    expect(saidOf(apart)).toEqual([
      '4A/a.xml genuine',
      '4A/b.xml not-genuine',
      '4B/b.tlog-proof not-fully-checked',
    ]);
    const swapped = await judged('a.zip', zipSync({ ...xml, '4A/a.tlog-proof': b, '4A/b.tlog-proof': a }));
    expect(saidOf(swapped)).toEqual(['4A/a.xml not-genuine', '4A/b.xml not-genuine']);
  });
  test('what is no record is said to be unchecked; what a Mac adds is no file of anybody', async () => {
    const more = {
      ...classFiles(),
      'ghi-chu.txt': strToU8('x'),
      '__MACOSX/4A/._a.xml': Uint8Array.of(0, 5, 0x16, 7, 0, 2),
      '4A/.DS_Store': DS_STORE,
      'Thumbs.db': Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0),
    };
    const found = await judged('a.zip', zipSync(more));
    expect(saidOf(found).at(-1)).toBe('ghi-chu.txt not-fully-checked');
    expect([found.parts?.length, found.verdict]).toEqual([3, 'not-fully-checked']);
  });
  test.each(['4A/.DS_Store', '__MACOSX/4A/._a.pdf', 'Thumbs.db'])(
    'a file under the system’s name %s is judged unless it is what the system writes',
    async (name) => {
      const pdf = strToU8('%PDF-1.7\n');
      const system = name.endsWith('pdf') ? [0, 5, 0x16, 7] : [...DS_STORE];
      for (const content of [pdf, strToU8('<HOC_BA/>'), Uint8Array.of(...system, ...pdf)]) {
        const found = await judged('a.zip', zipSync({ ...classFiles(), [name]: [content, { level: 0 }] }));
        expect([found.parts?.length, found.verdict === 'genuine']).toEqual([3, false]);
      }
    },
  );
  test('a file that only lies in the Mac’s folder is judged like any other', async () => {
    const found = await judged(
      'a.zip',
      zipSync({ ...classFiles(), '__MACOSX/4A/c.xml': strToU8('<HOC_BA/>') }),
    );
    expect([found.parts?.length, found.verdict]).toEqual([3, 'not-genuine']);
  });
  test('an archive within it is not opened', async () => {
    const inner = zipSync(classFiles());
    for (const name of ['b.zip', 'b.xml']) {
      const found = await judged('a.zip', zipSync({ ...classFiles(), [name]: inner }));
      expect(found.verdict).toBe('not-fully-checked');
      expect(codesOf(found.parts?.at(-1)?.found as FileVerdict)).toEqual(['document:archive-within']);
    }
  });
});

describe('archives that are not opened', () => {
  const renamed = (files: Zippable, from: string, to: string): Uint8Array => {
    const bytes = zipSync(files);
    const text = Buffer.from(bytes).toString('latin1').replaceAll(from, to);
    return new Uint8Array(Buffer.from(text, 'latin1'));
  };
  const one = { 'aaaa.xml': strToU8('<a/>') };
  /** Of two parts the directory tells of one, which stands before or behind the other. */
  const hidden = (told: 0 | 1): Uint8Array => {
    const bytes = Buffer.from(zipSync({ ...one, 'bbbb.xml': strToU8('<b/>') }));
    const first = bytes.indexOf('PK\u0001\u0002');
    const second = bytes.indexOf('PK\u0001\u0002', first + 4);
    const end = bytes.indexOf('PK\u0005\u0006');
    const [from, to] = told === 0 ? [first, second] : [second, end];
    const without = Buffer.concat([bytes.subarray(0, first), bytes.subarray(from, to), bytes.subarray(end)]);
    const at = without.length - 22;
    without.writeUInt16LE(1, at + 8);
    without.writeUInt16LE(1, at + 10);
    without.writeUInt32LE(to - from, at + 12);
    return without;
  };
  const flagged = (at: number, value: number, signature: number): Uint8Array => {
    const bytes = zipSync(one);
    const view = new DataView(bytes.buffer);
    for (let n = 0; n < bytes.length - 4; n++)
      if (view.getUint32(n, true) === signature) view.setUint16(n + at, value, true);
    return bytes;
  };
  const END = 0x06054b50;
  /** With a locator of the end record for large files before its end record (APPNOTE §4.3.15). */
  const large = (zip: Uint8Array): Uint8Array => {
    const locator = new Uint8Array(20);
    new DataView(locator.buffer).setUint32(0, 0x07064b50, true);
    return Buffer.concat([zip.subarray(0, -22), locator, zip.subarray(-22)]);
  };
  test.each<[string, () => Uint8Array, string]>([
    ['empty', () => zipSync({}), 'archive-damaged'],
    ['only a Mac’s files', () => zipSync({ '.DS_Store': DS_STORE }), 'archive-empty'],
    ['a name that leads out', () => renamed(one, 'aaaa.xml', '../a.xml'), 'archive-damaged'],
    ['a name from the root', () => renamed(one, 'aaaa.xml', '/etc/pwd'), 'archive-damaged'],
    ['a name with a backslash', () => renamed(one, 'aaaa.xml', '..\\a.xml'), 'archive-damaged'],
    ['cut short', () => zipSync(classFiles()).subarray(0, 3000), 'archive-incomplete'],
    ['something behind its end', () => Buffer.concat([zipSync(one), Buffer.from('more')]), 'archive-damaged'],
    ['a part behind the others that the directory does not tell of', () => hidden(0), 'archive-damaged'],
    ['… or before them', () => hidden(1), 'archive-damaged'],
    ['a password', () => flagged(8, 1, 0x02014b50), 'archive-encrypted'],
    ['another method', () => flagged(10, 9, 0x02014b50), 'archive-method'],
    ['one piece of several', () => flagged(4, 1, END), 'archive-split'],
    ['the form for large files', () => large(zipSync(one)), 'archive-zip64'],
    ['… with the directory found by it alone', () => large(flagged(10, 0xffff, END)), 'archive-zip64'],
    [
      'a larger part than it says',
      () => {
        const bytes = zipSync({ 'a.xml': strToU8('<a>'.repeat(1000)) });
        const view = new DataView(bytes.buffer);
        for (let n = 0; n < bytes.length - 4; n++)
          if (view.getUint32(n, true) === 0x02014b50) view.setUint32(n + 24, 100, true);
        return bytes;
      },
      'archive-damaged',
    ],
    ['a bomb', () => zipSync({ 'a.xml': new Uint8Array(8_000_000) }), 'archive-too-large'],
    [
      'too many files',
      () =>
        zipSync(Object.fromEntries(Array.from({ length: 601 }, (_, n) => [`${n}.xml`, new Uint8Array(1)]))),
      'archive-too-large',
    ],
    ['too large packed', () => Buffer.concat([zipSync(one), new Uint8Array(50_000_000)]), 'too-large'],
  ])('%s', async (_, bytes, code) => {
    const found = await judged('a.zip', bytes());
    expect([found.verdict, codesOf(found)]).toEqual(['not-fully-checked', [`document:${code}`]]);
    expect(found.parts).toBeUndefined();
  });
});

describe('a book of several years', () => {
  const years = new Map<string, RecordDocument>(
    [1, 2].map((n) => {
      const schoolYear = `${2023 + n}-${2024 + n}`;
      const uuid = `6f1c2a34-5b6d-4e7f-8a90-b1c2d3e4f5a${n}`;
      return [schoolYear, sampleDocument({ schoolYear, uuid })];
    }),
  );
  const book = async (
    docs: ReadonlyMap<string, RecordDocument>,
    change = (xml: Uint8Array, _: string) => xml,
  ) => {
    const files = await issueSet(docs, 'hocba.training/79000000/2025-2026');
    const of = (name: string): Uint8Array => files.get(name) ?? new Uint8Array();
    const inputs = [...docs].map(([name]) => {
      const xml = of(`${name}.xml`);
      const { doc, slots } = readRecord(xml);
      const qrUrl = 'https://truong.example/x/31TLjiIBw0qo4iWtq2ihWe';
      const issued = { qrUrl, leafIndex: 0, signatures: signaturesOf(doc, slots) };
      return { doc, xml: change(xml, name), proof: of(`${name}.tlog-proof`), issued };
    });
    return renderBook({ years: inputs });
  };

  test('a verdict for each year, and for the whole', async () => {
    const found = await judged('so.pdf', await book(years));
    expect(found.sentence).toBe('Bản tập huấn, không có giá trị pháp lý (cả 2 năm học)');
    expect(saidOf(found)).toEqual(['2024-2025 training', '2025-2026 training']);
    expect(found.parts?.map(({ found: year }) => codesOf(year)[0])).toEqual([
      'document:intact',
      'document:intact',
    ]);
  });
  test('one year changed makes the whole false, and says which', async () => {
    const pdf = await book(years, (xml, name) => (name === '2024-2025' ? tampered(xml) : xml));
    const found = await judged('so.pdf', pdf);
    expect(found.sentence).toBe('Không thật (1 trong 2 năm học)');
    expect(found.parts?.map(({ found: year }) => year.verdict).sort()).toEqual(['not-genuine', 'training']);
  });
  test('the years of two pupils, and a year twice, are no book', async () => {
    const pupil = { ...sampleDocument().pupil, personalId: '000316000999', pupilCode: '0101230999' };
    const [first, second] = [...years.values()] as [RecordDocument, RecordDocument];
    const two = await issueSet(
      new Map([
        ['a', first],
        ['b', { ...second, pupil }],
      ]),
      'hocba.training/x/y',
    );
    const twice = await issueSet(
      new Map([
        ['a', first],
        ['b', { ...second, schoolYear: first.schoolYear }],
      ]),
      'hocba.training/x/y',
    );
    const { verifyBook } = await import('./book.ts');
    const ports = { crypto: nodeCrypto, ed25519: nodeEd25519 };
    for (const files of [two, twice]) {
      const inside = ['a.xml', 'a.tlog-proof', 'b.xml', 'b.tlog-proof'].map((name) => ({
        name,
        bytes: files.get(name) ?? new Uint8Array(),
      }));
      const judge = (file: Parameters<typeof verifyFile>[0]) => verifyFile(file, null, ports);
      expect(await verifyBook(inside, judge)).toBeNull();
      expect(
        await verifyBook([...inside.slice(0, 2), { name: 'c.tlog-proof', bytes: new Uint8Array() }], judge),
      ).toBeNull();
    }
  });
});
