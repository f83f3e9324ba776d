import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Copies, openCopies } from '../../../store/copy-out.ts';
import { makeHouse, type TestHouse } from '../../testing/house.ts';
import { auditStore } from '../audit.ts';
import { done, loadPortion } from './portion.ts';

/** A class of the profile in which subject teachers sign the class's table. */
let house: TestHouse;
let copies: Copies;
beforeAll(async () => {
  house = await makeHouse({ pupils: 2, profile: 'moet-1.0' });
  copies = await openCopies(house.database.owner);
  await house.freeze();
  const { music, homeroom, principal, clerk } = house.school;
  for (const actor of [music, homeroom]) await house.sign('subjectTeacher', actor);
  for (const role of ['homeroomTeacher', 'principal', 'schoolSeal'] as const)
    await house.sign(role, { homeroomTeacher: homeroom, principal, schoolSeal: clerk }[role]);
  await house.sequencer.settle(house.origin);
});
afterAll(async () => {
  await copies.close();
  await house.close();
});

const load = (recordIds: readonly string[]) =>
  loadPortion({ db: house.database.db, copies }, house.school.schoolId, recordIds);

const idsWhere = async (what: string): Promise<string[]> =>
  (
    await house.database.asOwner<{ id: string }>(
      `select record_id as id from record where ${what} order by 1`,
    )
  ).map(({ id }) => id);

test('a portion may hold tables alone', async () => {
  const tables = await idsWhere('pupil_id is null');
  expect(tables).toHaveLength(1);
  const portion = await load(tables);
  expect(portion.records.map(({ recordId }) => recordId)).toEqual(tables);
  expect(portion.pupilCodes.size).toBe(0);
});

test('bytes that were given back are nobody’s: not there any more, rather than another record’s', async () => {
  const ids = await idsWhere('true');
  const portion = await load(ids);
  const xmls = [...portion.issued.values()].map(({ xml }) => xml);
  expect(xmls.length).toBeGreaterThan(0);
  expect(xmls.every((xml) => xml.length > 1000)).toBe(true);
  done(portion);
  expect(xmls.map((xml) => xml.length)).toEqual(xmls.map(() => 0));
  const { ok, records } = await auditStore({
    connection: house.database.owner,
    dataFolder: house.dataDir,
    now: house.now,
  });
  expect({ ok, records }).toEqual({ ok: true, records: ids.length });
});
