import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '../../../access/actor.ts';
import { appendAudit } from '../../../access/audit.ts';
import type { Deps } from '../../../access/binding.ts';
import { makeHouse, type TestHouse } from '../../testing/house.ts';
import { auditStore } from '../audit.ts';

let house: TestHouse;
let last = 0;
beforeAll(async () => {
  house = await makeHouse({ pupils: 1 });
});
afterAll(() => house.close());

/** @param hour of a clock of the test's own */
async function event(who: Actor, act: string, hour: number, outcome = 'ok'): Promise<void> {
  const at = new Date(Date.parse('2026-05-01T00:00:00Z') + hour * 3_600_000);
  await appendAudit({ db: house.database.db, now: () => at } as Deps, who, { act, object: null, outcome });
  const [row] = await house.database.asOwner<{ seq: string }>('select max(seq) as seq from audit_event');
  last = Number(row?.seq);
}
const named = async () =>
  (await auditStore({ connection: house.database.owner, dataFolder: house.dataDir, now: house.now }))
    .problems;
const nobody = (seq: number) => ({ what: 'event', id: `#${seq}`, code: 'nobody-signed-in' });

test('what an account does without a sign-in before it is named, once, and by its first event', async () => {
  const { clerk, principal, music } = house.school;
  // From before anybody did: nothing is known.
  await event(music, 'assessment.saveCells', 0);
  expect(await named()).toEqual([]);
  await event(clerk, 'access.signIn', 1);
  await event(clerk, 'roster.saveStaff', 2);
  // A password that does not fit opens nothing, and is itself no act of somebody who is there.
  await event(principal, 'access.signIn', 3, 'wrong-credentials');
  expect(await named()).toEqual([]);
  await event(principal, 'approvals.decideApproval', 4);
  const forged = last;
  await event(principal, 'signing.startSigning', 4, 'not-allowed');
  expect(await named()).toEqual([nobody(forged)]);
  await event(music, 'access.choosePassword', 5);
  await event(music, 'assessment.saveCells', 29);
  expect(await named()).toEqual([nobody(forged)]);
  await event(music, 'assessment.saveCells', 31);
  const outlived = last;
  await event(clerk, 'access.signIn', 50);
  await event(clerk, 'roster.saveStaff', 60);
  expect(await named()).toEqual([nobody(forged), nobody(outlived)]);
});
