import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeHouse, type TestHouse } from '../../testing/house.ts';
import { asSuperuser } from '../../testing/superuser.ts';
import { type AuditOptions, type AuditReport, auditStore } from '../audit.ts';
import { LookerLost, lookerInThreads, threadsFor } from './look-threads.ts';

const CLASSES = 2;
const PUPILS = 35;
let house: TestHouse;
let ids: string[];
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hocba-threads-'));
  house = await makeHouse({ classes: CLASSES, pupils: PUPILS });
  ids = (await house.issueAll()).sort();
});
afterAll(async () => {
  await house.close();
  await rm(folder, { recursive: true, force: true });
});

const audit = (options: Partial<AuditOptions> = {}): Promise<AuditReport> =>
  auditStore({
    connection: house.database.owner,
    dataFolder: house.dataDir,
    now: house.now,
    ...options,
  });

describe('an audit in several threads', () => {
  test('says of a sound store what one thread says', async () => {
    const alone = await audit({ threads: 1 });
    expect(alone).toMatchObject({ ok: true, issued: CLASSES * PUPILS });
    expect(await audit({ threads: 2 })).toEqual(alone);
  });

  test('names in the same order what one thread names, wherever the records lie', async () => {
    const spoilt = ids.filter((_, i) => i % 23 === 0);
    const flip = `update issued_record set xml = set_byte(xml, 700, get_byte(xml, 700) # 1) where record_id in (${spoilt.map((id) => `'${id}'`).join(', ')})`;
    await asSuperuser(house, flip);
    try {
      const alone = await audit({ threads: 1 });
      expect(
        alone.problems
          .filter(({ what }) => what === 'record')
          .map(({ id }) => id)
          .sort(),
      ).toEqual(spoilt);
      expect(await audit({ threads: 2 })).toEqual(alone);
    } finally {
      await asSuperuser(house, flip);
    }
  });

  test('finds two current records of a pupil’s year that different threads looked at', async () => {
    const [first, last] = [ids[0], ids.at(-1)];
    const pupilOf = `(select pupil_id from record where record_id = '${first}')`;
    const other = (
      await house.database.asOwner<{ id: string }>(
        `select pupil_id as id from record where record_id = '${last}'`,
      )
    )[0]?.id;
    await asSuperuser(house, `update record set pupil_id = ${pupilOf} where record_id = '${last}'`);
    try {
      const report = await audit({ threads: 2 });
      expect(report.problems).toContainEqual({ what: 'record', id: first, code: 'second-of-year' });
      expect(report).toEqual(await audit({ threads: 1 }));
    } finally {
      await asSuperuser(house, `update record set pupil_id = '${other}' where record_id = '${last}'`);
    }
  });

  test('goes on, with another number of threads, from where it was cut off', async () => {
    const state = join(folder, 'state');
    const whole = await audit({ threads: 1 });
    const cut = audit({
      threads: 2,
      state,
      progress: (stage, done) => {
        if (stage === 'records' && done === 66) throw new Error('killed');
      },
    });
    await expect(cut).rejects.toThrow('killed');
    expect((await readFile(state, 'utf8')).trim().split('\n')).toHaveLength(1 + 66);
    let resumed = 0;
    const report = await audit({
      threads: 1,
      state,
      resumed: (records) => {
        resumed = records;
      },
    });
    expect([report, resumed]).toEqual([whole, 66]);
  });
});

describe('a thread that does not answer', () => {
  test('for want of a database ends the audit: no record counts as looked at', async () => {
    const { schoolId } = house.school;
    const looker = lookerInThreads(2, {
      connection: { ...house.database.owner, port: 1 },
      roots: [],
      begun: house.now(),
    });
    const order = { schoolId, training: true, recordIds: ids.slice(0, 2), kept: null };
    const looked = await Promise.allSettled([1, 2, 3, 4].map(() => looker.look(order)));
    expect(looked.map((one) => one.status === 'rejected' && one.reason instanceof LookerLost)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    await expect(looker.look(order)).rejects.toBeInstanceOf(LookerLost);
    await looker.close();
  });

  test('for want of what it was asked leaves the others alone', async () => {
    const { schoolId } = house.school;
    const roots = await house.signers.roots();
    const looker = lookerInThreads(1, { connection: house.database.owner, roots, begun: house.now() });
    const order = { schoolId, training: true, recordIds: ids.slice(0, 2), kept: null };
    const [wrong, right] = await Promise.allSettled([
      looker.look({ ...order, schoolId: 'none' }),
      looker.look(order),
    ]);
    expect(wrong.status).toBe('rejected');
    expect(right.status === 'fulfilled' && right.value.map(({ result }) => result.code)).toEqual([
      null,
      null,
    ]);
    await looker.close();
  });
});

test.each([
  [0, 8, 1],
  [1_050, 8, 1],
  [3_999, 8, 1],
  [4_000, 8, 2],
  [265_000, 2, 2],
  [265_000, 4, 4],
  [265_000, 64, 8],
  [265_000, 1, 1],
])('%i records on %i cores: %i', (records, cores, threads) => {
  expect(threadsFor(records, cores)).toBe(threads);
});
