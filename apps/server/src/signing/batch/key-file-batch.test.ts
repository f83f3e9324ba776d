import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keyFileOf, openSchoolAtTheEdge, type SchoolAtTheEdge } from '../testing/school-at-the-edge.ts';

/** Batches with a key file, through the server's edge: a portion holds 16 slots, so that 17 take two. */
const PUPILS = 17;
const PORTION = 16;
const SECRET = 'Mật khẩu tệp khoá 35';
let house: SchoolAtTheEdge;

beforeEach(async () => {
  house = await openSchoolAtTheEdge(PUPILS);
  const file = await keyFileOf(house, house.school.music, SECRET);
  const body = { holder: 'person', file, password: SECRET };
  const answer = await house.call('POST', '/api/signers/key-file', body);
  expect(answer.status, answer.text).toBe(200);
});
afterEach(() => house.close());

const resume = (batchId: string, keyPassword?: string) =>
  house.call<{ error?: string }>(
    'POST',
    `/api/signing-batches/${batchId}/resume`,
    keyPassword === undefined ? {} : { keyPassword },
  );
const start = (keyPassword?: string) =>
  house.call<{ error?: string; batchId: string; total: number }>('POST', '/api/signing-batches', {
    role: 'subjectTeacher',
    classIds: [house.school.classId],
    ...(keyPassword === undefined ? {} : { keyPassword }),
  });

/** Nothing that was typed is in the store, in the log, or in a file of the data folder. */
async function expectNowhere(secret: string): Promise<void> {
  expect(house.lines.join('\n')).not.toContain(secret);
  const tables = await house.database.asOwner<{ name: string }>(
    `select table_schema || '.' || quote_ident(table_name) as name from information_schema.tables
     where table_schema in ('public', 'graphile_worker') and table_type = 'BASE TABLE'`,
  );
  expect(tables.length).toBeGreaterThan(50);
  const found = await house.database.asOwner(
    tables
      .map(
        ({ name }) => `select '${name}' as name where exists (select from ${name} t where t::text like $1)`,
      )
      .join(' union all '),
    [`%${secret}%`],
  );
  expect(found).toEqual([]);
}

test('without the right password nothing begins; with it each slot is signed once', async () => {
  for (const password of [undefined, `${SECRET}!`, ''])
    expect(await start(password)).toMatchObject({ status: 409, body: { error: 'key-file-not-opened' } });
  expect(await house.database.asOwner('select 1 from signing_batch')).toHaveLength(0);
  expect(await house.signed()).toEqual({ slots: 0, acts: 0 });
  const tasks = await house.call<{ passwordFor: string[]; tasks: { role: string; subjects: string[] }[] }>(
    'GET',
    '/api/signing',
  );
  expect(tasks.body.passwordFor).toContain('subjectTeacher');
  for (const { role, subjects } of tasks.body.tasks)
    expect(subjects.length > 0).toBe(role === 'subjectTeacher');
  const batchId = await house.start({ keyPassword: SECRET });
  expect(await house.until(batchId, ({ finished }) => finished)).toMatchObject({
    signed: PUPILS,
    refused: [],
  });
  expect(await house.signed()).toEqual({ slots: PUPILS, acts: PUPILS });
  await expectNowhere(SECRET);
});

describe('a server that was started anew in the middle', () => {
  let batchId: string;
  beforeEach(async () => {
    const held = await house.holdSlots();
    batchId = await house.start({ keyPassword: SECRET });
    await held.reached();
    await house.restart({ stopping: () => held.release() });
  });

  test('asks for the password again; with a wrong one it goes on waiting, with the right one it goes on', async () => {
    const asks = await house.until(batchId, ({ paused }) => paused !== null);
    expect(asks).toMatchObject({ signed: PORTION, paused: { code: 'secret-needed' }, stuck: false });
    expect((await resume(batchId, 'không phải')).body.error).toBe('key-file-not-opened');
    expect((await resume(batchId)).body.error).toBe('key-file-not-opened');
    expect(await house.progress(batchId)).toMatchObject({
      signed: PORTION,
      paused: { code: 'secret-needed' },
    });
    expect((await resume(batchId, SECRET)).body).toMatchObject({ remaining: PUPILS - PORTION });
    expect(await house.until(batchId, ({ finished }) => finished)).toMatchObject({
      signed: PUPILS,
      refused: [],
    });
    expect(await house.signed()).toEqual({ slots: PUPILS, acts: PUPILS });
    await expectNowhere(SECRET);
  });

  test('one that is stopped while it waits leaves the rest to another batch', async () => {
    await house.until(batchId, ({ paused }) => paused !== null);
    const stopped = await house.call('POST', `/api/signing-batches/${batchId}/stop`, {});
    expect(stopped.body).toMatchObject({ signed: PORTION, left: PUPILS - PORTION });
    const again = await house.start({ keyPassword: SECRET });
    expect(await house.until(again, ({ finished }) => finished)).toMatchObject({
      total: PUPILS - PORTION,
      signed: PUPILS - PORTION,
    });
    expect(await house.signed()).toEqual({ slots: PUPILS, acts: PUPILS });
  });
});

test('stopped while it signs, what is stored stays and no more is; the key does not serve the next batch', async () => {
  const held = await house.holdSlots();
  const batchId = await house.start({ keyPassword: SECRET });
  await held.reached();
  const stopping = house.call<{ signed: number; left: number }>(
    'POST',
    `/api/signing-batches/${batchId}/stop`,
    {},
  );
  await held.release();
  const { signed, left } = (await stopping).body;
  expect(signed + left).toBe(PUPILS);
  const ended = await house.until(batchId, ({ finished }) => finished);
  expect(ended).toMatchObject({ signed, paused: null });
  expect(ended.refused).toHaveLength(left);
  expect(await house.signed()).toEqual({ slots: signed, acts: signed });
  expect((await start()).body.error).toBe('key-file-not-opened');
  const rest = await start(SECRET);
  expect(rest.body.total).toBe(left);
  expect(await house.until(rest.body.batchId, ({ finished }) => finished)).toMatchObject({ signed: left });
  expect(await house.signed()).toEqual({ slots: PUPILS, acts: PUPILS });
});
