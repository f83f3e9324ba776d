import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  recordDetail as recordDetailRoute,
  signingTasks as signingTasksRoute,
} from '../../http/api/signing.ts';
import { signingProgress } from '../../signing/batch/progress.ts';
import { signingTasks } from '../../signing/batch/tasks.ts';
import { listRecords, recordDetail } from '../../signing/batch/views.ts';
import { recordXml } from '../delivery/deliver.ts';
import { issuedRecords } from '../overview.ts';
import { LOG_HOST, makeHouse, type TestHouse } from '../testing/house.ts';
import { issuedFacts } from './issued.ts';

/** One row of the store that disk or superuser has changed must not keep the others from anybody. */
let house: TestHouse;
beforeEach(async () => {
  house = await makeHouse();
});
afterEach(() => house.close());

const DAMAGES = {
  'a byte of a tag': `set_byte(frozen_xml, 1, 60)`,
  'cut off': `substring(frozen_xml from 1 for 40)`,
  'not UTF-8': `set_byte(frozen_xml, 200, 255)`,
  empty: `''::bytea`,
} as const;

async function damage(recordId: string, how: keyof typeof DAMAGES): Promise<void> {
  await house.database.asOwner(`set session_replication_role = replica;
    update record set frozen_xml = ${DAMAGES[how]} where record_id = '${recordId}'`);
}

describe.each(Object.keys(DAMAGES) as (keyof typeof DAMAGES)[])('frozen bytes: %s', (how) => {
  test('is shown as damaged; the batch refuses that record and signs the others', async () => {
    const { school, work } = house;
    const [broken = '', whole = ''] = (await house.freeze()).sort();
    await damage(broken, how);
    const batchId = await house.sign('subjectTeacher', school.music);
    const progress = await signingProgress(work, school.music, batchId);
    expect(progress).toMatchObject({ signed: 2, finished: true, refused: [{}] });
    const { records } = await listRecords(work, school.homeroom, school.classId);
    expect(records).toHaveLength(3);
    const shown = records.find((r) => r.recordId === broken);
    const pupil = school.pupils.find((p) => p.pupilId === shown?.pupilId);
    expect(shown).toMatchObject({ pupilCode: pupil?.pupilCode, fullName: pupil?.fullName, className: '4A' });
    expect(shown?.statusText).toContain('bị hỏng');
    expect(records.filter((r) => r.statusText.includes('bị hỏng'))).toHaveLength(1);
    for (const id of [broken, whole]) {
      const detail = await recordDetail(work, school.homeroom, id, issuedFacts, (t) => t);
      expect(detail.recordId).toBe(id);
      expect(Object.keys(detail).sort()).not.toContain('damaged');
    }
    expect(await issuedRecords(work, school.clerk, school.classId)).toEqual({ records: [], tables: [] });
    const deps = {
      ...house,
      db: work.db,
      logHost: LOG_HOST,
      printer: { renderYear: async () => new Uint8Array(), renderClassTable: async () => new Uint8Array() },
      claimOf: async () => null,
    };
    await expect(recordXml(deps, school.homeroom, broken)).rejects.toThrow();
  });
});

test('damaged before the principal’s and before the seal’s batch', async () => {
  const { school, work } = house;
  const ids = (await house.freeze()).sort();
  await house.sign('subjectTeacher', school.music);
  await house.sign('subjectTeacher', school.homeroom);
  await house.sign('homeroomTeacher', school.homeroom);
  await damage(ids[0] ?? '', 'cut off');
  const principal = await house.sign('principal', school.principal);
  expect(await signingProgress(work, school.principal, principal)).toMatchObject({
    signed: 2,
    finished: true,
  });
  await damage(ids[1] ?? '', 'a byte of a tag');
  const seal = await house.sign('schoolSeal', school.clerk);
  expect(await signingProgress(work, school.clerk, seal)).toMatchObject({ signed: 1, finished: true });
});

test.each([
  `'{"x": 1}'`,
  `jsonb_set(slots, '{0,signer}', '{}')`,
  `jsonb_set(slots, '{0,role}', '"toString"')`,
  `jsonb_set(slots, '{0,subjects}', '["x"]')`,
])('a plan of signers that is none (%s): that record is named, and all others are there', async (slots) => {
  const { school, work } = house;
  const [broken = ''] = (await house.freeze()).sort();
  await house.database.asOwner(`set session_replication_role = replica;
    update record set slots = ${slots} where record_id = '${broken}'`);
  const { records } = await listRecords(work, school.homeroom, school.classId);
  const said = records.map(({ recordId, status, statusText }) => [
    recordId === broken,
    status,
    statusText.includes('bị hỏng'),
  ]);
  expect(said.sort()).toEqual([
    [false, 'frozen', false],
    [false, 'frozen', false],
    [true, 'frozen', true],
  ]);
  const shown = await recordDetail(work, school.homeroom, broken, issuedFacts, (t) => t);
  expect(recordDetailRoute.response.parse(shown).signers).toEqual([]);
  const deps = { ...work, signers: house.signers };
  for (const who of [school.music, school.homeroom, school.principal, school.clerk]) {
    const { tasks } = signingTasksRoute.response.parse(await signingTasks(deps, who));
    expect(tasks.length).toBeGreaterThan(0);
    for (const { excluded } of tasks) {
      const pupil = records.find(({ recordId }) => recordId === broken);
      expect(excluded).toEqual([
        {
          pupilCode: pupil?.pupilCode,
          fullName: pupil?.fullName,
          reason: expect.stringContaining('bị hỏng'),
        },
      ]);
    }
  }
  const batchId = await house.sign('subjectTeacher', school.music);
  expect(await signingProgress(work, school.music, batchId)).toMatchObject({ signed: 2, finished: true });
});
