import { renderYear } from '@hocba/form';
import { leafHash, type ManifestEntry, parseProofFile, readReceipt } from '@hocba/ledger';
import { nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import { nodeCrypto } from '@hocba/signature/node';
import { makeRealPki } from '@hocba/signature/testing';
import { type Trust, verifyFile } from '@hocba/verify';
import {
  makeRealWorld,
  REAL_NOW,
  type RealRecord,
  type RealWorld,
  realDocument,
} from '@hocba/verify/testing';
import { foreignPeople, foreignRecord } from '@hocba/verify/testing/foreign';
import { makeWorld } from '@hocba/verify/testing/issued';
import { zipSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import { acceptedYears, yearsIn } from './stated-years.ts';

/** What a family brings of two years, and what may have come to it on its way. */
const PORTS = { crypto: nodeCrypto, ed25519: nodeEd25519, now: () => REAL_NOW };
let real: RealWorld;
let trust: Trust;
let files: Record<string, Uint8Array>;
let print: Uint8Array;
beforeAll(async () => {
  const doc = realDocument();
  const { pupil } = doc;
  real = await makeRealWorld({
    docs: [
      realDocument({ schoolYear: '2024-2025', className: '4B' }),
      doc,
      realDocument({
        pupil: { ...pupil, pupilCode: 'EM-KHAC', personalId: '001316000009', fullName: 'Lê Mẫu Khác' },
      }),
      realDocument({ homeroomComment: 'Một lời khác' }),
    ],
  });
  trust = await real.trust();
  const now = real.records[1] as RealRecord;
  files = { ...recordAs('a', 0), ...recordAs('b', 1) };
  const qrUrl = `https://hocba.example/x/${'A'.repeat(22)}`;
  const issued = { qrUrl, leafIndex: now.index, signatures: [] };
  print = await renderYear({ doc: now.doc, xml: now.xml, proof: now.proof, issued });
});

const judged = async (given: Record<string, Uint8Array> | Uint8Array, name = 'goi.zip', by = trust) => {
  const bytes = given instanceof Uint8Array ? given : zipSync(given);
  return verifyFile({ name, bytes }, by, PORTS);
};
const taken = async (...given: Parameters<typeof judged>) =>
  acceptedYears(given[1] ?? 'goi.zip', await judged(...given), false);
const refusal = async (...given: Parameters<typeof judged>) => {
  const found = await judged(...given);
  try {
    acceptedYears(given[1] ?? 'goi.zip', found, false);
  } catch (error) {
    return (error as { details: string[] }).details.join();
  }
  throw new Error('was taken');
};
const changed = (bytes: Uint8Array, from: string, to: string) => {
  const text = new TextDecoder().decode(bytes);
  if (!text.includes(from)) throw new Error(`no ${from}`);
  return new TextEncoder().encode(text.replace(from, to));
};

describe('a package', () => {
  test('gives each of its years once, the earliest first, with its own verdict; what is beside a record is told too', async () => {
    const doc = realDocument();
    const years = await taken({ 'b.pdf': print, ...files });
    expect(
      years.map(({ year, verified, sentence }) => [year.schoolYear, year.className, verified, sentence]),
    ).toEqual([
      ['2024-2025', '4B', true, 'Thật, còn hiệu lực'],
      ['2025-2026', doc.className, true, 'Thật, còn hiệu lực; bản in b.pdf: Chưa kiểm tra được đủ'],
    ]);
    expect(yearsIn(await judged({ 'b.pdf': print, ...files }))).toEqual(years.map(({ year }) => year));
  });

  test('of prints alone is read from them', async () => {
    expect((await taken({ 'b.pdf': print })).map(({ year }) => year.className)).toEqual([
      realDocument().className,
    ]);
  });

  test('may hold a record of other software, which is not verified in full', async () => {
    const people = foreignPeople(makeRealPki(new Date('2026-05-20T00:00:00Z')));
    const { fullName, birthDate } = realDocument().pupil;
    const bytes = new TextEncoder().encode(
      foreignRecord(people, {
        edit: (xml) =>
          xml
            .replace('2025-2026', '2023-2024')
            .replace('Học Sinh Mẫu Khác', fullName)
            .replaceAll(/11\/01\/2016|2016-01-11/g, (day) =>
              day.includes('/') ? birthDate.split('-').reverse().join('/') : birthDate,
            ),
      }),
    );
    const years = await taken({ ...files, 'cu.xml': bytes });
    expect(years.map(({ year, verified }) => [year.schoolYear, verified])).toEqual([
      ['2023-2024', false],
      ['2024-2025', true],
      ['2025-2026', true],
    ]);
  });

  test.each<[string, () => Record<string, Uint8Array> | Uint8Array, RegExp]>([
    [
      'one record changed',
      () => ({ ...files, 'a.xml': changed(files['a.xml'] as Uint8Array, '4B', '4C') }),
      /^Không nhận gói này: tệp a\.xml: Không thật.*Không có gì trong gói được ghi\.$/,
    ],
    [
      'a proof of the other year',
      () => ({ ...files, 'a.tlog-proof': files['b.tlog-proof'] as Uint8Array }),
      /tệp a\.xml: Không thật.*của học bạ khác/,
    ],
    [
      'a proof, and no record with it',
      () => ({ ...recordAs('b', 1), 'a.tlog-proof': files['a.tlog-proof'] as Uint8Array }),
      /tệp a\.tlog-proof: không phải học bạ.*không có tệp học bạ/,
    ],
    ['another pupil’s record', () => ({ ...files, ...recordAs('c', 2) }), /hai học bạ khác nhau/],
    [
      'another pupil’s record of another year',
      () => ({ ...recordAs('a', 0), ...recordAs('c', 2) }),
      /2025–2026 là của em khác với năm học 2024–2025/,
    ],
    [
      'two records of one year',
      () => ({ ...files, ...recordAs('c', 3) }),
      /hai học bạ khác nhau của năm học 2025–2026/,
    ],
    [
      'a photo',
      () => ({ ...files, 'anh.jpg': new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1]) }),
      /tệp anh\.jpg: không phải học bạ/,
    ],
    [
      'a package within it',
      () => ({ ...files, 'x.zip': zipSync(files) }),
      /tệp x\.zip: không phải học bạ.*tệp nén nằm trong/,
    ],
    ['nothing', () => ({}), /^Tệp không phải học bạ.*tệp nén/],
    [
      'a bomb',
      () => ({ 'a.xml': new Uint8Array(30_000_000) }),
      /^Tệp không phải học bạ.*phình ra bất thường/,
    ],
    ['half of it', () => zipSync(files).subarray(0, -40), /^Tệp không phải học bạ.*thiếu phần cuối/],
  ])('with %s is refused whole, in a sentence that says why', async (_, make, told) => {
    expect(await refusal(make())).toMatch(told);
  });

  test('under the name of something else, or of training, is refused', async () => {
    expect(await refusal(files, 'goi.pdf')).toMatch(/đổi đuôi thành \.zip/);
    const { xml, proof } = await makeWorld();
    expect(await refusal({ 'a.xml': xml, 'a.tlog-proof': proof })).toMatch(/tệp a\.xml: là bản tập huấn/);
  });

  test('of which a year was recalled is refused', async () => {
    const log = 'hocba.example/x/2026-2027';
    const entries = [{ index: 0, state: 'recalled', by: 0, reason: 'other', log }] as const;
    expect(await refusal(files, 'goi.zip', await real.trust({ entries }))).toMatch(
      /tệp a\.xml: Thật, đã thu hồi/,
    );
  });
});

