import { actsRoom } from '@hocba/ledger/node';
import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { appendActs } from '../../../signing/records/records.ts';
import { setCells } from '../../../signing/testing/small-school.ts';
import { type Copies, openCopies } from '../../../store/copy-out.ts';
import { inSchool, openDatabase } from '../../../store/database.ts';
import type { Database } from '../../../store/tables.ts';
import { untilHeldUp } from '../../../store/testing/held-up.ts';
import { publishStatus } from '../../status/status.ts';
import { makeHouse, type TestHouse } from '../../testing/house.ts';
import { auditStore } from '../audit.ts';
import { actsOfWholeClasses } from '../chains/whole-class.ts';
import { loadPortion } from './portion.ts';

let house: TestHouse;
let copies: Copies;
/** Who may lock whole tables. */
let writer: Kysely<Database>;
beforeAll(async () => {
  house = await makeHouse({ pupils: 2 });
  writer = openDatabase(house.database.owner, { connections: 1 });
  copies = await openCopies(house.database.owner);
});
afterAll(async () => {
  await copies.close();
  await writer.destroy();
  await house.close();
});

/** Begins to read; when it stands before a table that somebody writes to, he writes and is done, and it reads on. */
async function writtenBetween<T>(
  table: string,
  read: () => Promise<T>,
  write: (trx: Kysely<Database>) => Promise<unknown>,
): Promise<T> {
  let reading: Promise<T> | undefined;
  await inSchool(writer, house.school.schoolId, async (trx) => {
    await sql.raw(`lock table ${table} in access exclusive mode`).execute(trx);
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
    reading = read();
    await untilHeldUp(house.database, rows[0]?.pid ?? 0);
    await write(trx);
  });
  return reading as Promise<T>;
}

/** Acts after each recall. */
const TYPED = 5;
const COMMENT = 'HOMEROOM.comment';
const comment = (n: number) => `Em tiến bộ, lần ${n}.`;
let typed = 0;
function type(trx: Kysely<Database>): Promise<void> {
  const { schoolId, classId, pupils, homeroom } = house.school;
  const of = { schoolId, classId, pupilId: pupils[0]?.pupilId ?? '', staffId: homeroom.staffId };
  return setCells(trx as Parameters<typeof setCells>[0], of, [[COMMENT, comment(++typed)]]);
}

test.each(['cell', 'class_counter'])(
  'a cell that is set when its act would have been read and “%s” not yet',
  async (table) => {
    const { schoolId, classId } = house.school;
    const read = async () =>
      (await actsOfWholeClasses(copies, actsRoom(), schoolId, [{ classId, anchors: [] }]))[0];
    const before = (await read()) ?? 0;
    expect(before).toBeGreaterThan(40);
    expect(await writtenBetween(table, read, type)).toBe(before);
    expect(await read()).toBe(before + 1);
  },
);

test('an audit of a school that works, signs, issues, recalls and publishes meanwhile finds nothing wrong', async () => {
  const { school, database, dataDir, origin, now } = house;
  const options = { connection: database.owner, dataFolder: dataDir, now };
  let working = true;
  let audits = 0;
  let rounds = 0;
  // It works until there were audits enough meanwhile, however fast each of the two is.
  const work = async () => {
    for (; rounds < 2 || audits < 4; rounds++) {
      const ids = await house.issueAll();
      await publishStatus({ db: database.db, dataDir, now }, origin);
      // What is typed in the end is what was agreed to: a replacement with anything else is not frozen.
      const last = typed + TYPED * ids.length;
      for (const recordId of ids) {
        const [row] = await database.asOwner<{ pupil_id: string }>(
          `select pupil_id from record where record_id = '${recordId}'`,
        );
        const isTyped = row?.pupil_id === school.pupils[0]?.pupilId;
        await house.recall(recordId, true, isTyped ? [{ item: COMMENT, value: comment(last) }] : undefined);
        for (let n = 0; n < TYPED; n++) await inSchool(database.db, school.schoolId, type);
      }
    }
  };
  const worked = work().finally(() => {
    working = false;
  });
  worked.catch(() => {});
  const found: unknown[] = [];
  while (working) {
    found.push(...(await auditStore(options)).problems);
    audits++;
  }
  await worked;
  expect(found).toEqual([]);
  expect(audits).toBeGreaterThan(3);
  const each = 2 * rounds;
  expect(await auditStore(options)).toMatchObject({ ok: true, issued: each, recalled: each });
});

test('records that are signed between two looks at them: all of it is there, or nothing', async () => {
  const { schoolId, music } = house.school;
  const recordIds = (await house.freeze()).sort();
  expect(recordIds).toHaveLength(2);
  // Acts are read after what is signed.
  const read = async () => {
    const { records } = await loadPortion({ db: house.database.db, copies }, schoolId, recordIds);
    return records.map(({ acts }) => acts.length);
  };
  const sign = (trx: Kysely<Database>) =>
    appendActs(
      trx as Parameters<typeof appendActs>[0],
      schoolId,
      recordIds.map((recordId) => ({
        recordId,
        after: 1,
        act: 'sign',
        staffId: music.staffId,
        role: 'teacher',
        at: house.now(),
      })),
    );
  expect(await writtenBetween('record_act', read, sign)).toEqual([1, 1]);
  expect(await read()).toEqual([2, 2]);
});
