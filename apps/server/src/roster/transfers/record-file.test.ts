import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderYear } from '@hocba/form';
import type { StatusEntry } from '@hocba/ledger';
import { ed25519Signer, generateLogKey, nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import { ALGORITHM_POLICY } from '@hocba/signature';
import { makeRealPki } from '@hocba/signature/testing';
import { signBundle, type TrustBundle } from '@hocba/verify';
import { makeRealWorld, REAL_NOW, type RealWorld } from '@hocba/verify/testing';
import { type ForeignOptions, foreignPeople, foreignRecord } from '@hocba/verify/testing/foreign';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, makeWorld, type School, type World } from '../../http/testing/world.ts';

/** A pupil whose school writes its records with other software comes with such a record, or with a paper. */
let world: World;
let school: School;
let clerk: Client;
let homeroom: Client;
let people: ReturnType<typeof foreignPeople>;
beforeAll(async () => {
  world = await makeWorld();
  [school] = world.schools;
  clerk = await world.signIn('clerk-1');
  homeroom = await world.signIn('homeroom-1');
  people = foreignPeople(makeRealPki(new Date('2026-05-20T00:00:00Z')));
});
afterAll(() => world.close());

const WHO = { pupilCode: 'KHAC01', fullName: 'Học Sinh Mẫu Khác', sex: 'male', birthDate: '2016-01-11' };
const fileOf = (options: ForeignOptions = {}, change = (xml: string) => xml) => ({
  name: 'hoc-ba.xml',
  content: Buffer.from(change(foreignRecord(people, options))).toString('base64'),
});
const body = (over: object = {}) => ({
  toClassId: school.classId,
  onDate: '2026-05-12',
  reason: 'Theo gia đình',
  schoolName: 'Trường Tiểu học Khác',
  resultsNote: '',
  pupil: WHO,
  studyYears: [],
  ...over,
});
interface Answer {
  pupilId: string;
  transferId: string;
  details?: string[];
  years: { sentence: string; cells: { item: string; value: string }[] }[];
  judgedBy: string | null;
  cells: number;
  studyYears: string[];
  missing: string[];
  periods: { period: string; cells: { item: string; value: string }[] }[];
  kept: string[];
}
const send = (path: string, payload: object) => clerk<Answer>('POST', `/api/transfers/${path}`, payload);
const cellsOf = async (pupilId: string) =>
  Object.fromEntries(
    (
      await world.database.asOwner<{ period: string; item: string; value: string }>(
        'select period, item, value from cell where pupil_id = $1 and value is not null order by 1, 2',
        [pupilId],
      )
    ).map((c) => [`${c.period} ${c.item}`, c.value]),
  );
interface Detail {
  studyYears: { schoolYear: string; className: string }[];
  transfers: {
    file: { verified: boolean; sentence: string } | null;
    mayUndoResults: boolean;
    results: { document?: string };
  }[];
}
const detail = async (pupilId: string) => (await clerk<Detail>('GET', `/api/pupils/${pupilId}`)).body;
const nobody = async (code: string) =>
  expect(await world.database.asOwner('select 1 from pupil where pupil_code = $1', [code])).toEqual([]);

