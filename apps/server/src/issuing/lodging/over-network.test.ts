import { cp, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  encodeLeaf,
  formatAddCheckpoint,
  parseAddCheckpoint,
  parseCheckpointText,
  parseNote,
  rootWithin,
} from '@hocba/ledger';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../../access/actor.ts';
import { makeEdge } from '../../http/edge.ts';
import { keepFork, lodgedSize, lodgingRequest, shownForks } from '../above/lodge.ts';
import { auditStore } from '../audit/audit.ts';
import { sha256 } from '../log/keys.ts';
import { addPending } from '../log/pending.ts';
import { vkeyOf } from '../log/public-key.ts';
import { publishedLog } from '../log/published.ts';
import { listLogs } from '../operator/logs.ts';
import { LOG_HOST, makeHouse, type TestHouse } from '../testing/house.ts';
import { withOtherSignature } from '../testing/other-signature.ts';
import { askAbove, sendAbove } from './call-above.ts';
import { forkFile, keptForks } from './forks.ts';
import { type KeptLodging, keepLodging } from './keep-lodging.ts';
import { lodgingRoutes } from './routes.ts';
import { alarmsOfLogs, evidenceOfFork, listSchoolsLodging } from './schools-lodging.ts';

/** A school's installation and its province's: nothing between them but the province's server, by HTTP. */
const PLACE = 'so.example/SO-79';
let school: TestHouse;
let province: TestHouse;
let app: FastifyInstance;
let url: string;
const lines: string[] = [];

