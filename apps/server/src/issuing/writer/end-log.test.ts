import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CLOSED_PATH,
  encodeLeaf,
  formatCheckpointText,
  formatNote,
  leafHash,
  openSuccession,
  SUCCESSION_PATH,
  signNote,
} from '@hocba/ledger';
import { ed25519Signer, fileStorage, generateLogKey } from '@hocba/ledger/node';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Refusal } from '../../refusal.ts';
import { untilHeldUp } from '../../store/testing/held-up.ts';
import { auditStore } from '../audit/audit.ts';
import { closeDay, dayCloser } from '../days/close-days.ts';
import { endOf, openOrigin } from '../log/ends.ts';
import { ed25519, noteSigner, sha256 } from '../log/keys.ts';
import { folderOf, logKeyFile } from '../log/origin.ts';
import { addPending } from '../log/pending.ts';
import { vkeyOf } from '../log/public-key.ts';
import { publishedLog } from '../log/published.ts';
import { listLogs, orderLogEnd } from '../operator/logs.ts';
import { publishStatus } from '../status/status.ts';
import { LOG_HOST, makeHouse, type TestHouse } from '../testing/house.ts';
import { trustBundle } from '../trust/bundle.ts';
import { carryOutSuccession, orderClose, orderSuccession } from './end-log.ts';

let house: TestHouse;
let ids: string[];
beforeAll(async () => {
  house = await makeHouse({ pupils: 2 });
  ids = await house.issueAll();
});
afterAll(() => house.close());

const deps = () => ({ db: house.database.db, dataDir: house.dataDir, now: house.now });
const files = (origin: string) => fileStorage(folderOf(house.dataDir, origin));
const audit = () =>
  auditStore({ connection: house.database.owner, dataFolder: house.dataDir, now: house.now });
const school = () => ({ code: house.school.code, training: true });
const anyLeaf = () =>
  encodeLeaf({ kind: 'issue', time: 1_780_000_000, commitment: crypto.getRandomValues(new Uint8Array(32)) });
const sizeOf = async (origin: string) => (await publishedLog(house.dataDir, origin))?.checkpoint.size;

