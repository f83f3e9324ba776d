import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Actor } from '../../../access/actor.ts';
import { askApproval } from '../../../access/approval/ask.ts';
import { decideApproval } from '../../../access/approval/decide.ts';
import { appendAudit } from '../../../access/audit.ts';
import type { Deps } from '../../../access/binding.ts';
import { makeHouse, type TestHouse } from '../../testing/house.ts';
import { asSuperuser } from '../../testing/superuser.ts';
import { auditStore } from '../audit.ts';

let house: TestHouse;
let first: string;
beforeEach(async () => {
  house = await makeHouse({ pupils: 1 });
  [first = ''] = await house.issueAll();
});
afterEach(() => house.close());

const problems = async () =>
  (await auditStore({ connection: house.database.owner, dataFolder: house.dataDir, now: house.now }))
    .problems;

/** A recall through the application's own use cases, by whom it takes for who may. */
async function recall(asker: Actor, decider: Actor): Promise<void> {
  const { requestId, digest } = await askApproval(house.approving, asker, {
    act: { kind: 'recall', recordId: first, reasonCode: 'other', replace: false },
    reason: 'Nhập nhầm',
    evidence: 'Biên bản số 2',
  });
  await decideApproval(house.approving, decider, requestId, { approve: true, digest, note: '' });
}

const notAgreed = () => [{ what: 'recall', id: first, code: 'not-agreed' }];

test('by who may, holds', async () => {
  await recall(house.school.clerk, house.school.principal);
  expect(await problems()).toEqual([]);
});

test.each<
  [string, string, (s: TestHouse['school']) => [change: string, undo: string, asker: Actor, decider: Actor]]
>([
  [
    'whose role',
    'decides',
    ({ schoolId, music, clerk }) => [
      `insert into staff_role values (${schoolId}, '${music.staffId}', 'principal')`,
      `delete from staff_role where staff_id = '${music.staffId}' and role = 'principal'`,
      clerk,
      { ...music, roles: ['principal'] },
    ],
  ],
  [
    'whose role',
    'asks',
    ({ schoolId, music, principal }) => [
      `insert into staff_role values (${schoolId}, '${music.staffId}', 'clerk')`,
      `delete from staff_role where staff_id = '${music.staffId}' and role = 'clerk'`,
      { ...music, roles: ['clerk'] },
      principal,
    ],
  ],
  [
    'whose account',
    'decides',
    ({ clerk, music, principal }) => {
      // The music teacher signs in, and is taken for the principal.
      const swap = `update account set staff_id = case staff_id when '${music.staffId}' then '${principal.staffId}'::uuid else '${music.staffId}' end
        where staff_id in ('${music.staffId}', '${principal.staffId}')`;
      const once = `alter table account drop constraint account_school_id_staff_id_key; ${swap}; alter table account add unique (school_id, staff_id)`;
      return [once, once, clerk, { ...principal, accountId: music.accountId }];
    },
  ],
  [
    'whose personal number',
    'decides',
    ({ clerk, principal }) => {
      const number = (value: string) =>
        `update staff set personal_id = '${value}' where staff_id = '${clerk.staffId}'`;
      // One person with two accounts, made two for a moment.
      return [number('079080000099'), number('079080000003'), clerk, principal];
    },
  ],
])('one %s was another for as long as somebody %s is named', async (_, __, of) => {
  const [change, undo, asker, decider] = of(house.school);
  await asSuperuser(house, change);
  await recall(asker, decider);
  await asSuperuser(house, undo);
  expect((await problems()).filter(({ what }) => what !== 'row')).toEqual(notAgreed());
});

test('in earnest a decision stands behind a confirmation by the second factor, of the same account and a few minutes before it', async () => {
  const { principal, clerk } = house.school;
  const decided = async () => (await problems()).filter(({ code }) => code === 'not-agreed');
  const confirm = (who: Actor, earlier: number) =>
    appendAudit(
      { db: house.database.db, now: () => new Date(house.now().getTime() - earlier) } as Deps,
      who,
      { act: 'access.proveFactor', object: null, outcome: earlier === 0 ? 'second-factor-refused' : 'ok' },
    );
  await confirm(clerk, 60_000);
  await confirm(principal, 20 * 60_000);
  await confirm(principal, 0);
  await recall(clerk, principal);
  expect(await decided()).toEqual([]);
  await asSuperuser(house, 'update school set training = false');
  expect(await decided()).toEqual(notAgreed());
  await confirm(principal, 60_000);
  expect(await decided()).toEqual([]);
});
