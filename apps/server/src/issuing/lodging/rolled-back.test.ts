import { cp, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { encodeLeaf, parseCheckpointText, parseNote } from '@hocba/ledger';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeEdge } from '../../http/edge.ts';
import { keepFork, keptReceipts, lodgedSize, lodgingRequest, shownForks } from '../above/lodge.ts';
import { contradictedBy, seenAbove } from '../above/seen-above.ts';
import { auditStore } from '../audit/audit.ts';
import { addPending } from '../log/pending.ts';
import { vkeyOf } from '../log/public-key.ts';
import { publishedLog } from '../log/published.ts';
import { makeHouse, type TestHouse } from '../testing/house.ts';
import { withOtherSignature } from '../testing/other-signature.ts';
import { orderSuccession } from '../writer/end-log.ts';
import { sendAbove } from './call-above.ts';
import { keepLodging } from './keep-lodging.ts';
import { lodgingRoutes } from './routes.ts';
import { alarmsOfLogs } from './schools-lodging.ts';

/** A school, its province, and that province from an older backup: the same key and name over fewer leaves. */
const PLACE = 'so.example/SO-79';
let school: TestHouse;
let province: TestHouse;
let older: TestHouse;
const doors: FastifyInstance[] = [];
let url: string;
let olderUrl: string;

beforeAll(async () => {
  school = await makeHouse({ pupils: 1 });
  province = await makeHouse({ pupils: 1, logPlace: PLACE, schoolId: '8' });
  older = await makeHouse({ pupils: 1, logPlace: PLACE, schoolId: '8' });
  await school.sequencer.ensure(school.origin);
  await province.sequencer.ensure(province.origin);
  await cp(join(province.dataDir, 'keys', 'logs'), join(older.dataDir, 'keys', 'logs'), { recursive: true });
  await older.sequencer.ensure(older.origin);
  await grow(school, 3);
  await grow(province, 3);
  await grow(older, 1);
  const above = await vkeyOf(province.dataDir, province.origin);
  await writeFile(join(school.dataDir, 'province-policy'), `log ${above}\nquorum none\n`);
  const below = `log ${await vkeyOf(school.dataDir, school.origin)}\nquorum none\n`;
  for (const { dataDir } of [province, older]) await writeFile(join(dataDir, 'school-logs'), below);
  [url, olderUrl] = [await open(province), await open(older)];
});
afterAll(async () => {
  await Promise.all(doors.map((door) => door.close()));
  await Promise.all([school, province, older].map((house) => house.close()));
});

async function open({ database, dataDir, now, sequencer, lines }: TestHouse): Promise<string> {
  const { db } = database;
  const app = await makeEdge({
    deps: { db, dataDir, now, log: (line) => lines.push(line) },
    bindings: lodgingRoutes({ db, dataDir, now, sequencer, logHost: PLACE }),
  });
  doors.push(app);
  await app.listen({ host: '127.0.0.1', port: 0 });
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
}
async function grow(house: TestHouse, leaves: number): Promise<void> {
  for (let n = 0; n < leaves; n++) await pend(house);
  await house.sequencer.settle(house.origin);
}
async function pend({ database, origin }: TestHouse): Promise<void> {
  const commitment = crypto.getRandomValues(new Uint8Array(32));
  const leaf = encodeLeaf({ kind: 'transfer', time: 1_780_000_000, commitment });
  await database.db.transaction().execute((trx) => addPending(trx, origin, leaf));
}
/** One look of the school's job at the server of that address. */
async function lookAt(above: string) {
  const { database, dataDir, now, sequencer, origin } = school;
  const kept = keepLodging({ db: database.db, dataDir, sequencer, above, now, log: () => {} });
  await kept.look();
  await kept.stop();
  return kept.problemOf(origin);
}
/** Lodges the newest tree until its receipt is here. */
async function lodge(): Promise<void> {
  await lookAt(url);
  await province.sequencer.settle(province.origin);
  expect(await lookAt(url)).toBeNull();
}
const sizeOf = async ({ dataDir, origin }: TestHouse) =>
  (await publishedLog(dataDir, origin))?.checkpoint.size ?? 0;
const at = ({ database, dataDir }: TestHouse) => ({ db: database.db, dataDir });
const seenSize = async () =>
  parseCheckpointText(parseNote((await seenAbove(school.dataDir, school.origin)) ?? new Uint8Array()).text)
    .size;

test('before the first receipt nothing was seen; afterwards the largest tree, which the level above has', async () => {
  expect(await seenAbove(school.dataDir, school.origin)).toBeNull();
  await lodge();
  expect(await seenSize()).toBe(await sizeOf(province));
  await grow(school, 1);
  await lodge();
  expect(await keptReceipts(school.dataDir, school.origin)).toHaveLength(2);
  expect(await seenSize()).toBe(await sizeOf(province));
  expect(
    await contradictedBy(at(province), (await seenAbove(school.dataDir, school.origin)) ?? new Uint8Array()),
  ).toBeNull();
});

