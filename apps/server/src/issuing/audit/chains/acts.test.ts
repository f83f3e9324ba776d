import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeHouse, type TestHouse } from '../../testing/house.ts';
import { auditStore } from '../audit.ts';

/** Two classes, both issued; no day was ever closed, and nobody looked at their chains. */
let house: TestHouse;
let ids: string[];
beforeAll(async () => {
  house = await makeHouse({ classes: 2, pupils: 2 });
  ids = (await house.issueAll()).sort();
});
afterAll(() => house.close());

const problems = async () =>
  (await auditStore({ connection: house.database.owner, dataFolder: house.dataDir, now: house.now }))
    .problems;

const KEPT = ['cell_act', 'cell', 'class_counter'];

/** With every trigger off; undone afterwards. */
async function after(statements: string): Promise<Awaited<ReturnType<typeof problems>>> {
  const off = 'set session_replication_role = replica;';
  await house.database.asOwner(
    `${off} ${KEPT.map((table) => `create table kept_${table} as select * from ${table}`).join(';')}; ${statements}`,
  );
  try {
    return await problems();
  } finally {
    await house.database.asOwner(
      `${off} ${KEPT.map((t) => `delete from ${t}; insert into ${t} select * from kept_${t}; drop table kept_${t}`).join(';')}`,
    );
  }
}

/** Records of a class, of one pupil if it is said; the class's table is none of them. */
async function recordsOf(classId: string, pupilId?: string): Promise<string[]> {
  const rows = await house.database.asOwner<{ id: string }>(
    `select record_id as id from record where class_id = '${classId}' and pupil_id ${pupilId === undefined ? 'is not null' : `= '${pupilId}'`} order by 1`,
  );
  return rows.map(({ id }) => id);
}

/** Numbers closed up, every hash made anew, the counter as it must be: nothing but what was made of the acts can tell. */
const CLOSED_UP = `do $x$ declare c record; a cell_act; h bytea; nth bigint; begin
  for c in select distinct school_id, class_id from cell_act loop
    nth := 0;
    h := act_chain_start(c.school_id, c.class_id);
    for a in select * from cell_act where class_id = c.class_id order by seq loop
      nth := nth + 1;
      update cell set seq = nth where class_id = c.class_id and seq = a.seq;
      update cell_act set seq = nth where class_id = c.class_id and seq = a.seq returning * into a;
      h := act_chain(h, a);
      update cell_act set chain = h where class_id = c.class_id and seq = nth;
    end loop;
    update class_counter set seq = nth where class_id = c.class_id;
  end loop; end $x$;`;

describe('acts and cells taken away before any day was logged', () => {
  const missing = (of: readonly string[]) =>
    of.map((id) => ({ what: 'record', id, code: 'acts-missing' }) as const);
  const gone = (classId: string) =>
    `delete from cell where class_id = '${classId}'; delete from cell_act where class_id = '${classId}'`;

  test('as it stands nothing is wrong', async () => {
    expect(await problems()).toEqual([]);
    expect(await after(CLOSED_UP)).toEqual([]);
  });

  test('all of a class: its counter and its records say so', async () => {
    const [classId = ''] = house.school.classIds;
    expect(await after(gone(classId))).toEqual([
      { what: 'act', id: `${classId}#1`, code: 'truncated' },
      ...missing(await recordsOf(classId)),
    ]);
  });

  test.each(['delete from class_counter', 'update class_counter set seq = 0'])(
    'with the counter, %s: the records say so',
    async (counter) => {
      const [, classId = ''] = house.school.classIds;
      expect(await after(`${gone(classId)}; ${counter} where class_id = '${classId}'`)).toEqual(
        missing(await recordsOf(classId)),
      );
    },
  );

  test('of the whole school', async () => {
    expect(await after(KEPT.map((table) => `delete from ${table}`).join(';'))).toEqual(missing(ids));
  });

  test('of one pupil, all else closed up and its hashes made anew', async () => {
    const [{ pupilId } = { pupilId: '' }] = house.school.pupils;
    const of = `where pupil_id = '${pupilId}'`;
    expect(await after(`delete from cell ${of}; delete from cell_act ${of}; ${CLOSED_UP}`)).toEqual(
      missing(await recordsOf(house.school.classId, pupilId)),
    );
  });

  test.each([
    ['the last one', `= (select max(seq) from cell_act where class_id = k.class_id)`],
    ['the last ten', `> (select max(seq) - 10 from cell_act where class_id = k.class_id)`],
  ])('%s: the counter says so', async (_, which) => {
    const { classId } = house.school;
    const of = (table: string) =>
      `delete from ${table} k where class_id = '${classId}' and seq ${which.replaceAll('cell_act', 'kept_cell_act')}`;
    expect(await after(`${of('cell')}; ${of('cell_act')}`)).toEqual([
      { what: 'act', id: expect.stringMatching(`^${classId}#\\d+$`), code: 'truncated' },
    ]);
  });

  test.each([
    ['gone', 'delete from class_counter'],
    ['put back', 'update class_counter set seq = seq - 1'],
  ])('a counter alone that is %s', async (_, change) => {
    const { classId } = house.school;
    const [last] = await house.database.asOwner<{ seq: string }>(
      `select max(seq) as seq from cell_act where class_id = '${classId}'`,
    );
    expect(await after(`${change} where class_id = '${classId}'`)).toEqual([
      { what: 'act', id: `${classId}#${last?.seq}`, code: 'not-counted' },
    ]);
  });
});
