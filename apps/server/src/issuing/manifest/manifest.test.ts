import {
  decodeLeaf,
  decodeManifest,
  manifestRoot,
  parseProofFile,
  readManifestReceipt,
  verifyManifestPath,
} from '@hocba/ledger';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { thawRecords } from '../../signing/freeze/thaw.ts';
import { inSchool } from '../../store/database.ts';
import { auditStore } from '../audit/audit.ts';
import { sha256 } from '../log/keys.ts';
import { schoolOverview } from '../overview.ts';
import { LOG_HOST, makeHouse, type TestHouse } from '../testing/house.ts';
import { lifeOf } from '../trust/log-standing.ts';
import { closeDueLogs, comingCloses } from '../writer/coming-closes.ts';
import { closingOf, prepareClassClosing, sealClassClosing } from './close-class.ts';
import { closingWork } from './closing-work.ts';
import { recordListProof } from './list-proof.ts';
import { signManifest } from './signed.ts';

let house: TestHouse;
let ids: string[];
const deps = () => ({
  db: house.database.db,
  signers: house.signers,
  sequencer: house.sequencer,
  logHost: LOG_HOST,
  now: house.now,
});
const { closing, prepare, seal } = {
  closing: () => closingOf(deps(), house.school.homeroom, house.school.classId),
  prepare: (none: { pupilId: string; reason: 'transferred' | 'other'; note: string }[] = []) =>
    prepareClassClosing(deps(), house.school.homeroom, house.school.classId, { none }),
  seal: () => sealClassClosing(deps(), house.school.clerk, house.school.classId),
};
const audit = () =>
  auditStore({ connection: house.database.owner, dataFolder: house.dataDir, now: house.now });
/** What would keep the year's log open past its day, were it this day. */
const coming = (closeOn: string | null, day = '2026-12-31') =>
  comingCloses({ ...deps(), dataDir: house.dataDir, closeOn, now: () => new Date(`${day}T03:00:00Z`) });
/** Whose turn it is, as the homeroom teacher's and the office's work pages and the school's table say it. */
const turns = async () => {
  const { school, database } = house;
  const { classes } = await schoolOverview(deps(), school.principal);
  return inSchool(database.db, school.schoolId, async (trx) => ({
    school: classes.map(({ closing, attention }) => [closing, ...attention]),
    homeroom: await closingWork.ofClass(trx, school.homeroom, { classId: school.classId, name: '4A' }),
    clerk: await closingWork.ofSchool(trx, school.clerk, '2025-2026'),
    principal: await closingWork.ofSchool(trx, school.principal, '2025-2026'),
    teacher: await closingWork.ofSchool(trx, school.homeroom, '2025-2026'),
  }));
};
const asSuperuser = (statement: string) =>
  house.database.asOwner(`set session_replication_role = replica; ${statement}`);

beforeAll(async () => {
  house = await makeHouse({ pupils: 3 });
});
afterAll(() => house.close());