test.each([
  ['no note', () => new TextEncoder().encode('x'), 'malformed'],
  ['of no log here', async () => (await publishedLog(school.dataDir, school.origin))?.note, null],
  [
    'with another signature',
    async () =>
      withOtherSignature((await publishedLog(province.dataDir, province.origin))?.note ?? new Uint8Array()),
    'malformed',
  ],
  [
    'of a name that is a path',
    async () =>
      new TextEncoder().encode(
        new TextDecoder()
          .decode((await publishedLog(province.dataDir, province.origin))?.note)
          .replaceAll(province.origin, '../../keys/logs'),
      ),
    null,
  ],
])('what accuses nobody: a checkpoint that is %s', async (_, make, code) => {
  const judged = contradictedBy(at(older), (await make()) ?? new Uint8Array());
  if (code === null) expect(await judged).toBeNull();
  else await expect(judged).rejects.toMatchObject({ code });
  expect(await shownForks(older.dataDir, older.origin)).toEqual([]);
});

test('a level above with an older backup is told by the school’s next lodging, keeps the proof and writes no more', async () => {
  const [before, lodged] = [await sizeOf(older), await lodgedSize(school.dataDir, school.origin)];
  const seen = (await seenAbove(school.dataDir, school.origin)) ?? new Uint8Array();
  expect(before).toBeLessThan(parseCheckpointText(parseNote(seen).text).size);
  expect(await lookAt(olderUrl)).toBe('above-behind');
  expect(await lodgedSize(school.dataDir, school.origin)).toBe(lodged);
  const [kept, ...more] = await shownForks(older.dataDir, older.origin);
  expect(more).toEqual([]);
  expect(parseNote(kept ?? new Uint8Array()).text).toBe(parseNote(seen).text);
  expect(older.lines.join()).toContain('tạm dừng ghi');
  await pend(older);
  older.sequencer.wake();
  await expect.poll(() => older.lines.join()).toContain('known-checkpoint-ahead');
  expect(await sizeOf(older)).toBe(before);
  // Who runs it sees it, without going to look for it.
  const room = { ...at(older), logHost: PLACE, logKeeper: null, now: older.now };
  const year = older.school.schoolYear;
  expect((await alarmsOfLogs(room, older.school.clerk)).own).toEqual([year]);
  const { problems } = await auditStore({
    connection: older.database.owner,
    dataFolder: older.dataDir,
    now: older.now,
  });
  expect(problems).toContainEqual(expect.objectContaining({ what: 'log', code: 'known-checkpoint-ahead' }));
  // What the backup has is as it was: nothing of it is named for what is not in it.
  expect(problems.map(({ code }) => code)).not.toContain('stored-leaf-differs');
});

test('one that has grown on from the backup is told as well: its leaves are others', async () => {
  const room = at(older);
  const note = (await publishedLog(province.dataDir, province.origin))?.note ?? new Uint8Array();
  const forked = await makeHouse({ pupils: 1, logPlace: PLACE, schoolId: '8' });
  try {
    await cp(join(province.dataDir, 'keys', 'logs'), join(forked.dataDir, 'keys', 'logs'), {
      recursive: true,
    });
    await forked.sequencer.ensure(forked.origin);
    await grow(forked, (await sizeOf(province)) + 2);
    expect(await contradictedBy(at(forked), note)).toBe(forked.origin);
    expect(await shownForks(forked.dataDir, forked.origin)).toHaveLength(1);
  } finally {
    await forked.close();
  }
  // Shown again it stays the one that it is.
  expect(await contradictedBy(room, note)).toBe(older.origin);
});

test('once the newer files are back, the next lodging takes the reproach away', async () => {
  const { dataDir, origin } = province;
  const log = await publishedLog(dataDir, origin);
  await keepFork(dataDir, origin, log?.checkpoint.size ?? 0, log?.note ?? new Uint8Array());
  await grow(school, 1);
  await lodge();
  expect(await shownForks(dataDir, origin)).toEqual([]);
});

test('a lodging that says nothing of what was seen is taken as before', async () => {
  await grow(school, 1);
  const from = await lodgedSize(school.dataDir, school.origin);
  const { file } = await lodgingRequest(school.dataDir, school.origin, from);
  const call = { fetch, url, stopped: new AbortController().signal };
  expect(await sendAbove(call, file)).toMatchObject({ already: false });
});

test('of a log that ended by a theft nothing that was seen elsewhere is a reproach', async () => {
  const note = (await publishedLog(province.dataDir, province.origin))?.note ?? new Uint8Array();
  await orderSuccession({ ...at(older), now: older.now }, older.origin, true);
  expect(await contradictedBy(at(older), note)).toBeNull();
});