describe('a log whose key may be stolen', () => {
  let next: string;
  test('is not ended on nothing: unknown, or never cosigned', async () => {
    await expect(orderSuccession(deps(), 'hocba.training/none/2025-2026')).rejects.toMatchObject({
      code: 'unknown-log',
    });
    await expect(orderSuccession(deps(), house.origin)).rejects.toMatchObject({ code: 'nothing-cosigned' });
  });

  test('goes on under a new key; what came behind the last believed tree is logged again', async () => {
    // The last tree that is believed holds the first record only.
    const first = (await publishedLog(house.dataDir, house.origin))?.checkpoint;
    expect(first?.size).toBe(2);
    const ordered = await orderSuccession(deps(), house.origin, true);
    next = ordered.next;
    expect(ordered).toEqual({ next: `${house.origin}.2`, size: 2 });
    await expect(orderSuccession(deps(), house.origin, true)).rejects.toMatchObject({
      code: 'ended-already',
    });
    await expect(
      house.database.db.transaction().execute((trx) => addPending(trx, house.origin, anyLeaf())),
    ).rejects.toBeInstanceOf(Refusal);
    expect(await openOrigin(house.database.db, school(), house.school.schoolYear, LOG_HOST)).toBe(next);
    house.sequencer.wake();
    await house.sequencer.settle(next);
    expect(await sizeOf(house.origin)).toBe(2);
    expect(await sizeOf(next)).toBe(1);
    const document = await files(house.origin).read(SUCCESSION_PATH);
    expect(document).toEqual(await files(next).read(SUCCESSION_PATH));
    const vkey = await vkeyOf(house.dataDir, next);
    expect(await openSuccession(sha256, ed25519, vkey, document ?? new Uint8Array())).toMatchObject({
      last: { origin: house.origin, size: 2, root: first?.root },
      next,
    });
    expect(await audit()).toMatchObject({ ok: true, logs: 2, statements: 1, problems: [] });
    const store = { connection: house.database.owner, dataFolder: house.dataDir, now: house.now };
    expect(await listLogs(store)).toEqual([
      {
        origin: house.origin,
        size: 2,
        life: 'stolen',
        next,
        vkey: await vkeyOf(house.dataDir, house.origin),
        lodged: 0,
        forked: false,
        fault: null,
        aheadUntil: null,
      },
      {
        origin: next,
        size: 1,
        life: 'open',
        next: null,
        vkey: await vkeyOf(house.dataDir, next),
        lodged: 0,
        forked: false,
        fault: null,
        aheadUntil: null,
      },
    ]);
    await expect(orderLogEnd(store, 'close', house.origin, false)).rejects.toMatchObject({
      code: 'ended-already',
    });
    // The year is being taught, and there is no later one: a close by a slip of the hand could never be taken back.
    await expect(orderLogEnd(store, 'close', next, false)).rejects.toMatchObject({
      obstacles: { noLaterLog: true },
    });
    expect(await endOf(house.database.db, next)).toBeNull();
    await expect(orderLogEnd(store, 'close', 'hocba.training/x/2025-2026', false)).rejects.toMatchObject({
      code: 'unknown-log',
    });
    const { bundle } = await trustBundle(deps());
    expect(bundle).toContain('"last":{"root":');
  });

  test('a recall of a record of the old log stands in the new one, and the old one’s status says so', async () => {
    expect(await house.recall(ids[0] ?? '', false)).toBe(1);
    const { bytes } = await publishStatus(deps(), house.origin);
    expect(new TextDecoder().decode(bytes)).toMatch(
      new RegExp(`size 2\n[01] recalled 1 data-entry-error in ${next.replaceAll('.', '\\.')}\n`),
    );
    expect(await audit()).toMatchObject({ ok: true, recalled: 1, problems: [] });
  });

  test('a fork that the thief publishes in our own folder is named', async () => {
    const place = join(folderOf(house.dataDir, house.origin), 'checkpoint');
    const kept = new Uint8Array(await readFile(place));
    const thief = await noteSigner(logKeyFile(house.dataDir, house.origin), house.origin, false);
    const text = formatCheckpointText({ origin: house.origin, size: 2, root: new Uint8Array(32).fill(1) });
    const fork = formatNote({ text, signatures: [await signNote(sha256, ed25519, thief, text)] });
    await files(house.origin).write('checkpoint', fork);
    const { problems } = await audit();
    expect(problems).toContainEqual({
      what: 'log',
      id: `${house.origin}/checkpoint`,
      code: 'root-differs',
    });
    await files(house.origin).write('checkpoint', kept);
    expect(await audit()).toMatchObject({ ok: true });
  });

  test('is closed at its year’s end, with all that waits; its status is still dated, a late act goes to the next year', async () => {
    const { db } = house.database;
    await closeDay(
      { ...deps(), sequencer: house.sequencer, logHost: LOG_HOST },
      { schoolId: house.school.schoolId, schoolYear: house.school.schoolYear, origin: next },
      '2026-05-27',
    );
    await orderClose(deps(), next);
    await expect(orderClose(deps(), next)).rejects.toMatchObject({ code: 'ended-already' });
    house.sequencer.wake();
    await expect.poll(() => files(next).read(CLOSED_PATH)).not.toBeNull();
    // No later year is open: a late act has nowhere to go, and says so.
    await expect(openOrigin(db, school(), house.school.schoolYear, LOG_HOST)).rejects.toMatchObject({
      code: 'log-unavailable',
    });
    const later = house.origin.replace('2025-2026', '2026-2027');
    await house.sequencer.ensure(later);
    expect(await openOrigin(db, school(), house.school.schoolYear, LOG_HOST)).toBe(later);
    expect(await house.recall(ids[1] ?? '', false)).toBe(0);
    const days = () =>
      dayCloser({
        ...deps(),
        sequencer: house.sequencer,
        logHost: LOG_HOST,
        publishStatus: (origin) => publishStatus(deps(), origin),
      })();
    await days();
    await house.sequencer.settle(later);
    const status = new TextDecoder().decode((await files(house.origin).read('status')) ?? new Uint8Array());
    expect(status).toContain(`recalled 0 data-entry-error in ${later}\n`);
    const report = await audit();
    expect(report).toMatchObject({ ok: true, logs: 3, recalled: 2, problems: [] });
    expect(report.statements).toBeGreaterThan(2);
    // The statuses of the closed logs are news to the open one's own; after that nothing is logged again.
    await days();
    await house.sequencer.settle(later);
    const size = await sizeOf(later);
    await days();
    await house.sequencer.settle(later);
    expect(await sizeOf(later)).toBe(size);
  });
});