describe('a record of other software', () => {
  test.each<[string, ForeignOptions]>([
    ['of 2025', {}],
    ['of 1.0', { layout: '1.0' }],
  ])('%s is read, marked as not checked in full, and kept nowhere', async (_, options) => {
    const { status, body: read } = await send('read', fileOf(options));
    expect(status).toBe(200);
    expect(read).toMatchObject({
      verified: false,
      judgedBy: null,
      missing: [],
      pupil: { fullName: 'Học Sinh Mẫu Khác', birthDate: '2016-01-11', pupilCode: null },
      years: [
        {
          schoolYear: '2025-2026',
          className: '4C',
          grade: 4,
          result: 'HTT',
          verified: false,
          sentence: 'Chưa kiểm tra được đủ (học bạ của phần mềm khác)',
          unread: [],
        },
      ],
    });
    expect(read.years[0]?.cells.map((c) => `${c.item}=${c.value}`)).toEqual(['TOAN.level=T', 'GDTC.level=H']);
  });

  test('becomes cells with the transfer and the file as their source; seen before, and taken back until a period closes', async () => {
    const file = fileOf();
    const seen = await send('in/preview', body({ file }));
    expect(seen.body.periods.map((p) => [p.period, p.cells.length])).toEqual([['CN', 2]]);
    await nobody('KHAC01');
    const { body: done } = await send('in', body({ file }));
    expect(await cellsOf(done.pupilId)).toEqual({ 'CN GDTC.level': 'H', 'CN TOAN.level': 'T' });
    const [kept] = await world.database.asOwner(
      `select f.file_name, f.verified, encode(f.bytes, 'base64') = $2 as same, a.source
       from transfer_file f join cell_act a on a.batch = f.transfer_id::text where f.transfer_id = $1 limit 1`,
      [done.transferId, ''],
    );
    expect(kept).toMatchObject({ file_name: 'hoc-ba.xml', verified: false, source: 'transfer' });
    const stored = await world.database.asOwner<{ bytes: Buffer }>('select bytes from transfer_file');
    expect(stored[0]?.bytes.toString('base64')).toBe(file.content);
    for (const statement of ['update transfer_file set verified = true', 'delete from transfer_file'])
      await expect(world.database.asOwner(statement)).rejects.toMatchObject({ code: '42501' });
    expect((await detail(done.pupilId)).transfers[0]).toMatchObject({
      file: { verified: false, sentence: 'Chưa kiểm tra được đủ (học bạ của phần mềm khác)' },
      mayUndoResults: true,
    });

    // What a teacher has set since is the teacher's.
    await homeroom('POST', `/api/classes/${school.classId}/ops`, {
      device: 'd',
      batch: 'b',
      ops: [
        { n: 0, pupilId: done.pupilId, period: 'CN', item: 'TOAN.level', base: 1, value: 'H', source: 'key' },
      ],
    });
    const undone = await send(`${done.transferId}/undo-results`, {});
    expect(undone.body).toEqual({ cells: 1, kept: [expect.stringContaining('Toán')] });
    expect(await cellsOf(done.pupilId)).toEqual({ 'CN TOAN.level': 'H' });
    expect((await send(`${done.transferId}/undo-results`, {})).body.cells).toBe(0);
    expect((await detail(done.pupilId)).transfers[0]?.mayUndoResults).toBe(false);
  });

  test('of an earlier year becomes a year of study, and no cell', async () => {
    const file = fileOf({ edit: (xml) => xml.replace('2025-2026', '2024-2025').replace('4C', '3C') });
    const { body: done } = await send('in', body({ file, pupil: { ...WHO, pupilCode: 'KHAC02' } }));
    expect(await cellsOf(done.pupilId)).toEqual({});
    expect((await detail(done.pupilId)).studyYears).toContainEqual(
      expect.objectContaining({ schoolYear: '2024-2025', className: '3C' }),
    );
  });

  test.each<[string, () => object, RegExp]>([
    [
      'changed after it was signed',
      () => ({
        file: fileOf({}, (xml) =>
          xml.replace('DUNG>T<', 'DUNG>H<').replace('<MUC_DAT_DUOC>T<', '<MUC_DAT_DUOC>H<'),
        ),
      }),
      /Không thật\. Chữ ký: có chữ ký không đúng với nội dung/,
    ],
    [
      'of somebody else',
      () => ({ file: fileOf(), pupil: { ...WHO, fullName: 'Trần Mẫu Lạ' } }),
      /khác với em/,
    ],
    [
      'of another birth date',
      () => ({ file: fileOf(), pupil: { ...WHO, birthDate: '2016-01-12' } }),
      /khác với em/,
    ],
    [
      'no record',
      () => ({ file: { name: 'a.xml', content: Buffer.from('<a/>').toString('base64') } }),
      /Tệp không phải|Không thật|Không nhận/,
    ],
    [
      'no XML',
      () => ({ file: { name: 'a.xlsx', content: Buffer.from('PK').toString('base64') } }),
      /Tệp không phải|Không nhận/,
    ],
    [
      'and the same cell typed',
      () => ({
        file: fileOf(),
        document: 'Phiếu điểm',
        results: [{ period: 'CN', cells: [{ item: 'TOAN.level', value: 'T' }] }],
      }),
      /hai lần/,
    ],
    [
      'typed results without their paper',
      () => ({ results: [{ period: 'CN', cells: [{ item: 'TOAN.level', value: 'T' }] }] }),
      /giấy tờ/,
    ],
  ])('is refused: %s', async (_, over, told) => {
    const pupil = { ...WHO, pupilCode: 'KHAC09' };
    const payload = body({ pupil, ...over() });
    const named = (payload as { pupil: { pupilCode: string } }).pupil.pupilCode;
    for (const path of ['in/preview', 'in']) {
      const answer = await send(path, payload);
      expect([answer.status, answer.body.details?.join()]).toEqual([400, expect.stringMatching(told)]);
    }
    if (named === 'KHAC09') await nobody('KHAC09');
  });
});