describe('the close of a class’s year', () => {
  test('says what stands in the way, pupil by pupil, and signs nothing', async () => {
    ids = (await house.freeze()).sort();
    const open = await closing();
    expect(open).toMatchObject({ state: 'open', mayPrepare: true, maySeal: false, version: 0 });
    expect(open.pupils.map((pupil) => pupil.state)).toEqual(['waiting', 'waiting', 'waiting']);
    await expect(prepare()).rejects.toMatchObject({ code: 'year-not-ready' });
    await expect(seal()).rejects.toMatchObject({ code: 'year-not-ready' });
    expect(await turns()).toEqual({
      school: [['notYet']],
      homeroom: [],
      clerk: [],
      principal: [],
      teacher: [],
    });
    expect(await coming(null)).toEqual([]);
    expect(await coming('12-31')).toEqual([
      {
        origin: house.origin,
        on: '2026-12-31',
        obstacles: { noLaterLog: true, unlockedYears: 0, unfinishedRecords: 3, unclosedClasses: 0 },
      },
    ]);
    expect(await coming('02-01', '2026-05-28')).toMatchObject([
      { on: '2027-02-01', obstacles: { unlockedYears: 1 } },
    ]);
  });

  test('who has no record needs a reason, and an unclear one words', async () => {
    await house.issueAll();
    const [gone] = ids;
    await house.recall(gone ?? '', false);
    const { pupils } = await closing();
    expect(pupils.map((pupil) => pupil.state).sort()).toEqual(['issued', 'issued', 'none']);
    const pupilId = pupils.find((pupil) => pupil.state === 'none')?.pupilId ?? '';
    expect(await turns()).toMatchObject({
      school: [['toSign', expect.stringContaining('thu hồi')]],
      homeroom: [
        { status: 'waiting', statusText: '1 em chưa có học bạ', detail: expect.stringMatching(/^2\/3 em/) },
      ],
      clerk: [{ link: '/khep-nam', status: 'waiting', statusText: 'Chờ các lớp ký danh sách' }],
      teacher: [],
    });
    await expect(prepare()).rejects.toMatchObject({ code: 'year-not-ready' });
    await expect(prepare([{ pupilId, reason: 'other', note: ' ' }])).rejects.toMatchObject({
      code: 'year-not-ready',
    });
    expect(await prepare([{ pupilId, reason: 'transferred', note: '' }])).toEqual({ version: 1 });
    expect(await closing()).toMatchObject({ state: 'prepared' });
    expect(await turns()).toMatchObject({
      school: [['toSeal', expect.anything()]],
      homeroom: [{ status: 'waiting', statusText: 'Chờ nhà trường đóng dấu' }],
      clerk: [{ status: 'inProgress', statusText: '1 lớp chờ đóng dấu' }],
      principal: [{ status: 'waiting', statusText: '1 lớp chờ đóng dấu' }],
    });
    expect(await coming('12-31')).toMatchObject([
      { obstacles: { noLaterLog: true, unfinishedRecords: 0, unclosedClasses: 1 } },
    ]);
  });

  test('the seal makes it a leaf; the audit holds it and names who has not arrived elsewhere', async () => {
    const { leafIndex } = await seal();
    expect(leafIndex).toBe(4);
    expect(await closing()).toMatchObject({ state: 'closed', leafIndex, outdated: false });
    await expect(seal()).rejects.toMatchObject({ code: 'already-closed' });
    expect(await turns()).toMatchObject({
      school: [['closed', expect.anything()]],
      homeroom: [{ status: 'done' }],
      clerk: [{ status: 'done', detail: expect.stringMatching(/^1\/1 lớp/) }],
    });
    const report = await audit();
    expect(report).toMatchObject({ ok: true, manifests: 1, problems: [] });
    expect(report.open).toEqual([
      { what: 'manifest', id: expect.stringContaining(house.school.classId), code: 'not-arrived' },
    ]);
  });

  test('a transfer carries the pupil’s path, which names no classmate and holds against the leaf', async () => {
    const [, second = ''] = ids;
    const { bytes } = await recordListProof(
      { ...deps(), dataDir: house.dataDir },
      house.school.clerk,
      second,
    );
    const extra = parseProofFile(bytes).extra ?? new Uint8Array();
    const text = new TextDecoder().decode(bytes) + new TextDecoder().decode(extra);
    const [row] = await house.database.asOwner<{ leaf: Buffer; pupil_code: string }>(
      `select c.leaf, p.pupil_code from class_closing c, record r join pupil p using (school_id, pupil_id) where r.record_id = '${second}'`,
    );
    const { path, leaf } = readManifestReceipt(extra);
    expect(leaf).toEqual(new Uint8Array(row?.leaf ?? []));
    expect(verifyManifestPath(sha256, path, leaf)).toMatchObject({
      valid: true,
      entry: { pupil: row?.pupil_code, state: 'issued' },
    });
    for (const { pupilCode } of house.school.pupils)
      if (pupilCode !== row?.pupil_code) expect(text).not.toContain(pupilCode);
  });
});

