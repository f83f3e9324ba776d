import { nodeCrypto } from '@hocba/signature/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Copies, openCopies } from '../../../store/copy-out.ts';
import { logStatus } from '../../days/log-status.ts';
import { prepareClassClosing, sealClassClosing } from '../../manifest/close-class.ts';
import { publishStatus } from '../../status/status.ts';
import { LOG_HOST, makeHouse, type TestHouse } from '../../testing/house.ts';
import { auditStore } from '../audit.ts';
import { lookerHere } from '../look/look.ts';
import { auditSchool } from '../records/records.ts';
import { AuditNotes } from '../report.ts';
import { auditLogs, type KnownLeaves } from './logs.ts';
import { auditManifests } from './manifests.ts';
import { auditStatements } from './statements.ts';

/** An audit reads the logs first. What a server at work does until it comes to the rest is in none of them, and nothing of it is wrong. */
let house: TestHouse;
let copies: Copies;
let ids: string[];
beforeAll(async () => {
  house = await makeHouse({ pupils: 2 });
  copies = await openCopies(house.database.owner);
  ids = (await house.issueAll()).sort();
});
afterAll(async () => {
  await copies.close();
  await house.close();
});

const none = () => {};

async function readLogs(): Promise<KnownLeaves> {
  const notes = new AuditNotes();
  const leaves = await auditLogs({ db: house.database.db, ...house }, notes, none);
  expect(notes.report().problems).toEqual([]);
  return leaves;
}

/** The rest of an audit. */
async function problemsAfter(leaves: KnownLeaves): Promise<unknown[]> {
  const { school, database, dataDir, now } = house;
  const { db } = database;
  const notes = new AuditNotes();
  const trust = { crypto: nodeCrypto, roots: await house.signers.roots(), training: true };
  await auditStatements({ db, dataDir }, leaves, notes);
  const { schoolId } = school;
  const its = { schoolId, training: true };
  const looker = lookerHere({ db, copies, ...trust, begun: now() });
  await auditSchool({ db, looker }, its, leaves, notes, none);
  await auditManifests({ db }, { schoolId, taxCode: '0300000007' }, trust, leaves, notes);
  return [...notes.report().problems];
}

async function publish(): Promise<void> {
  const { database, dataDir, now, origin } = house;
  const status = await publishStatus({ db: database.db, dataDir, now }, origin);
  await logStatus(database.db, origin, status, now());
  await house.sequencer.settle(origin);
}

async function closeClass(): Promise<void> {
  const { school, database, signers, sequencer, now } = house;
  const deps = { db: database.db, signers, sequencer, logHost: LOG_HOST, now };
  await prepareClassClosing(deps, school.homeroom, school.classId, { none: [] });
  await sealClassClosing(deps, school.clerk, school.classId);
  await sequencer.settle(house.origin);
}

const whole = () =>
  auditStore({ connection: house.database.owner, dataFolder: house.dataDir, now: house.now });

test('a record recalled and replaced, a status of it, and the class closed', async () => {
  const before = await readLogs();
  await house.recall(ids[0] ?? '', true);
  await publish();
  const between = await readLogs();
  ids.push(...(await house.issueAll()));
  await closeClass();
  await publish();
  for (const leaves of [before, between]) expect(await problemsAfter(leaves)).toEqual([]);
  expect(await whole()).toMatchObject({ ok: true, manifests: 1, issued: 3, statements: 2 });
});

test('a replacement after the close of the class', async () => {
  const before = await readLogs();
  await house.recall(ids[1] ?? '', true);
  const between = await readLogs();
  await house.issueAll();
  await publish();
  for (const leaves of [before, between]) expect(await problemsAfter(leaves)).toEqual([]);
  expect((await whole()).problems).toEqual([]);
});
