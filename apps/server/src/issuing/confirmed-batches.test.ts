import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Actor } from '../access/actor.ts';
import { startSigning, stopSigning } from '../signing/batch/batch.ts';
import { signingProgress } from '../signing/batch/progress.ts';
import { workThrough } from '../signing/batch/work.ts';
import { digestOfChosen } from '../signing/items/confirmed-batch.ts';
import { auditStore } from './audit/audit.ts';
import { makeHouse, type TestHouse } from './testing/house.ts';
import { asSuperuser } from './testing/superuser.ts';

/** Two classes whose records wait for the principal, who signs the first of them; who owns the tables wants more. */
let house: TestHouse;
beforeEach(async () => {
  house = await makeHouse({ pupils: 1, classes: 2, publicUrl: 'https://hocba.example' });
  await house.freeze();
  await house.sign('subjectTeacher', house.school.music);
  await house.sign('subjectTeacher', house.school.homeroom);
  await house.sign('homeroomTeacher', house.school.homeroom);
});
afterEach(() => house.close());

const asking = () => ({ db: house.database.db, now: house.now, publicUrl: 'https://hocba.example' });
const never = new AbortController().signal;
const work = (batchId: string) =>
  workThrough(house.work, { schoolId: house.school.schoolId, batchId }, never);
const behind = (statement: string) => asSuperuser(house, statement);
const problems = async () =>
  (await auditStore({ connection: house.database.owner, dataFolder: house.dataDir, now: house.now }))
    .problems;
const row = (id: string, code: string) => ({ what: 'row', id: `${id} signing_batch -`, code });

async function signedBy(role: string): Promise<number> {
  const [found] = await house.database.asOwner<{ n: number }>(
    'select count(*)::int as n from slot where role = $1',
    [role],
  );
  return found?.n ?? 0;
}
async function start(actor: Actor, role: 'principal' | 'schoolSeal', classes = [house.school.classId]) {
  const { batchId } = await startSigning(asking(), actor, { role, classIds: classes });
  return batchId;
}
const refusals = async (batchId: string, actor: Actor = house.school.principal) =>
  (await signingProgress(asking(), actor, batchId)).refused.map(({ reason }) => reason);
const NOT_AS_CONFIRMED = expect.stringMatching(/^Lô ký này không còn như lúc người ký xác nhận/);

/** Items of the other class’s records in the role, as a batch has them. */
const itemsOfOther = (batchId: string, role: string) =>
  `insert into signing_item (school_id, batch_id, record_id, slot_id, state, changed_at)
   select r.school_id, '${batchId}', r.record_id, s ->> 'slotId', 'waiting', now()
   from record r, jsonb_array_elements(r.slots) s
   where r.class_id = '${house.school.classIds[1]}' and s ->> 'role' = '${role}'`;

test('what its person chose is signed, with the prints that follow, and an audit finds nothing', async () => {
  await work(await start(house.school.principal, 'principal', [...house.school.classIds]));
  const batchId = await start(house.school.clerk, 'schoolSeal', [...house.school.classIds]);
  await work(batchId);
  await house.sequencer.settle(house.origin);
  await work(batchId);
  expect(await signedBy('schoolSeal')).toBe(2);
  expect(await house.database.asOwner('select 1 from signed_print')).toHaveLength(2);
  expect(await problems()).toEqual([]);
});