describe('what does not agree with the list is named', () => {
  async function after(change: string, undo: string) {
    await asSuperuser(change);
    try {
      return (await audit()).problems.filter((problem) => problem.what === 'manifest');
    } finally {
      await asSuperuser(undo);
    }
  }
  const flip = (table: string, column: string) =>
    `update ${table} set ${column} = set_byte(${column}, 40, get_byte(${column}, 40) # 1)`;

  test.each([
    ['homeroom signature', 'class_manifest', 'signature', 'homeroom-signature-invalid'],
    ['seal', 'class_closing', 'signature', 'seal-signature-invalid'],
    ['leaf', 'class_closing', 'leaf', 'leaf-differs'],
  ])('a flipped bit in the %s', async (_, table, column, code) => {
    const change = flip(table, column);
    expect(await after(change, change)).toEqual([
      { what: 'manifest', id: `${house.school.classId} 1`, code },
    ]);
  });

  test('somebody else’s good signature in the homeroom teacher’s place, also where the class was given to that one', async () => {
    const { schoolId, clerk, classId, homeroom } = house.school;
    const [row] = await house.database.asOwner<{ manifest: Buffer }>('select manifest from class_manifest');
    const root = manifestRoot(sha256, decodeManifest(new Uint8Array(row?.manifest ?? [])));
    const by = await signManifest(house.signers, { schoolId, staffId: clerk.staffId }, root, house.now());
    const change = `create table kept as select * from class_manifest;
      update class_manifest set signed_by = '${clerk.staffId}', certificate_id = '${by.certificateId}',
        signing_time = '${by.signingTime}', algorithm = '${by.algorithm}',
        signature = '\\x${Buffer.from(by.signature).toString('hex')}'`;
    const undo = 'delete from class_manifest; insert into class_manifest select * from kept; drop table kept';
    const id = `${classId} 1`;
    expect(await after(change, undo)).toEqual([{ what: 'manifest', id, code: 'homeroom-signer-differs' }]);
    const give = (to: string) => `update class set homeroom_staff_id = '${to}' where class_id = '${classId}'`;
    await asSuperuser(`${change}; ${give(clerk.staffId)}`);
    const { problems, open } = await audit();
    await asSuperuser(`${undo}; ${give(homeroom.staffId)}`);
    // The list by itself could be that one's: that class and list were written so behind the application, their notes tell.
    expect(problems).toEqual(
      ['class -', 'class_manifest 1'].map((row) => ({
        what: 'row',
        id: `${classId} ${row}`,
        code: 'changed-behind',
      })),
    );
    expect(open).toContainEqual({ what: 'manifest', id, code: 'signed-by-later-homeroom-teacher' });
  });

  test('a pupil of the roll whom the list leaves out', async () => {
    const [pupil] = house.school.pupils;
    const found = await after(
      `insert into pupil (school_id, pupil_id, pupil_code, full_name) values (${house.school.schoolId}, '00000000-0000-4000-8000-00000000000a', 'HS-THEM', 'Học sinh thêm');
       insert into enrolment select school_id, class_id, '00000000-0000-4000-8000-00000000000a', 99, grade, arrived_on, null from enrolment where pupil_id = '${pupil?.pupilId}'`,
      `delete from enrolment where ordinal = 99; delete from pupil where pupil_code = 'HS-THEM'`,
    );
    expect(found).toEqual([{ what: 'manifest', id: `${house.school.classId}/HS-THEM`, code: 'missing' }]);
  });

  test('a list taken away: its leaf stays in the log and says so', async () => {
    await asSuperuser('create table kept as select * from class_closing; delete from class_closing');
    const { problems } = await audit();
    await asSuperuser('insert into class_closing select * from kept; drop table kept');
    expect(problems).toContainEqual({
      what: 'leaf',
      id: `${house.origin}#4`,
      code: 'leaf-without-record',
    });
  });

  test('a record recalled and replaced after the close is no late one, and asks for a new list', async () => {
    const [, second = ''] = ids;
    await house.recall(second, true);
    await house.issueAll();
    expect(await audit()).toMatchObject({ ok: true });
    const open = await closing();
    expect(open).toMatchObject({ state: 'open', outdated: true });
    const pupilId = open.pupils.find((pupil) => pupil.state === 'none')?.pupilId ?? '';
    expect(await prepare([{ pupilId, reason: 'transferred', note: '' }])).toEqual({ version: 2 });
    await seal();
    expect(await audit()).toMatchObject({ ok: true, manifests: 2 });
    const [row] = await house.database.asOwner<{ leaf: Buffer; manifest: Buffer }>(
      'select c.leaf, m.manifest from class_closing c join class_manifest m using (school_id, class_id, version) where version = 2',
    );
    expect(decodeLeaf(new Uint8Array(row?.leaf ?? [])).previous?.index).toBe(4n);
    expect(decodeManifest(new Uint8Array(row?.manifest ?? [])).entries).toHaveLength(3);
  });

  test('the older list numbered as the newest', async () => {
    const swap = ['class_manifest', 'class_closing']
      .map(
        (table) => `update ${table} set version = 9 where version = 1;
        update ${table} set version = 1 where version = 2; update ${table} set version = 2 where version = 9`,
      )
      .join(';');
    const named = (version: number) => ({
      what: 'manifest',
      id: `${house.school.classId} ${version}`,
      code: 'list-order-differs',
    });
    expect(await after(swap, swap)).toEqual([named(1), named(2)]);
  });
});

