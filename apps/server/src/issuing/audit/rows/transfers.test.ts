import { makeRealPki } from '@hocba/signature/testing';
import { foreignPeople, foreignRecord, type foreignPeople as People } from '@hocba/verify/testing/foreign';
import { zipSync } from 'fflate';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Client, makeWorld, type School, type World } from '../../../http/testing/world.ts';
import { inSchool } from '../../../store/database.ts';
import { undone } from '../../testing/superuser.ts';
import { auditStore } from '../audit.ts';

/** A pupil who came with the record that another school's software made, and what was taken from it. */
let world: World;
let school: School;
let clerk: Client;
let people: ReturnType<typeof People>;
let came: { pupilId: string; transferId: string };
beforeAll(async () => {
  world = await makeWorld();
  [school] = world.schools;
  clerk = await world.signIn('clerk-1');
  people = foreignPeople(makeRealPki(new Date('2026-05-20T00:00:00Z')));
  const { status, body } = await clerk<typeof came>('POST', '/api/transfers/in', {
    toClassId: school.classId,
    onDate: '2026-05-12',
    reason: 'Theo gia đình',
    schoolName: 'Trường Tiểu học Khác',
    resultsNote: '',
    pupil: { pupilCode: 'KHAC01', fullName: 'Học Sinh Mẫu Khác', sex: 'male', birthDate: '2016-01-11' },
    studyYears: [],
    file: { name: 'hoc-ba.xml', content: Buffer.from(foreignRecord(people)).toString('base64') },
  });
  expect(status).toBe(200);
  came = body;
});
afterAll(() => world.close());

const problems = async () =>
  (
    await auditStore({
      connection: world.database.owner,
      dataFolder: world.deps.dataDir,
      now: world.deps.now,
    })
  ).problems;
const row = (table: string, code: string, of = came.transferId) => ({
  what: 'row',
  id: `${of} ${table}`,
  code,
});
const kept = (table: string, change: string): [string, string] => [
  `create table kept_${table} as select * from ${table}; ${change}`,
  `delete from ${table}; insert into ${table} select * from kept_${table}; drop table kept_${table}`,
];

test('as it came, holds', async () => expect(await problems()).toEqual([]));

test.each<[what: string, table: string, change: string, also: boolean]>([
  [
    'another record in the file’s place',
    'transfer_file',
    `bytes = convert_to(replace(convert_from(bytes, 'UTF8'), '>H<', '>T<'), 'UTF8')`,
    true,
  ],
  ['a file that is none', 'transfer_file', `bytes = 'x'`, true],
  ['a file that is said to have been verified', 'transfer_file', 'verified = true', false],
  ['another sentence', 'transfer_file', `sentence = 'Thật, còn hiệu lực'`, false],
])('%s', async (_, table, change, also) => {
  await undone(world, ...kept(table, `update ${table} set ${change}`), async () =>
    expect(await problems()).toEqual([
      ...(also ? [row('transfer_file -', 'differs-from-transfer')] : []),
      row('transfer_file -', 'changed-behind'),
    ]),
  );
});

test('other results, another status, another class’s day', async () => {
  const results = `jsonb_set(results, '{periods,0,cells,0,value}', '"C"')`;
  await undone(world, ...kept('transfer', `update transfer set results = ${results}`), async () => {
    const found = await problems();
    expect(found).toContainEqual(row(`transfer ${came.transferId}`, 'changed-behind', came.pupilId));
    expect(found).toContainEqual(row('transfer_file -', 'differs-from-transfer'));
    expect(found.filter(({ what }) => what === 'cell')).toMatchObject([{ code: 'differs-from-transfer' }]);
  });
  await undone(world, ...kept('pupil_status', `update pupil_status set since = '2026-01-01'`), async () =>
    expect(await problems()).toContainEqual(
      expect.objectContaining({
        id: expect.stringContaining(`${came.pupilId} pupil_status `),
        code: 'changed-behind',
      }),
    ),
  );
  await undone(world, ...kept('transfer_file', 'delete from transfer_file'), async () =>
    expect(await problems()).toEqual([row('transfer_file -', 'taken-away')]),
  );
});

test('results that are taken back again are nothing of it', async () => {
  await clerk('POST', `/api/transfers/${came.transferId}/undo-results`, {});
  expect(await problems()).toEqual([]);
});

test('a package of two years is held by the year that became cells', async () => {
  const old = foreignRecord(people, {
    edit: (xml) => xml.replace('2025-2026', '2024-2025').replace('4C', '3C').replace('>T<', '>H<'),
  });
  const text = new TextEncoder();
  const zip = (last: string) =>
    Buffer.from(zipSync({ 'a.xml': text.encode(old), 'b.xml': text.encode(last) }));
  const { status, body } = await clerk<typeof came>('POST', '/api/transfers/in', {
    toClassId: school.classId,
    onDate: '2026-05-12',
    reason: 'Theo gia đình',
    schoolName: 'Trường Tiểu học Khác',
    resultsNote: '',
    pupil: { pupilCode: 'KHAC02', fullName: 'Học Sinh Mẫu Khác', sex: 'male', birthDate: '2016-01-11' },
    studyYears: [],
    file: { name: 'goi.zip', content: zip(foreignRecord(people)).toString('base64') },
  });
  expect([status, await problems()]).toEqual([200, []]);
  const other = zip(foreignRecord(people, { edit: (xml) => xml.replace('>T<', '>C<') })).toString('hex');
  const change = `update transfer_file set bytes = '\\x${other}' where transfer_id = '${body.transferId}'`;
  await undone(world, ...kept('transfer_file', change), async () =>
    expect(await problems()).toEqual([
      row('transfer_file -', 'differs-from-transfer', body.transferId),
      row('transfer_file -', 'changed-behind', body.transferId),
    ]),
  );
});

test('a cell that the transfer never stated, set as if it had, by the application’s own role', async () => {
  await inSchool(world.database.db, '1', async (trx) => {
    await sql`
      with counted as (update class_counter set seq = seq + 1 where class_id = ${school.classId} returning seq),
      acted as (
        insert into cell_act (school_id, class_id, seq, pupil_id, period, item, attempt, old_value, new_value, version, source, device, batch, n, set_by, set_at)
        select 1, ${school.classId}, seq, ${came.pupilId}, 'CHK1', 'TOAN.mark', 1, null, '10', 1, 'transfer', 'transfer', ${came.transferId}, 99,
          ${school.staff.clerk}, '2026-05-13T01:00:00Z'::timestamptz from counted returning *)
      insert into cell (school_id, class_id, pupil_id, period, item, attempt, value, version, set_by, set_at, seq)
      select school_id, class_id, pupil_id, period, item, attempt, new_value, version, set_by, set_at, seq from acted`.execute(
      trx,
    );
  });
  expect(await problems()).toEqual([
    { what: 'cell', id: `${school.classId}/${came.pupilId}/CHK1/TOAN.mark/1`, code: 'differs-from-transfer' },
  ]);
});
