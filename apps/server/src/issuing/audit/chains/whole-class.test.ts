import { randomUUID } from 'node:crypto';
import { actsRoom } from '@hocba/ledger/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Copies, openCopies } from '../../../store/copy-out.ts';
import { makeHouse, type TestHouse } from '../../testing/house.ts';
import { undone } from '../../testing/superuser.ts';
import { actsOfWholeClasses } from './whole-class.ts';

/** Several classes in one journey: which of them is not whole is told of each, whatever those beside it hold. */
let house: TestHouse;
let copies: Copies;
let classes: string[];
beforeAll(async () => {
  house = await makeHouse({ classes: 4, pupils: 1 });
  copies = await openCopies(house.database.owner);
  classes = [...house.school.classIds];
});
afterAll(async () => {
  await copies.close();
  await house.close();
});

const look = (ids: readonly string[] = classes) =>
  actsOfWholeClasses(
    copies,
    actsRoom(),
    house.school.schoolId,
    ids.map((classId) => ({ classId, anchors: [] })),
  );
const TABLES = ['cell_act', 'cell', 'class_counter'];
const keep = TABLES.map((table) => `create table kept_${table} as select * from ${table}`).join(';');
const back = TABLES.map(
  (t) => `delete from ${t}; insert into ${t} select * from kept_${t}; drop table kept_${t}`,
).join(';');

test.each([
  ['an act', `update cell_act set device = 'x' where seq = 2`],
  [
    'its last act',
    'delete from cell_act where seq = (select seq from class_counter c where c.class_id = cell_act.class_id)',
  ],
  ['a cell', 'update cell set version = version + 1 where seq = 2'],
  ['all of its cells', 'delete from cell where true'],
  ['its counter', 'update class_counter set seq = seq + 1 where true'],
  ['its counter’s row', 'delete from class_counter where true'],
])('%s of one or of the first and the last', async (_, change) => {
  const whole = await look();
  expect(whole.every((count) => (count ?? 0) > 40)).toBe(true);
  for (const wrong of [[1], [0, 3]]) {
    const only = wrong.map((n) => `${change} and class_id = '${classes[n]}'`).join(';');
    await undone(house, `${keep}; ${only}`, back, async () =>
      expect(await look()).toEqual(whole.map((count, n) => (wrong.includes(n) ? null : count))),
    );
  }
});

test('one of which there is nothing takes nothing from those beside it', async () => {
  const [first, second] = await look();
  expect(await look([classes[0] ?? '', randomUUID(), classes[1] ?? ''])).toEqual([first, 0, second]);
});