test('the year’s log is closed by itself on its day, once nothing keeps it open, and not before', async () => {
  const at = (day: string) => ({
    ...deps(),
    dataDir: house.dataDir,
    closeOn: '12-31',
    now: () => new Date(`${day}T03:00:00Z`),
  });
  expect(await coming('12-31')).toMatchObject([{ obstacles: { noLaterLog: true, unclosedClasses: 0 } }]);
  expect(await closeDueLogs(at('2026-12-31'))).toEqual([]);
  await house.sequencer.ensure(house.origin.replace('2025-2026', '2026-2027'));
  expect(await closeDueLogs(at('2026-12-30'))).toEqual([]);
  expect(await closeDueLogs(at('2026-12-31'))).toEqual([house.origin]);
  // Ordered once; the sequencer closes it, and it is announced no more.
  expect(await closeDueLogs(at('2027-01-01'))).toEqual([]);
  expect(await coming('12-31')).toEqual([]);
  house.sequencer.wake();
  await expect.poll(() => lifeOf(house.database.db, house.dataDir, house.origin)).toBe('closed');
  expect(await audit()).toMatchObject({ ok: true });
});

test('a record issued after the close, outside every list, is named until a new list holds it', async () => {
  const own = await makeHouse({ pupils: 2 });
  try {
    const { db } = own.database;
    const { homeroom, clerk, classId } = own.school;
    const parts = { db, signers: own.signers, sequencer: own.sequencer, logHost: LOG_HOST, now: own.now };
    const look = () => auditStore({ connection: own.database.owner, dataFolder: own.dataDir, now: own.now });
    const [first = ''] = await own.freeze();
    await thawRecords({ db, now: own.now }, homeroom, classId, { recordIds: [first], reason: 'Chờ' });
    for (const [role, actor] of [
      ['subjectTeacher', own.school.music],
      ['subjectTeacher', homeroom],
      ['homeroomTeacher', homeroom],
      ['principal', own.school.principal],
      ['schoolSeal', clerk],
    ] as const)
      await own.sign(role, actor);
    await own.sequencer.settle(own.origin);
    const { pupils } = await closingOf(parts, homeroom, classId);
    const none = pupils
      .filter((pupil) => pupil.state === 'none')
      .map(({ pupilId }) => ({ pupilId, reason: 'undecided' as const, note: '' }));
    expect(none).toHaveLength(1);
    await prepareClassClosing(parts, homeroom, classId, { none });
    await sealClassClosing(parts, clerk, classId);
    expect(await look()).toMatchObject({ ok: true });
    await own.issueAll();
    const { problems } = await look();
    expect(problems).toEqual([
      { what: 'manifest', id: expect.stringContaining(classId), code: 'issued-after-close' },
    ]);
    await prepareClassClosing(parts, homeroom, classId, { none: [] });
    await sealClassClosing(parts, clerk, classId);
    expect(await look()).toMatchObject({ ok: true, manifests: 2 });
  } finally {
    await own.close();
  }
});