describe('nothing is signed in a batch', () => {
  test('among whose items another record was put', async () => {
    const batchId = await start(house.school.principal, 'principal');
    await behind(itemsOfOther(batchId, 'principal'));
    await work(batchId);
    expect(await signedBy('principal')).toBe(0);
    expect(await refusals(batchId)).toEqual([NOT_AS_CONFIRMED, NOT_AS_CONFIRMED]);
    expect(await problems()).toEqual([{ what: 'batch', id: batchId, code: 'items-differ' }]);
    // What was chosen can be signed in another batch.
    await work(await start(house.school.principal, 'principal'));
    expect(await signedBy('principal')).toBe(1);
  });

  test('among whose items another record was put, with the digest that fits', async () => {
    const batchId = await start(house.school.principal, 'principal');
    await behind(itemsOfOther(batchId, 'principal'));
    const items = await house.database.asOwner<{ recordId: string; slotId: string }>(
      `select record_id as "recordId", slot_id as "slotId" from signing_item where batch_id = $1`,
      [batchId],
    );
    const digest = Buffer.from(digestOfChosen(items)).toString('hex');
    await behind(`update signing_batch set chosen = '\\x${digest}' where batch_id = '${batchId}'`);
    await work(batchId);
    expect(await signedBy('principal')).toBe(0);
    expect(await problems()).toEqual([row(batchId, 'changed-behind')]);
  });

  test('of whose items one was exchanged between two portions', async () => {
    const batchId = await start(house.school.principal, 'principal', [...house.school.classIds]);
    await behind(`update signing_item set slot_id = 'gvcn' where batch_id = '${batchId}'
      and record_id = (select record_id from signing_item where batch_id = '${batchId}' order by record_id limit 1)`);
    await work(batchId);
    expect(await signedBy('principal')).toBe(0);
  });

  test('that nobody began', async () => {
    const batchId = randomUUID();
    const { schoolId, principal } = house.school;
    await behind(`insert into signing_batch (school_id, batch_id, role, requested_by, requested_at, chosen)
      values (${schoolId}, '${batchId}', 'principal', '${principal.staffId}', now(), sha256(''));
      ${itemsOfOther(batchId, 'principal')};
      update signing_batch b set chosen = (select sha256(convert_to(string_agg(i.record_id || '/' || i.slot_id, E'\\n'), 'UTF8'))
        from signing_item i where i.batch_id = b.batch_id) where batch_id = '${batchId}'`);
    await work(batchId);
    expect(await signedBy('principal')).toBe(0);
    expect(await problems()).toEqual([row(batchId, 'not-noted')]);
  });

  test('that was stopped and opened again', async () => {
    const batchId = await start(house.school.principal, 'principal');
    await stopSigning(asking(), house.school.principal, batchId);
    await work(batchId);
    await behind(`update signing_batch set finished_at = null where batch_id = '${batchId}';
      update signing_item set state = 'waiting', refusal = null where batch_id = '${batchId}'`);
    await work(batchId);
    expect(await signedBy('principal')).toBe(0);
    expect(await problems()).toEqual([row(batchId, 'changed-behind')]);
  });

  test.each<[string, () => string]>([
    ['asked for by somebody else', () => `requested_by = '${house.school.clerk.staffId}'`],
    ['of another role', () => `role = 'homeroomTeacher'`],
    ['of another hour', () => `requested_at = requested_at - interval '1 hour'`],
  ])('that was made one %s', async (_, set) => {
    const batchId = await start(house.school.principal, 'principal');
    await behind(`update signing_batch set ${set()} where batch_id = '${batchId}'`);
    await work(batchId);
    expect(await signedBy('principal')).toBe(0);
    expect(await problems()).toEqual([row(batchId, 'changed-behind')]);
  });

  test('whose prints were given another address: the school’s seal stands under no foreign page', async () => {
    await work(await start(house.school.principal, 'principal'));
    const batchId = await start(house.school.clerk, 'schoolSeal');
    const stop = new AbortController();
    const held = { ...house.work, at: (step: string) => void (step === 'kept' && stop.abort()) };
    await workThrough(held, { schoolId: house.school.schoolId, batchId }, stop.signal);
    await house.sequencer.settle(house.origin);
    expect(await signedBy('schoolSeal')).toBe(1);
    await behind(`update signing_batch set public_url = 'https://xau.example' where batch_id = '${batchId}'`);
    await work(batchId);
    expect(await house.database.asOwner('select 1 from signed_print')).toHaveLength(0);
    expect(await refusals(batchId, house.school.clerk)).toEqual([NOT_AS_CONFIRMED]);
    expect(await problems()).toEqual([row(batchId, 'changed-behind')]);
  });
});
