import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeLeaf, formatAddCheckpoint, isPowerOfTwo, parseAddCheckpoint } from '@hocba/ledger';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepReceipt, lodgedSize, lodgingRequest } from '../above/lodge.ts';
import { auditStore } from '../audit/audit.ts';
import { addPending } from '../log/pending.ts';
import { vkeyOf } from '../log/public-key.ts';
import { publishedLog } from '../log/published.ts';
import { listLogs } from '../operator/logs.ts';
import { makeHouse, type TestHouse } from '../testing/house.ts';
import { withOtherSignature } from '../testing/other-signature.ts';
import { undone } from '../testing/superuser.ts';
import { acceptCheckpoint, lodgingReceipt } from './accept.ts';
import { keptForks } from './forks.ts';

/** A stand-alone school and its province: two installations that share nothing but the files that are carried. */
const PLACE = 'so.example/SO-79';
let school: TestHouse;
let province: TestHouse;
beforeAll(async () => {
  school = await makeHouse({ pupils: 1 });
  province = await makeHouse({ pupils: 1, logPlace: PLACE, schoolId: '8' });
  await school.issueAll();
  await province.issueAll();
  await know(await vkeyOf(school.dataDir, school.origin));
  const above = await vkeyOf(province.dataDir, province.origin);
  await writeFile(join(school.dataDir, 'province-policy'), `log ${above}\nquorum none\n`);
});
afterAll(async () => {
  await school.close();
  await province.close();
});

const know = (vkey: string) => writeFile(join(province.dataDir, 'school-logs'), `log ${vkey}\nquorum none\n`);
const above = (place = PLACE) => ({
  db: province.database.db,
  dataDir: province.dataDir,
  place,
  now: province.now,
});
const request = (from?: number) => lodgingRequest(school.dataDir, school.origin, from);
const accept = (file: Uint8Array, place?: string) => acceptCheckpoint(above(place), file);
async function grow(house: TestHouse): Promise<void> {
  const commitment = crypto.getRandomValues(new Uint8Array(32));
  const leaf = encodeLeaf({ kind: 'transfer', time: 1_780_000_000, commitment });
  await house.database.db.transaction().execute((trx) => addPending(trx, house.origin, leaf));
  await house.sequencer.settle(house.origin);
}
async function receipt(): Promise<Uint8Array> {
  await province.sequencer.settle(province.origin);
  return (await lodgingReceipt(above(), school.origin)) ?? new Uint8Array();
}
const sizeAbove = async () => (await publishedLog(province.dataDir, province.origin))?.checkpoint.size;
let first: Uint8Array;
let firstReceipt: Uint8Array;

test('a checkpoint is carried up, taken as a statement, and its receipt kept by the school', async () => {
  const { file, size, from } = await request();
  first = file;
  expect(from).toBe(0);
  expect(await accept(file)).toMatchObject({ lodged: { origin: school.origin, size }, already: false });
  firstReceipt = await receipt();
  expect(await keepReceipt(school.dataDir, school.origin, firstReceipt)).toMatchObject({
    size,
    witness: 'none-required',
  });
  expect(await lodgedSize(school.dataDir, school.origin)).toBe(size);
  const store = { connection: school.database.owner, dataFolder: school.dataDir };
  expect(await listLogs(store)).toMatchObject([{ origin: school.origin, lodged: size }]);
  const audited = await auditStore({
    connection: province.database.owner,
    dataFolder: province.dataDir,
    now: province.now,
  });
  expect(audited).toMatchObject({ ok: true, statements: 1, lodged: [] });
  const own = await auditStore({ ...store, now: school.now });
  expect(own).toMatchObject({ ok: true, lodged: [{ origin: school.origin, size }] });
});

test('the same again changes nothing; a later one goes on from it', async () => {
  const size = await sizeAbove();
  expect(await accept(first)).toMatchObject({ already: true });
  await province.sequencer.settle(province.origin);
  expect(await sizeAbove()).toBe(size);
  await grow(school);
  const later = await request();
  expect(later.from).toBe(later.size - 1);
  expect(await accept(later.file)).toMatchObject({ already: false, lodged: { size: later.size } });
  expect(await keepReceipt(school.dataDir, school.origin, await receipt())).toMatchObject({
    size: later.size,
  });
});

test('what must not be lodged gets its own refusal, and changes nothing', async () => {
  await province.sequencer.settle(province.origin);
  const before = await sizeAbove();
  await grow(school);
  const lodged = await lodgedSize(school.dataDir, school.origin);
  const { file } = await request();
  const { oldSize, proof, checkpoint } = parseAddCheckpoint(file);
  const text = new TextDecoder().decode(checkpoint);
  const flipped = withOtherSignature(checkpoint);
  for (const [code, given] of [
    ['malformed', file.slice(0, 40)],
    ['malformed', new Uint8Array()],
    ['older', first],
    ['other-start', (await request(0)).file],
    ['other-start', (await request(1)).file],
    ['unproven', formatAddCheckpoint({ oldSize, proof: [], checkpoint })],
    ['unproven', formatAddCheckpoint({ oldSize, proof: [...proof, new Uint8Array(32)], checkpoint })],
    ['signature-refused', formatAddCheckpoint({ oldSize, proof, checkpoint: flipped })],
    [
      'unknown-log',
      formatAddCheckpoint({
        oldSize,
        proof,
        checkpoint: new TextEncoder().encode(text.replaceAll(school.origin, 'hocba.training/x/2025-2026')),
      }),
    ],
  ] as const)
    await expect(accept(given), code).rejects.toMatchObject({ code });
  await expect(accept(first)).rejects.toMatchObject({ size: lodged });
  await expect(accept(file, 'so.example')).rejects.toMatchObject({ code: 'no-shared-log' });
  await expect(accept(file, 'so.example/SO-80')).rejects.toMatchObject({ code: 'no-shared-log' });
  await know(await vkeyOf(province.dataDir, province.origin));
  await expect(accept(file)).rejects.toMatchObject({ code: 'unknown-log' });
  await know(await vkeyOf(school.dataDir, school.origin));
  await province.sequencer.settle(province.origin);
  expect(await sizeAbove()).toBe(before);
});