test('typed results name their paper, and stay once the class has closed a period since', async () => {
  const results = [{ period: 'CHK1', cells: [{ item: 'TOAN.mark', value: '8' }] }];
  const paper = body({
    results,
    document: 'Phiếu xác nhận kết quả số 12',
    pupil: { ...WHO, pupilCode: 'GIAY01' },
  });
  const { body: done } = await send('in', paper);
  expect((await detail(done.pupilId)).transfers[0]).toMatchObject({
    file: null,
    mayUndoResults: true,
    results: { document: 'Phiếu xác nhận kết quả số 12' },
  });
  await world.database.asOwner(
    `insert into period_act (school_id, class_id, period, seq, act, acted_by, acted_at)
     values (1, $1, 'CHK1', 1, 'close', $2, $3)`,
    [school.classId, school.staff.homeroom, new Date(world.clock.now.getTime() + 1000)],
  );
  const refused = await send(`${done.transferId}/undo-results`, {});
  expect([refused.status, refused.body.details?.join()]).toEqual([400, expect.stringContaining('đã khoá')]);
  expect(await cellsOf(done.pupilId)).toEqual({ 'CHK1 TOAN.mark': '8' });
});

test('the cells that a paper may state are those of the class’s grade', async () => {
  const { body: found } = await clerk<{
    grade: number;
    periods: { period: string; rows: { key: string; level: string | null; mark: string | null }[] }[];
  }>('GET', `/api/transfers/items/${school.classId}`);
  expect(found.grade).toBe(4);
  const row = (period: string, key: string) =>
    found.periods.find((p) => p.period === period)?.rows.find((r) => r.key === key);
  expect(row('CN', 'TOAN')).toMatchObject({ level: 'TOAN.level', mark: 'TOAN.mark' });
  expect(row('GHK1', 'KH')).toMatchObject({ level: 'KH.level', mark: null });
  expect(row('CN', 'TNXH')).toBeUndefined();
});

test('by which trust list a file was judged is told, and that the list is past its day', async () => {
  const province = ed25519Signer('so-gddt.example/trust', generateLogKey());
  const bundle: TrustBundle = {
    asOf: Date.parse('2026-04-01T00:00:00Z') / 1000,
    nextUpdate: Date.parse('2026-05-01T00:00:00Z') / 1000,
    roots: [],
    authorityRoots: [],
    algorithms: ALGORITHM_POLICY,
    policy: { logs: [], witnesses: [], groups: [], quorum: 'none' },
    statusKeys: [],
    statusMaxAge: 86_400,
    schools: [],
    suspicions: [],
    claimKeys: [],
  };
  const folder = join(world.deps.dataDir, 'trust');
  await mkdir(folder);
  await writeFile(join(folder, 'hocba-trust.vkey'), `${province.vkey}\n`);
  await writeFile(join(folder, 'hocba.trust'), await signBundle(nodeSha256, nodeEd25519, province, bundle));
  expect((await send('read', fileOf())).body.judgedBy).toBe(
    'xét theo danh sách tin cậy ngày 01/04/2026; danh sách ấy đã quá hạn dùng từ ngày 01/05/2026, cần tải danh sách mới',
  );
});