test('an end waits for the acts that are adding leaves to the log', async () => {
  const { db } = house.database;
  const origin = house.origin.replace('2025-2026', '2027-2028');
  await house.sequencer.ensure(origin);
  const leaf = anyLeaf();
  let ordered = false;
  let order: Promise<void> = Promise.resolve();
  await db.transaction().execute(async (trx) => {
    await addPending(trx, origin, leaf);
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
    order = orderClose(deps(), origin).then(() => {
      ordered = true;
    });
    await untilHeldUp(house.database, rows[0]?.pid ?? 0, () => ordered);
    expect(ordered).toBe(false);
  });
  await order;
  await house.sequencer.settle(origin);
  const row = await db
    .selectFrom('believed_leaf')
    .select('leaf_index')
    .where('leaf_hash', '=', leafHash(sha256, leaf))
    .executeTakeFirst();
  expect(row?.leaf_index).toBe('0');
});

test('a key that is stolen a second time: each log says by which it was followed, however often that is carried out', async () => {
  const { db } = house.database;
  const first = house.origin.replace('2025-2026', '2028-2029');
  await house.sequencer.ensure(first);
  const stolen = async (origin: string) => {
    await db.transaction().execute((trx) => addPending(trx, origin, anyLeaf()));
    house.sequencer.wake();
    await house.sequencer.settle(origin);
    const { next } = await orderSuccession(deps(), origin, true);
    house.sequencer.wake();
    await house.sequencer.settle(next);
    return next;
  };
  const second = await stolen(first);
  const third = await stolen(second);
  for (const origin of [first, second, first]) {
    const end = await endOf(db, origin);
    if (end !== null) await carryOutSuccession(deps(), end);
  }
  const says = async (folder: string, next: string) =>
    openSuccession(
      sha256,
      ed25519,
      await vkeyOf(house.dataDir, next),
      (await files(folder).read(SUCCESSION_PATH)) ?? new Uint8Array(),
    );
  expect(await says(first, second)).toMatchObject({ last: { origin: first }, next: second });
  expect(await says(second, third)).toMatchObject({ last: { origin: second }, next: third });
  expect(await says(third, third)).toMatchObject({ last: { origin: second }, next: third });
  // The leaves of this test are nobody's records.
  expect((await audit()).problems.filter(({ what }) => what !== 'leaf')).toEqual([]);
});

describe('a log whose key is lost for good', () => {
  test('is read again by its public key alone, and followed by another; nothing is signed under the old name', async () => {
    const lost = await makeHouse({ pupils: 1 });
    try {
      await lost.issueAll();
      const { origin, dataDir } = lost;
      const store = { connection: lost.database.owner, dataFolder: dataDir, now: lost.now };
      const all = () => auditStore({ ...store, connection: lost.database.owner });
      const vkey = await vkeyOf(dataDir, origin);
      const order = (key: string) => orderLogEnd(store, 'stolen', origin, true, key);
      await expect(order(vkey)).rejects.toMatchObject({ code: 'key-there' });
      // A status of the newest tree is logged, and will be behind the tree that is believed by nobody else.
      await dayCloser({
        db: lost.database.db,
        sequencer: lost.sequencer,
        logHost: LOG_HOST,
        now: lost.now,
        publishStatus: (of) => publishStatus({ db: lost.database.db, dataDir, now: lost.now }, of),
      })();
      await lost.sequencer.settle(origin);
      const before = await sizeIn(dataDir, origin);
      await rm(logKeyFile(dataDir, origin));
      await lost.sequencer.reopen(origin);
      await lost.database.db.transaction().execute((trx) => addPending(trx, origin, anyLeaf()));
      lost.sequencer.wake();
      await expect.poll(() => lost.sequencer.stoppedBy(origin)).toBe('key');
      expect((await all()).problems).toContainEqual(expect.objectContaining({ code: 'key-missing' }));
      const other = ed25519Signer(origin, generateLogKey()).vkey;
      for (const wrong of [other, vkey.replace(origin, `${origin}.9`), 'x', ''])
        await expect(order(wrong)).rejects.toMatchObject({ code: 'public-key-wrong' });
      expect((await listLogs(store))[0]).toMatchObject({ fault: 'key-missing' });
      expect(await order(vkey)).toEqual({ next: `${origin}.2`, size: before });
      lost.sequencer.wake();
      await lost.sequencer.settle(`${origin}.2`);
      expect(await sizeIn(dataDir, origin)).toBe(before);
      // The leaf that waited, which no record stands behind here, and the statement of what goes on.
      expect(await sizeIn(dataDir, `${origin}.2`)).toBe(2);
      const found = (await all()).problems.map(({ code }) => code);
      expect(found).toEqual(['leaf-without-record']);
      await expect(noteSigner(logKeyFile(dataDir, origin), origin, false)).rejects.toMatchObject({
        code: 'key-missing',
      });
    } finally {
      await lost.close();
    }
  });
});

const sizeIn = async (dataDir: string, origin: string) =>
  (await publishedLog(dataDir, origin))?.checkpoint.size;