test('another history of the school is refused above, and named by the school’s own audit', async () => {
  const fork = await makeHouse({ pupils: 1 });
  try {
    // The same name and key over other leaves: a thief, or a school that begins anew.
    await cp(join(school.dataDir, 'keys', 'logs'), join(fork.dataDir, 'keys', 'logs'), { recursive: true });
    await fork.issueAll();
    for (let n = 0; n < 3; n++) await grow(fork);
    const lodged = await lodgedSize(school.dataDir, school.origin);
    const carried = async (from: number) => (await lodgingRequest(fork.dataDir, fork.origin, from)).file;
    const { oldSize, proof, checkpoint } = parseAddCheckpoint(await carried(lodged));
    // The path of a power of two begins with the root that it is about; without it nothing is proven, and nobody accused.
    expect([isPowerOfTwo(lodged), isPowerOfTwo(lodged + 1)]).toEqual([true, false]);
    const bare = formatAddCheckpoint({ oldSize, proof: proof.slice(1), checkpoint });
    await expect(accept(bare)).rejects.toMatchObject({ code: 'unproven', size: lodged });
    const broken = formatAddCheckpoint({
      oldSize,
      proof: [new Uint8Array(32), ...proof.slice(1)],
      checkpoint,
    });
    await expect(accept(broken)).rejects.toMatchObject({ code: 'unproven', size: lodged });
    expect(await keptForks(province.dataDir)).toEqual([]);
    await expect(accept(await carried(lodged))).rejects.toMatchObject({ code: 'forked', size: lodged });
    expect(await keptForks(province.dataDir)).toMatchObject([
      { origin: school.origin, held: lodged, larger: true },
    ]);
    await grow(school);
    await accept((await request(lodged)).file);
    await expect(accept(await carried(lodged + 1))).rejects.toMatchObject({ code: 'forked' });
    await cp(join(school.dataDir, 'lodged'), join(fork.dataDir, 'lodged'), { recursive: true });
    const { problems } = await auditStore({
      connection: fork.database.owner,
      dataFolder: fork.dataDir,
      now: fork.now,
    });
    expect(problems).toContainEqual(
      expect.objectContaining({ what: 'log', code: 'known-checkpoint-differs' }),
    );
  } finally {
    await fork.close();
  }
});

test('what was lodged under a clock that was put back afterwards is still what the next one is held against', async () => {
  const { size: before } = await keepReceipt(school.dataDir, school.origin, await receipt());
  await grow(school);
  const second = await request();
  const hourAgo = () => new Date(province.now().getTime() - 3_600_000);
  const under = (file: Uint8Array) => acceptCheckpoint({ ...above(), now: hourAgo }, file);
  expect(await under(second.file)).toMatchObject({ already: false });
  expect(await under(second.file)).toMatchObject({ already: true });
  await grow(school);
  // From the tree before the last one: its leaves behind that could be others.
  await expect(accept((await request(before)).file)).rejects.toMatchObject({
    code: 'other-start',
    size: second.size,
  });
  expect(await keepReceipt(school.dataDir, school.origin, await receipt())).toMatchObject({
    size: second.size,
  });
  const third = await request();
  expect(await accept(third.file)).toMatchObject({ already: false, lodged: { size: third.size } });
  await keepReceipt(school.dataDir, school.origin, await receipt());
});

test('the audit above names a statement whose row says another time than its leaf', async () => {
  const audit = () =>
    auditStore({
      connection: province.database.owner,
      dataFolder: province.dataDir,
      now: province.now,
    });
  for (const time of [`'2099-01-01'`, `'infinity'`])
    await undone(
      province,
      `create table kept_statement as select * from log_statement; update log_statement set made_at = ${time}`,
      'delete from log_statement; insert into log_statement select * from kept_statement; drop table kept_statement',
      async () =>
        expect((await audit()).problems).toContainEqual(
          expect.objectContaining({ what: 'statement', code: 'made-at-differs' }),
        ),
    );
  expect((await audit()).problems).toEqual([]);
});

test.each([
  ['cut off', (bytes: Uint8Array) => bytes.slice(0, 100)],
  ['empty', () => new Uint8Array()],
  [
    'of another tree',
    (bytes: Uint8Array) => bytes.map((byte, at) => (at === bytes.length - 30 ? byte ^ 1 : byte)),
  ],
])('a receipt that is %s is not kept', async (_, change) => {
  const before = await lodgedSize(school.dataDir, school.origin);
  await expect(keepReceipt(school.dataDir, school.origin, change(firstReceipt))).rejects.toMatchObject({
    code: 'receipt-invalid',
  });
  expect(await lodgedSize(school.dataDir, school.origin)).toBe(before);
});

test('nor is one from a log that the school does not know as its province’s', async () => {
  const own = await vkeyOf(school.dataDir, school.origin);
  await writeFile(join(school.dataDir, 'province-policy'), `log ${own}\nquorum none\n`);
  await expect(keepReceipt(school.dataDir, school.origin, firstReceipt)).rejects.toMatchObject({
    code: 'receipt-invalid',
  });
});