describe('a package of foreign records', () => {
  const WHOLE = { ...WHO, pupilCode: 'GOI01' };
  /** Of the year and class, as `3` for 3C: the grade is told by the class's name. */
  const yearFile = (schoolYear: string, grade: number) =>
    new TextEncoder().encode(
      foreignRecord(people, {
        edit: (xml) =>
          xml
            .replace('2025-2026', schoolYear)
            .replace('4C', `${grade}C`)
            .replace('<KHOI>4', `<KHOI>${grade}`),
      }),
    );
  /** @param years such as `2024-2025 3` */
  const zipOf = (...years: string[]) => {
    const files = years.map((one) => [`${one}.xml`, yearFile(one.slice(0, 9), Number(one.slice(10)))]);
    return { name: 'goi.zip', content: Buffer.from(zipSync(Object.fromEntries(files))).toString('base64') };
  };

  test('is taken whole: a year of study each, this year’s cells, the package with what was found of each year', async () => {
    const file = zipOf('2024-2025 3', '2023-2024 2', '2025-2026 4');
    const { body: read } = await send('read', file);
    expect(read.years).toMatchObject(
      ['2023-2024', '2024-2025', '2025-2026'].map((schoolYear) => ({ schoolYear, verified: false })),
    );
    const seen = await send('in/preview', body({ file, pupil: WHOLE }));
    expect(seen.body).toMatchObject({ cells: 2, studyYears: ['2023-2024', '2024-2025'], missing: [] });
    // From before the rules that are known here: what it states of subjects goes into no cell anyway.
    expect(read.years[0]).toMatchObject({ cells: [], unread: [expect.stringMatching(/2023-2024/)] });
    await nobody('GOI01');
    const { body: done } = await send('in', body({ file, pupil: WHOLE }));
    expect(await cellsOf(done.pupilId)).toEqual({ 'CN GDTC.level': 'H', 'CN TOAN.level': 'T' });
    const { studyYears, transfers } = await detail(done.pupilId);
    expect(studyYears.map(({ schoolYear, className }) => `${schoolYear} ${className}`)).toEqual(
      expect.arrayContaining(['2023-2024 2C', '2024-2025 3C']),
    );
    expect(transfers[0]?.file?.sentence).toMatch(
      /^2023–2024: Chưa kiểm tra được đủ .*; 2024–2025: .*; 2025–2026: /,
    );
  });

  test.each<[string, string[], RegExp]>([
    ['a year is missing in it', ['2022-2023 1', '2024-2025 3'], /Gói thiếu năm học 2023–2024/],
    ['the year before the class is missing', ['2022-2023 1', '2023-2024 2'], /Gói thiếu năm học 2024–2025/],
    ['it goes on behind the class’s year', ['2025-2026 4', '2026-2027 5'], /2026–2027, sau năm học của lớp/],
  ])('%s: said, and nothing is written', async (_, years, told) => {
    const payload = body({ file: zipOf(...years), pupil: { ...WHOLE, pupilCode: 'GOI09' } });
    for (const path of ['in/preview', 'in']) {
      const answer = await send(path, payload);
      expect([answer.status, answer.body.details?.join()]).toEqual([400, expect.stringMatching(told)]);
    }
    await nobody('GOI09');
  });

  test('lacks a year that the office has by paper, or in which the pupil stayed at home: taken', async () => {
    const file = zipOf('2022-2023 1', '2024-2025 3');
    expect((await send('read', file)).body.missing).toEqual(['2023-2024']);
    const typed = {
      schoolYear: '2023-2024',
      schoolName: 'Trường Tiểu học Khác',
      className: '2A',
      grade: 2,
      arrivedOn: '2023-09-05',
    };
    const pupil = { ...WHOLE, pupilCode: 'GOI02' };
    const { body: seen } = await send('in/preview', body({ file, pupil, studyYears: [typed] }));
    expect(seen.studyYears).toHaveLength(3);
    const home = zipOf('2022-2023 2', '2024-2025 3');
    expect((await send('in/preview', body({ file: home, pupil }))).body.missing).toEqual(['2023-2024']);
  });
});

describe('a record that a log has', () => {
  let real: RealWorld;
  let file: { name: string; content: string };
  let folder: string;
  const status = 'status-2025-2026.txt';
  /** As its own school’s log says of it on a day soon after. */
  const said = async (entries: readonly StatusEntry[]): Promise<ReadonlyMap<string, Uint8Array>> =>
    real.files({ entries });
  beforeAll(async () => {
    world.clock.now = REAL_NOW;
    // The session of that morning has ended.
    clerk = await world.signIn('clerk-1');
    real = await makeRealWorld();
    const [record] = real.records;
    if (record === undefined) throw new Error('no record');
    const { doc, xml, proof, index } = record;
    const qrUrl = `https://hocba.example/x/${'A'.repeat(22)}`;
    const pdf = await renderYear({ doc, xml, proof, issued: { qrUrl, leafIndex: index, signatures: [] } });
    file = { name: 'hoc-ba.pdf', content: Buffer.from(pdf).toString('base64') };
    folder = join(world.deps.dataDir, 'trust');
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
    for (const [name, bytes] of await said([]))
      if (name !== status) await writeFile(join(folder, name), bytes);
  });

  test.each<[string, StatusEntry, RegExp]>([
    [
      'recalled',
      { index: 0, state: 'recalled', by: 0, reason: 'other', log: 'hocba.example/x/2026-2027' },
      /thu hồi/,
    ],
    ['replaced', { index: 0, state: 'replaced', by: 0, log: 'hocba.example/x/2026-2027' }, /thay thế/],
  ])(
    'and that was %s is not taken, by the status that the operator has laid down or that the own log has',
    async (_, entry, told) => {
      expect((await send('read', file)).status).toBe(200);
      const bytes = (await said([entry])).get(status) ?? new Uint8Array();
      const log = join(world.deps.dataDir, 'log', ...real.origin.split('/'));
      await mkdir(log, { recursive: true });
      for (const place of [join(folder, status), join(log, 'status')]) {
        await writeFile(place, bytes);
        const answer = await send('read', file);
        expect([answer.status, answer.body.details?.join()]).toEqual([400, expect.stringMatching(told)]);
        await rm(place);
      }
      expect((await send('read', file)).status).toBe(200);
    },
  );
});
