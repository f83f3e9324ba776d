import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsePolicy, verifyProofFile } from '@hocba/ledger';
import { nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import { openBundle } from '@hocba/verify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inSchool } from '../../store/database.ts';
import { auditStore } from '../audit/audit.ts';
import { anchorHeads } from '../days/anchor-heads.ts';
import { dayCloser } from '../days/close-days.ts';
import { issuedRecord, proofOf } from '../issue/issued.ts';
import { endOf, openOrigin, schoolYearLogs } from '../log/ends.ts';
import { originOf } from '../log/origin.ts';
import { readLogSettings, requireSamePlace } from '../log/settings.ts';
import { publishStatus } from '../status/status.ts';
import { makeHouse, type TestHouse } from '../testing/house.ts';
import { trustBundle } from '../trust/bundle.ts';
import { closesOn } from './coming-closes.ts';
import { orderClose } from './end-log.ts';

/** All schools of an installation in one log a year. */
const PLACE = 'so.example/SO-79';
const SHARD = 'hocba.training/SO-79/2025-2026';
let one: TestHouse;
let two: TestHouse;
let ids: { readonly one: string[]; readonly two: string[] };
beforeAll(async () => {
  one = await makeHouse({ pupils: 1, logPlace: PLACE });
  two = await makeHouse({ pupils: 1, logPlace: PLACE, schoolId: '8', beside: one });
  ids = { one: await one.issueAll(), two: await two.issueAll() };
});
afterAll(async () => {
  await two.close();
  await one.close();
});

const deps = () => ({ db: one.database.db, dataDir: one.dataDir, now: one.now });
const audit = () => auditStore({ connection: one.database.owner, dataFolder: one.dataDir, now: one.now });
const statusOf = async (origin: string) =>
  new TextDecoder().decode((await publishStatus(deps(), origin)).bytes);

describe('two schools that share a log', () => {
  test('stand in it together, each record once, and its proof says so', async () => {
    expect([one.origin, two.origin]).toEqual([SHARD, SHARD]);
    const indexes: number[] = [];
    for (const [house, recordId] of [
      [one, ids.one[0]],
      [two, ids.two[0]],
    ] as const) {
      const asked = { ...deps(), logHost: PLACE, sequencer: one.sequencer };
      const { proof, leafIndex, issued } = await proofOf(asked, house.school.schoolId, recordId ?? '');
      const { policy } = await trustBundle(deps());
      const found = await verifyProofFile(
        nodeSha256,
        nodeEd25519,
        parsePolicy(nodeSha256, policy),
        issued.leaf,
        proof,
      );
      expect(found).toMatchObject({ valid: true, index: leafIndex, checkpoint: { origin: SHARD } });
      indexes.push(leafIndex);
    }
    expect(new Set(indexes).size).toBe(2);
    expect(await audit()).toMatchObject({ ok: true, logs: 1, issued: 2, problems: [] });
  });

  test('a recall of either is in the one status, each for its own reason', async () => {
    expect(await one.recall(ids.one[0] ?? '', false)).not.toBeNull();
    expect(await two.recall(ids.two[0] ?? '', false)).not.toBeNull();
    await one.database.asOwner(
      `set session_replication_role = replica; update recalled_record set reason_code = 'wrong-pupil' where school_id = 8`,
    );
    const status = await statusOf(SHARD);
    expect(status).toMatch(/^\d+ recalled \d+ data-entry-error$/m);
    expect(status).toMatch(/^\d+ recalled \d+ wrong-pupil$/m);
    await one.database.asOwner(
      `set session_replication_role = replica; update recalled_record set reason_code = 'data-entry-error' where school_id = 8`,
    );
  });

  test('each anchors its own chains: one that moved does not hide the other', async () => {
    const of = ({ school }: TestHouse) => ({
      schoolId: school.schoolId,
      schoolYear: school.schoolYear,
      origin: SHARD,
    });
    const anchor = (house: TestHouse) => anchorHeads({ ...deps(), sequencer: one.sequencer }, of(house));
    expect([await anchor(one), await anchor(two), await anchor(one), await anchor(two)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    await dayCloser({ ...deps(), sequencer: one.sequencer, logHost: PLACE })();
    await one.sequencer.settle(SHARD);
    expect(await audit()).toMatchObject({ ok: true, recalled: 2, problems: [] });
  });

  test('the trust bundle names it for each, for a school that came later from then on', async () => {
    const later = new Date(one.now().getTime() + 3_600_000);
    await one.database.asOwner(
      'update school set created_at = case when school_id = 8 then $1::timestamptz else $2 end',
      [later, new Date(0)],
    );
    const given = await trustBundle(deps());
    const bundle = await openBundle(
      nodeSha256,
      nodeEd25519,
      [given.vkey],
      new TextEncoder().encode(given.bundle),
    );
    const [first, second] = bundle.schools.map(({ logs }) => logs);
    expect([first, second]).toMatchObject([[{ origin: SHARD }], [{ origin: SHARD }]]);
    expect(second?.[0]?.from).toBe(Math.floor(later.getTime() / 1000));
    expect(first?.[0]?.from).toBeLessThan(second?.[0]?.from ?? 0);
  });
});

describe('an installation that comes to share a log', () => {
  let house: TestHouse;
  let recordId: string;
  const NEXT = 'hocba.training/SO-79/2026-2027';
  beforeAll(async () => {
    house = await makeHouse({ pupils: 1 });
    [recordId = ''] = await house.issueAll();
  });
  afterAll(() => house.close());

  test('begins with the next year; a late recall of the old one stands there and the old log’s status says so', async () => {
    const { database, dataDir, now, sequencer, school } = house;
    const { db } = database;
    const its = { code: school.code, training: true };
    expect(await openOrigin(db, its, '2025-2026', PLACE)).toBe(house.origin);
    expect(await openOrigin(db, its, '2026-2027', PLACE)).toBe(NEXT);
    await sequencer.ensure(NEXT);
    await orderClose({ db, dataDir, now }, house.origin);
    expect((await endOf(db, house.origin))?.how).toBe('closed');
    expect(await openOrigin(db, its, '2025-2026', PLACE)).toBe(NEXT);
    expect(await schoolYearLogs(db, PLACE)).toMatchObject([{ origin: NEXT, current: false }]);
    expect(await house.recall(recordId, false)).toBe(0);
    const { bytes } = await publishStatus({ db, dataDir, now }, house.origin);
    expect(new TextDecoder().decode(bytes)).toContain(`recalled 0 data-entry-error in ${NEXT}\n`);
    const issued = await inSchool(db, school.schoolId, (trx) =>
      issuedRecord(trx, school.schoolId, recordId, PLACE),
    );
    expect(issued?.origin).toBe(house.origin);
    const report = await auditStore({ connection: database.owner, dataFolder: dataDir, now });
    expect(report).toMatchObject({ ok: true, logs: 2, recalled: 1, problems: [] });
  });

  test('and cannot leave it, nor take another name or host', async () => {
    const { db } = house.database;
    await requireSamePlace(db, PLACE);
    await requireSamePlace(db, 'so-khac.example/SO-79');
    await expect(requireSamePlace(db, 'so.example')).rejects.toThrow(/“SO-79”/);
    await expect(requireSamePlace(db, 'so.example/SO-80')).rejects.toThrow(/“SO-79”/);
    await expect(requireSamePlace(db, `so.example/${house.school.code}`)).rejects.toThrow(
      /mã của một trường/,
    );
    const real = originOf({ code: house.school.code, training: false }, '2025-2026', 'so.example');
    await db.insertInto('log_state').values({ origin: real, inception: new Date() }).execute();
    await requireSamePlace(db, PLACE);
    await expect(requireSamePlace(db, 'so-khac.example/SO-79')).rejects.toThrow(/“so.example”/);
  });
});

describe('log.json', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hocba-log-settings-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const read = async (text: string) => {
    await writeFile(join(folder, 'log.json'), text);
    return readLogSettings(folder);
  };

  test('says where the logs are; without it each school has its own', async () => {
    expect(readLogSettings(folder)).toMatchObject({ place: 'hocba.vn' });
    expect(await read('{}')).toMatchObject({ place: 'hocba.vn' });
    const shared = { place: 'so.example/79', keeper: null };
    expect(await read('{"host":"so.example","shared":"79"}')).toMatchObject(shared);
    expect(await read('{"host":"so.example","shared":"79","keeper":"SO79"}')).toMatchObject({
      keeper: 'SO79',
    });
  });

  test('says where checkpoints are lodged and when a year’s log is closed; neither is done unless it is said', async () => {
    expect(await read('{}')).toMatchObject({ lodgeAt: null, closeOn: null });
    expect(await read('{"lodgeAt":"https://so.example/","closeOn":"12-31"}')).toMatchObject({
      lodgeAt: 'https://so.example',
      closeOn: '12-31',
    });
    expect(await read('{"lodgeAt":"http://127.0.0.1:8090"}')).toMatchObject({
      lodgeAt: 'http://127.0.0.1:8090',
    });
  });

  test.each([
    ['so.example/79/2025-2026', '12-31', '2026-12-31'],
    ['so.example/79/2025-2026', '07-01', '2026-07-01'],
    ['so.example/79/2025-2026', '06-30', '2027-06-30'],
    ['so.example/79/2025-2026.2', '01-15', '2027-01-15'],
  ])('%s with %s is closed from %s on', (origin, day, on) => {
    expect(closesOn(origin, day)).toBe(on);
  });

  test.each([
    '{"host":"hocba.training"}',
    '{"host":"So.Example"}',
    '{"host":"so.example/79"}',
    '{"shared":""}',
    '{"shared":"7 9"}',
    '{"shared":"../79"}',
    '{"shared":79}',
    '{"shard":"79"}',
    '{"keeper":"SO79"}',
    '{"shared":"79","keeper":""}',
    ...['02-29', '13-01', '00-10', '1-1', '31-12', '2026-12-31', ''].map((day) => `{"closeOn":"${day}"}`),
    '{"closeOn":1231}',
    ...[
      'so.example',
      'http://so.example',
      'https://so.example/api',
      'https://a@so.example',
      'ftp://so.example',
    ].map((url) => `{"lodgeAt":"${url}"}`),
  ])('%s is refused, and named', async (text) => {
    await expect(read(text)).rejects.toThrow(/^log\.json không đúng ở: /);
  });
});