beforeAll(async () => {
  school = await makeHouse({ pupils: 1 });
  province = await makeHouse({ pupils: 1, logPlace: PLACE, schoolId: '8' });
  await school.sequencer.ensure(school.origin);
  await province.sequencer.ensure(province.origin);
  await grow(school, 3);
  await grow(province, 1);
  const above = await vkeyOf(province.dataDir, province.origin);
  await writeFile(join(school.dataDir, 'province-policy'), `log ${above}\nquorum none\n`);
  const { db } = province.database;
  const { dataDir, now, sequencer } = province;
  app = await makeEdge({
    deps: { db, dataDir, now, log: (line) => lines.push(line) },
    bindings: lodgingRoutes({ db, dataDir, now, sequencer, logHost: PLACE }),
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await app.close();
  await school.close();
  await province.close();
});

async function pend(house: TestHouse): Promise<void> {
  const commitment = crypto.getRandomValues(new Uint8Array(32));
  const leaf = encodeLeaf({ kind: 'transfer', time: 1_780_000_000, commitment });
  await house.database.db.transaction().execute((trx) => addPending(trx, house.origin, leaf));
}
async function grow(house: TestHouse, leaves: number): Promise<void> {
  for (let n = 0; n < leaves; n++) await pend(house);
  await house.sequencer.settle(house.origin);
}
const know = (vkey: string) => writeFile(join(province.dataDir, 'school-logs'), `log ${vkey}\nquorum none\n`);
const call = (fetcher: typeof fetch = fetch) => ({
  fetch: fetcher,
  url,
  stopped: new AbortController().signal,
});
const sizeAbove = async () => (await publishedLog(province.dataDir, province.origin))?.checkpoint.size ?? 0;
const sizeHere = async () => (await publishedLog(school.dataDir, school.origin))?.checkpoint.size ?? 0;
const post = async (body: unknown): Promise<{ status: number; error: string }> => {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/api/lodged`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: answer.status, error: ((await answer.json()) as { error: string }).error };
};

/** The school's job with a clock of its own, which is set forward instead of waited for. */
function job(fetcher: typeof fetch = fetch) {
  const said: string[] = [];
  const reopened: string[] = [];
  let ahead = 0;
  const kept: KeptLodging = keepLodging({
    db: school.database.db,
    dataDir: school.dataDir,
    sequencer: { reopen: async (origin) => void reopened.push(origin) },
    above: url,
    now: () => new Date(school.now().getTime() + ahead),
    log: (line) => said.push(line),
    fetch: fetcher,
  });
  const later = async (hours: number) => {
    await kept.look();
    ahead += hours * 3_600_000;
    await kept.look();
  };
  return { ...kept, later, said, reopened, problem: () => kept.problemOf(school.origin) };
}

test('a log that is not registered above is refused, and the job says so once and goes on', async () => {
  const { later, stop, said, problem } = job();
  await later(1);
  await later(1);
  expect(problem()).toBe('unknown-log');
  expect(said).toHaveLength(1);
  expect(await sizeAbove()).toBe(1);
  await know(await vkeyOf(school.dataDir, school.origin));
  await later(24);
  expect(problem()).toBeNull();
  await stop();
});

test('what was sent becomes a leaf above, and its receipt comes back and is kept', async () => {
  const { later, stop, problem } = job();
  await province.sequencer.settle(province.origin);
  expect(await sizeAbove()).toBe(2);
  await later(1);
  expect([problem(), await lodgedSize(school.dataDir, school.origin)]).toEqual([null, 3]);
  await grow(school, 2);
  await later(1);
  await province.sequencer.settle(province.origin);
  await later(0);
  expect(await lodgedSize(school.dataDir, school.origin)).toBe(5);
  // As often as one likes: nothing is lodged twice.
  for (let n = 0; n < 3; n++) await later(24);
  await province.sequencer.settle(province.origin);
  expect(await sizeAbove()).toBe(3);
  await stop();
  const own = await auditStore({
    connection: school.database.owner,
    dataFolder: school.dataDir,
    now: school.now,
  });
  expect(own.lodged).toEqual([{ origin: school.origin, size: 5 }]);
});

test('a tree that was shown while an older backup stood here is no reproach once the newer files are back', async () => {
  const log = await publishedLog(school.dataDir, school.origin);
  await keepFork(school.dataDir, school.origin, log?.checkpoint.size ?? 0, log?.note ?? new Uint8Array());
  expect(await shownForks(school.dataDir, school.origin)).toHaveLength(1);
  const { later, stop, problem } = job();
  await later(0);
  expect([problem(), await shownForks(school.dataDir, school.origin)]).toEqual([null, []]);
  await stop();
});

test('an answer that is lost on the way does no harm: the next call finds what was taken', async () => {
  await grow(school, 1);
  const losing: typeof fetch = async (...args) => {
    const answer = await fetch(...args);
    if (args[1]?.method === 'POST') throw new TypeError('connection lost');
    return answer;
  };
  const first = job(losing);
  await first.later(0);
  expect(first.problem()).toBe('unreachable');
  await first.stop();
  await province.sequencer.settle(province.origin);
  const size = await sizeAbove();
  const second = job();
  await second.later(0);
  await province.sequencer.settle(province.origin);
  expect(await lodgedSize(school.dataDir, school.origin)).toBe(await sizeHere());
  expect(await sizeAbove()).toBe(size);
  await second.stop();
});

describe('what the door above does not take', () => {
  test('each thing has its own refusal and changes nothing', async () => {
    await grow(school, 1);
    const before = await sizeAbove();
    const { file } = await lodgingRequest(school.dataDir, school.origin, 6);
    const request = new TextDecoder().decode(file);
    const { oldSize, proof, checkpoint } = parseAddCheckpoint(file);
    const text = (parts: Parameters<typeof formatAddCheckpoint>[0]) =>
      new TextDecoder().decode(formatAddCheckpoint(parts));
    const flipped = withOtherSignature(checkpoint);
    for (const [status, error, body] of [
      [400, 'invalid-input', {}],
      [400, 'invalid-input', { request, more: 1 }],
      [400, 'invalid-input', { request: request.slice(0, 40) }],
      [400, 'invalid-input', { request: 'x'.repeat(70_000) }],
      [413, 'file-too-large', { request: 'x'.repeat(2_000_000) }],
      [404, 'log-unknown', { request: request.replaceAll(school.origin, 'hocba.training/x/2025-2026') }],
      [403, 'checkpoint-refused', { request: text({ oldSize, proof, checkpoint: flipped }) }],
      [409, 'checkpoint-behind', { request: text({ oldSize: 5, proof, checkpoint }) }],
      [422, 'checkpoint-unproven', { request: text({ oldSize, proof: [new Uint8Array(32)], checkpoint }) }],
    ] as const)
      expect(await post(body), error).toEqual({ status, error });
    await province.sequencer.settle(province.origin);
    expect(await sizeAbove()).toBe(before);
    await expect(askAbove(call(), 'hocba.training/y/2025-2026')).rejects.toMatchObject({
      code: 'unknown-log',
    });
  });

  test('more leaves of one log in an hour than its share', async () => {
    for (let n = 0; n < 12; n++) {
      const answer = await sendAbove(
        call(),
        (await lodgingRequest(school.dataDir, school.origin, (await askAbove(call(), school.origin)).size))
          .file,
      ).catch((error: unknown) => error);
      if ((answer as { code?: string }).code === 'too-often') return;
      await grow(school, 1);
    }
    expect.fail('never refused');
  });
});

test.each([
  ['a page of a proxy', () => new Response('<html>', { status: 200 }), 'bad-answer'],
  [
    'an answer with more than the contract',
    () => Response.json({ size: 1, checkpoint: null, receipt: null, x: 1 }),
    'bad-answer',
  ],
  ['an endless answer', () => new Response('x'.repeat(300_000)), 'bad-answer'],
  [
    'a size without its checkpoint',
    () => Response.json({ size: 1, checkpoint: null, receipt: null }),
    'bad-answer',
  ],
  ['a server that is just starting', () => new Response('', { status: 503 }), 'unreachable'],
])('of what answers above %s is not believed', async (_, answer, code) => {
  const before = await lodgedSize(school.dataDir, school.origin);
  const { look, stop, problem, reopened } = job(async () => answer());
  await look();
  expect([problem(), reopened]).toEqual([code, []]);
  expect(await lodgedSize(school.dataDir, school.origin)).toBe(before);
  await stop();
});

describe('another tree under the same key', () => {
  let other: TestHouse;
  const lookFrom = async (sequencer: Pick<TestHouse['sequencer'], 'reopen'>) => {
    const { database, dataDir, now, origin } = other;
    const kept = keepLodging({ db: database.db, dataDir, sequencer, above: url, now, log: () => {} });
    await kept.look();
    await kept.stop();
    return kept.problemOf(origin);
  };
  beforeAll(async () => {
    other = await makeHouse({ pupils: 1 });
    await cp(join(school.dataDir, 'keys', 'logs'), join(other.dataDir, 'keys', 'logs'), { recursive: true });
    await other.sequencer.ensure(other.origin);
  });
  afterAll(() => other.close());

  test('an older backup of the school is found by what the level above holds', async () => {
    const held = (await askAbove(call(), school.origin)).size;
    await grow(other, held - 1);
    expect(await lookFrom({ reopen: async () => {} })).toBe('older');
    const store = { connection: other.database.owner, dataFolder: other.dataDir };
    expect(await listLogs(store)).toMatchObject([{ origin: other.origin, forked: true }]);
  });

  test('another history is refused and kept above; named by job and audit, and the log writes no more', async () => {
    const held = (await askAbove(call(), school.origin)).size;
    // Grown on from there: the school's own server shows what contradicts the lodged tree.
    await grow(other, 3);
    expect(await lookFrom(other.sequencer)).toBe('forked');
    expect(lines.join()).toContain('lịch sử khác');
    expect(await keptForks(province.dataDir)).toMatchObject([
      { origin: school.origin, held, shown: held + 2, larger: true },
    ]);
    // Whoever has the lodged tree can tell by the two files alone.
    const kept = { origin: school.origin, held };
    const { proof, checkpoint } = parseAddCheckpoint(
      (await forkFile(province.dataDir, kept, 'proof')) as Uint8Array,
    );
    const { size, root } = parseCheckpointText(parseNote(checkpoint).text);
    const begun = rootWithin(sha256, { first: held, second: size, secondRoot: root, path: proof });
    expect(begun).not.toBeNull();
    const lodged = (await askAbove(call(), school.origin)).checkpoint ?? '';
    expect(begun).not.toEqual(parseCheckpointText(parseNote(new TextEncoder().encode(lodged)).text).root);
    const { problems } = await auditStore({
      connection: other.database.owner,
      dataFolder: other.dataDir,
      now: other.now,
    });
    expect(problems).toContainEqual(
      expect.objectContaining({ what: 'log', code: 'known-checkpoint-differs' }),
    );
    await pend(other);
    other.sequencer.wake();
    await expect.poll(() => other.lines.join()).toContain('checkpoint-inconsistent');
    expect((await publishedLog(other.dataDir, other.origin))?.checkpoint.size).toBe(held + 2);
  });

  test('who runs the shared log sees who lodges, who is silent, and the evidence; nobody else does', async () => {
    const { database, dataDir, school: office } = province;
    const room = { db: database.db, dataDir, logHost: PLACE, logKeeper: null, now: province.now };
    const admin: Actor = { ...office.principal, roles: ['admin'] };
    const { origin } = school;
    const { logs } = await listSchoolsLodging(room, admin);
    const [{ held = 0 } = {}] = logs[0]?.forks ?? [];
    expect(logs).toMatchObject([
      {
        origin,
        registered: true,
        silent: false,
        last: { leaves: held },
        forks: [{ shown: held + 2, larger: true }],
      },
    ]);
    const inAWeek = () => new Date(province.now().getTime() + 8 * 86_400_000);
    expect((await listSchoolsLodging({ ...room, now: inAWeek }, admin)).logs[0]?.silent).toBe(true);

    const file = async (of: string, part: 'held' | 'shown' | 'proof', size = held) =>
      new TextDecoder().decode((await evidenceOfFork(room, admin, { origin: of, held: size, part })).bytes);
    expect(await file(origin, 'held')).toBe((await askAbove(call(), origin)).checkpoint);
    const [, second] = (await file(origin, 'shown')).split('\n');
    expect([second, await file(origin, 'proof')]).toEqual([`${held + 2}`, expect.stringMatching(/^old /)]);
    for (const [of, part, size] of [
      [origin, 'held', held + 1],
      [origin, 'shown', held + 1],
      ['hocba.training/x/2025-2026', 'held', held],
      ['../../keys', 'proof', held],
    ] as const)
      await expect(file(of, part, size), `${of} ${part}`).rejects.toMatchObject({ code: 'not-found' });

    for (const [who, at] of [
      [office.principal, room],
      [office.clerk, room],
      [admin, { ...room, logKeeper: 'another' }],
      [admin, { ...room, logHost: 'so.example' }],
    ] as const) {
      await expect(listSchoolsLodging(at, who)).rejects.toMatchObject({ code: 'not-allowed' });
      expect((await alarmsOfLogs(at, who)).others).toEqual([]);
    }
    const named = { ...room, logKeeper: office.code };
    const told = { schoolCode: school.school.code, schoolYear: school.school.schoolYear };
    expect(await alarmsOfLogs(named, admin)).toEqual({ own: [], stopped: [], others: [told] });
    const below = { db: other.database.db, dataDir: other.dataDir, logHost: LOG_HOST, logKeeper: null };
    expect(await alarmsOfLogs({ ...below, now: other.now }, other.school.clerk)).toEqual({
      own: [told.schoolYear],
      stopped: [],
      others: [],
    });
    // Its key is believed no more: what is kept stays, and the alarm has done its work.
    await know(await vkeyOf(dataDir, province.origin));
    expect((await alarmsOfLogs(room, admin)).others).toEqual([]);
    expect((await listSchoolsLodging(room, admin)).logs).toContainEqual(
      expect.objectContaining({ origin, registered: false, silent: false, forks: [expect.anything()] }),
    );
  });
});