const recordAs = (name: string, n: number): Record<string, Uint8Array> => {
  const record = real.records[n];
  if (record === undefined) throw new Error('no record');
  return { [`${name}.xml`]: record.xml, [`${name}.tlog-proof`]: record.proof };
};

test('what the class’s list says of a record is told; a list that names another one is refused with what to do', async () => {
  const world = await makeWorld();
  const by = await world.trust();
  const { leaf } = readReceipt(parseProofFile(world.proof).extra ?? new Uint8Array());
  const [pupil] = yearsIn(await verifyFile({ name: 'a.xml', bytes: world.xml }, by, PORTS));
  const entry: ManifestEntry = {
    salt: new Uint8Array(32).fill(7),
    pupil: pupil?.pupil.pupilCode ?? '',
    state: 'issued',
    leafIndex: BigInt(world.leafIndex),
    leafHash: leafHash(nodeSha256, leaf),
  };
  const withList = async (named: ManifestEntry) => {
    const list = await world.listProof({ entries: [named], pupil: named.pupil });
    const zip = zipSync({ 'a.xml': world.xml, 'a.tlog-proof': world.proof, 'a-khep-nam.tlog-proof': list });
    return acceptedYears('goi.zip', await verifyFile({ name: 'goi.zip', bytes: zip }, by, PORTS), true);
  };
  const [year] = await withList(entry);
  expect(year?.sentence).toMatch(/; Danh sách khép năm học: .*ghi đúng bản này$/);
  await expect(withList({ ...entry, leafIndex: 0n })).rejects.toMatchObject({
    details: [
      expect.stringMatching(/tệp a\.xml: Danh sách khép năm học: .*không ghi bản này.*khép lại danh sách/),
    ],
  });
});
