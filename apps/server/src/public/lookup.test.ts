import { nodeCrypto } from '@hocba/signature/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishStatus } from '../issuing/status/status.ts';
import { LOG_HOST, makeHouse, type TestHouse } from '../issuing/testing/house.ts';
import { undone } from '../issuing/testing/superuser.ts';
import { lookUp } from './lookup.ts';

let house: TestHouse;
let ids: string[];
beforeAll(async () => {
  house = await makeHouse({ pupils: 3 });
  ids = (await house.issueAll()).sort();
  await house.recall(ids[0] ?? '', false);
  await publishStatus({ db: house.database.db, dataDir: house.dataDir, now: house.now }, house.origin);
});
afterAll(() => house.close());

async function statusOf(recordId: string | undefined): Promise<string | undefined> {
  const [row] = await house.database.asOwner<{ token: string }>(
    `select token from verification_token where record_id = '${recordId}'`,
  );
  const { signers, dataDir, now } = house;
  const deps = { db: house.database.db, crypto: nodeCrypto, signers, logHost: LOG_HOST, dataDir, now };
  return (await lookUp(deps, row?.token ?? ''))?.status;
}

test('a token that somebody has laid on another pupil’s record shows nothing of that record', async () => {
  const two = `('${ids[1]}', '${ids[2]}')`;
  const swap = `update verification_token t set record_id = o.record_id from verification_token o
    where t.record_id in ${two} and o.record_id in ${two} and o.token <> t.token`;
  expect([await statusOf(ids[1]), await statusOf(ids[2])]).toEqual(['current', 'current']);
  await undone(house, swap, swap, async () =>
    expect([await statusOf(ids[1]), await statusOf(ids[2])]).toEqual(['store-mismatch', 'store-mismatch']),
  );
  await undone(
    house,
    `insert into verification_token select repeat('0', 22), school_id, record_id from verification_token where record_id = '${ids[1]}'`,
    `delete from verification_token where token = repeat('0', 22)`,
    async () => expect(await statusOf(ids[1])).toBe('store-mismatch'),
  );
  expect([await statusOf(ids[1]), await statusOf(ids[2])]).toEqual(['current', 'current']);
});

test('the page calls nothing recalled for which no leaf stands: by the tables alone somebody could call any record so', async () => {
  const act = `insert into record_act
    select school_id, record_id, (select max(seq) + 1 from record_act where record_id = '${ids[1]}'), 'recall', staff_id, role, 'x', now()
    from record_act where record_id = '${ids[1]}' and act = 'issue'`;
  const undo = `delete from record_act where record_id = '${ids[1]}' and act = 'recall'; delete from recalled_record where record_id = '${ids[1]}'`;
  await undone(house, act, undo, async () => expect(await statusOf(ids[1])).toBe('store-mismatch'));
  // Nor by the leaf of another one's recall.
  const borrowed = `create table borrowed as select * from recalled_record where record_id = '${ids[0]}';
    update borrowed set record_id = '${ids[1]}'; insert into recalled_record select * from borrowed; drop table borrowed`;
  await undone(house, `${act}; ${borrowed}`, undo, async () =>
    expect(await statusOf(ids[1])).toBe('store-mismatch'),
  );
  expect([await statusOf(ids[0]), await statusOf(ids[1])]).toEqual(['recalled', 'current']);
});

test('the page calls nothing current whose recall somebody took out of the tables: the log has not forgotten it', async () => {
  expect([await statusOf(ids[0]), await statusOf(ids[1])]).toEqual(['recalled', 'current']);
  await house.database.asOwner(`set session_replication_role = replica;
    delete from recalled_record; delete from record_act where act = 'recall'`);
  expect([await statusOf(ids[0]), await statusOf(ids[1])]).toEqual(['store-mismatch', 'current']);
});
