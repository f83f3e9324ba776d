import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { extractAttachments, reprintInputs } from '@hocba/form';
import { decodeEntries } from '@hocba/ledger';
import { nodeEd25519 } from '@hocba/ledger/node';
import { verifyPades } from '@hocba/signature';
import { nodeCrypto } from '@hocba/signature/node';
import { readTrust, verifyFile } from '@hocba/verify';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { askApproval } from '../access/approval/ask.ts';
import { decideApproval } from '../access/approval/decide.ts';
import type { Deps } from '../access/binding.ts';
import { lookUp } from '../public/lookup.ts';
import { publicPages } from '../public/pages.ts';
import { startSigning } from '../signing/batch/batch.ts';
import { signingProgress } from '../signing/batch/progress.ts';
import { signingTasks } from '../signing/batch/tasks.ts';
import { recordDetail } from '../signing/batch/views.ts';
import { freezeClass } from '../signing/freeze/freeze.ts';
import { makeSmallSchool, type SmallSchool } from '../signing/testing/small-school.ts';
import { freshDatabase, type TestDatabase } from '../store/testing/cluster.ts';
import { type Background, startBackground } from './background.ts';
import { recordPdf, recordProof, recordXml } from './delivery/deliver.ts';
import { issuedFacts } from './issue/issued.ts';
import { ed25519 } from './log/keys.ts';
import { issuedClasses, issuedRecords, schoolOverview } from './overview.ts';
import { recallKind } from './recall/recall.ts';
import { trustBundle } from './trust/bundle.ts';
import { trustStanding } from './trust/standing.ts';

let database: TestDatabase;
let school: SmallSchool;
let dataDir: string;
let background: Background;
let app: FastifyInstance;
let deps: Deps;
let ids: string[];
const lines: string[] = [];
/** Nothing is measured by it: only what would never come ends the waiting. */
const HANGS_MS = 60_000;

const start = () =>
  startBackground(deps, {
    owner: database.owner,
    application: database.application,
    publicUrl: 'https://hocba.example',
  });

async function batch(
  role: 'subjectTeacher' | 'homeroomTeacher' | 'principal' | 'schoolSeal',
  who: keyof SmallSchool,
) {
  const actor = school[who] as SmallSchool['clerk'];
  const asking = { ...deps, publicUrl: 'https://hocba.example' };
  const { batchId } = await startSigning(asking, actor, { role, classIds: [school.classId] });
  await vi.waitFor(async () => {
    expect(await signingProgress(deps, actor, batchId)).toMatchObject({ finished: true, refused: [] });
  }, HANGS_MS);
  return signingProgress(deps, actor, batchId);
}

/** The way up to the last signature, through the queue, with one restart in the middle of a batch. */
beforeAll(async () => {
  database = await freshDatabase();
  school = await makeSmallSchool(database.db, { pupils: 2 });
  dataDir = await mkdtemp(join(tmpdir(), 'hocba-background-'));
  await writeFile(join(dataDir, 'log.json'), '{"closeOn":"12-31","lodgeAt":"http://127.0.0.1:9"}');
  deps = { db: database.db, now: () => new Date(), dataDir, log: (line) => void lines.push(line) };
  background = await start();
  const done = await freezeClass(deps, school.homeroom, school.classId);
  ids = done.frozen.map((f) => f.recordId);
  const { batchId } = await startSigning(deps, school.music, {
    role: 'subjectTeacher',
    classIds: [school.classId],
  });
  await background.stop();
  background = await start();
  await vi.waitFor(async () => {
    expect(await signingProgress(deps, school.music, batchId)).toMatchObject({ finished: true, signed: 2 });
  }, HANGS_MS);
  await batch('subjectTeacher', 'homeroom');
  await batch('homeroomTeacher', 'homeroom');
  await batch('principal', 'principal');
  await batch('schoolSeal', 'clerk');
  app = Fastify();
  await app.register(publicPages({ room: background.room, log: deps.log }));
});
afterAll(async () => {
  await app?.close();
  await background?.stop();
  await database?.drop();
  await rm(dataDir, { recursive: true, force: true });
});

async function trust() {
  const answer = await trustBundle(background.room);
  const bytes = (text: string) => new TextEncoder().encode(text);
  return readTrust(
    { crypto: nodeCrypto, ed25519: nodeEd25519 },
    new Map([
      ...answer.statuses.map(({ name, text }): [string, Uint8Array] => [name, bytes(text)]),
      ['hocba.trust', bytes(answer.bundle)],
      ['hocba-trust.vkey', bytes(answer.vkey)],
    ]),
  );
}
async function verdictOf(recordId: string) {
  const xml = await recordXml(background.room, school.principal, recordId);
  const proof = await recordProof(background.room, school.principal, recordId);
  const verdict = await verifyFile(
    { name: xml.fileName, bytes: xml.bytes, proof: proof.bytes },
    await trust(),
    { crypto: nodeCrypto, ed25519 },
  );
  return { verdict: verdict.verdict, of: (name: string) => verdict.fragments.find((f) => f.name === name) };
}
const urlOf = async (recordId: string) =>
  (await recordDetail(deps, school.principal, recordId, issuedFacts, (t) => `/x/${t}`)).verifyUrl ?? '';

describe('issued through the queue', () => {
  test('the office sees when the year’s log is going to be closed, what keeps it open, and what was lodged', async () => {
    const { list } = await trustStanding(background.room, school.principal, background.room.ledger);
    expect(list?.logs).toMatchObject([
      {
        here: {
          life: 'open',
          closes: { on: '2026-12-31', noLaterLog: true, unfinishedRecords: 0, unclosedClasses: 1 },
          lodged: { leaves: 0 },
        },
      },
    ]);
  });

  test('every file verifies from the bundle, and is training', async () => {
    for (const id of ids) {
      const { verdict, of } = await verdictOf(id);
      expect(verdict).toBe('training');
      for (const name of ['document', 'signatures', 'certificates', 'issuance'])
        expect(of(name)).toMatchObject({ state: 'valid' });
      expect(of('status')).toMatchObject({ state: 'valid' });
    }
  });

  test('the print holds the same XML and a receipt, signed by the school; it is what everybody gets', async () => {
    const id = ids[0] ?? '';
    const pdf = await recordPdf(background.room, school.principal, id, 'https://hocba.example');
    const xml = await recordXml(background.room, school.principal, id);
    const attachments = extractAttachments(pdf.bytes);
    expect(attachments.find((a) => a.name.endsWith('.xml'))?.bytes).toEqual(xml.bytes);
    expect(attachments.some((a) => a.name.endsWith('.tlog-proof'))).toBe(true);
    expect(reprintInputs(pdf.bytes)?.qrUrl).toMatch(/^https:\/\/hocba\.example\/x\/[0-9A-Za-z]{22}#/);
    const roots = await background.room.signers.roots();
    const lookOf = () => new Uint8Array();
    expect(await verifyPades(nodeCrypto, pdf.bytes, { roots, now: deps.now(), lookOf })).toMatchObject({
      state: 'valid',
      level: 'LTA',
    });
    expect(await recordPdf(background.room, school.principal, id, 'https://hocba.example')).toEqual(pdf);
  });

  test('keys are their owner’s alone', async () => {
    for (const part of ['', 'training-pki', 'logs']) {
      expect((await stat(join(dataDir, 'keys', part))).mode & 0o777).toBe(0o700);
    }
    for (const file of ['training-pki/root.key', 'training-pki/issuing.key', 'status.key']) {
      expect((await stat(join(dataDir, 'keys', file))).mode & 0o777).toBe(0o600);
    }
  });

  test('overview, tasks and list say what was done', async () => {
    const { classes } = await schoolOverview(deps, school.principal);
    expect(classes).toMatchObject([
      { name: '4A', pupils: 2, frozen: 2, principalSigned: 2, issued: 2, closing: 'toSign', attention: [] },
    ]);
    expect(classes[0]?.cellsDone).toBe(classes[0]?.cellsTotal);
    // Who leaves in summer was of the class for its year; who left within it is not counted, and records are no more than pupils.
    const leaves = (day: string | null) =>
      database.asOwner('update enrolment set left_on = $1, left_as = $2 where pupil_id = $3', [
        day,
        day && 'transferred',
        pupilId,
      ]);
    const [{ pupil_id: pupilId } = { pupil_id: '' }] = await database.asOwner<{ pupil_id: string }>(
      'select pupil_id from enrolment where class_id = $1 limit 1',
      [school.classId],
    );
    await leaves('2026-07-15');
    expect((await schoolOverview(deps, school.principal)).classes).toEqual(classes);
    await leaves('2026-03-15');
    expect((await schoolOverview(deps, school.principal)).classes).toMatchObject([{ pupils: 1 }]);
    await leaves(null);
    expect((await issuedClasses(deps, school.clerk)).classes).toMatchObject([{ name: '4A', issued: 2 }]);
    const { records } = await issuedRecords(deps, school.clerk, school.classId);
    expect(records.map((r) => r.status)).toEqual(['issued', 'issued']);
    const tasks = await signingTasks({ ...deps, signers: background.room.signers }, school.principal);
    expect(tasks.tasks).toMatchObject([{ role: 'principal', ready: 0, signed: 2, waiting: 0 }]);
    expect(tasks.certificate).toMatchObject({ subject: 'Đỗ Thị Ánh', training: true });
  });
});

describe('public', () => {
  test('the page behind the token shows the allowed fields and no other', async () => {
    const answer = await app.inject({ url: await urlOf(ids[0] ?? '') });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex',
    });
    expect(answer.body).toContain('N••• T••• H••• G•••');
    expect(answer.body).toContain('Đỗ Thị Ánh');
    expect(answer.body).toContain('Bản tập huấn');
    const [pupil] = school.pupils;
    for (const secret of [
      'Hương',
      'Giang',
      pupil?.pupilCode ?? '',
      '2016',
      '02/03',
      'Phường Mẫu, ',
      'Hoàn thành',
      '079316',
      'Lê Thị Bích Ngọc',
    ]) {
      expect(answer.body).not.toContain(secret);
    }
  });

  test('a leaf that no published tree holds makes nothing current; one that the log’s files do not prove makes nothing genuine', async () => {
    const token = (await urlOf(ids[0] ?? '')).slice('/x/'.length);
    const { signers, logHost } = background.room;
    const state = async (folder: string) =>
      (await lookUp({ ...deps, crypto: nodeCrypto, signers, logHost, dataDir: folder }, token))?.status;
    expect(await state(dataDir)).toBe('current');
    const elsewhere = await mkdtemp(join(tmpdir(), 'hocba-unpublished-'));
    try {
      expect(await state(elsewhere)).toBe('unpublished');
      await cp(join(dataDir, 'log'), join(elsewhere, 'log'), { recursive: true });
      await cp(join(dataDir, 'keys', 'logs'), join(elsewhere, 'keys', 'logs'), { recursive: true });
      expect(await state(elsewhere)).toBe('current');
      for (const entry of await readdir(join(elsewhere, 'log'), { recursive: true }))
        if (/tile\/0\/[^/]*(\.p\/\d+)$/.test(entry)) {
          const tile = join(elsewhere, 'log', entry);
          const bytes = await readFile(tile);
          await writeFile(
            tile,
            bytes.map((byte) => byte ^ 1),
          );
        }
      expect(await state(elsewhere)).toBe('store-mismatch');
    } finally {
      await rm(elsewhere, { recursive: true, force: true });
    }
  });

  test('every wrong token has the same answer', async () => {
    const good = await urlOf(ids[0] ?? '');
    const wrong = [
      '/x/0000000000000000000000',
      '/x/abc',
      `${good}x`,
      '/x/..%2f..%2fetc',
      `/x/${'é'.repeat(22)}`,
    ];
    const beside = ['/x', '/x/', `${good}x/`, `/x/0/${good.slice(3)}`];
    const answers = await Promise.all([
      ...wrong.map((url) => app.inject({ url })),
      ...beside.map((url) => app.inject({ url, remoteAddress: '192.0.2.9' })),
    ]);
    for (const answer of answers) {
      expect(answer.statusCode).toBe(404);
      expect(answer.body).toBe(answers[0]?.body);
    }
  });

  test('what a message puts behind the address of a print is no part of it', async () => {
    const good = await urlOf(ids[0] ?? '');
    const heading = /<h1>[^<]*/;
    const { body } = await app.inject({ url: good, remoteAddress: '192.0.2.10' });
    for (const behind of ['/', '.', ').', '%E2%80%9D', '/?fbclid=1', '%20Xem']) {
      const answer = await app.inject({ url: `${good}${behind}`, remoteAddress: '192.0.2.10' });
      expect([behind, answer.statusCode, heading.exec(answer.body)?.[0]]).toEqual([
        behind,
        200,
        heading.exec(body)?.[0],
      ]);
    }
  });

  test('thirty lookups a minute, no more; guessing is told to the operator', async () => {
    const answers = [];
    for (let i = 0; i < 3; i++)
      answers.push(await app.inject({ url: '/x/0000000000000000000001', remoteAddress: '192.0.2.7' }));
    expect(answers.map((a) => a.statusCode)).toEqual([404, 404, 404]);
    const many = await Promise.all(
      Array.from({ length: 40 }, () =>
        app.inject({ url: '/x/0000000000000000000001', remoteAddress: '192.0.2.7' }),
      ),
    );
    expect(many.filter((a) => a.statusCode === 429)).toHaveLength(13);
    expect(lines.join('\n')).toContain('mã tra cứu sai');
    expect(lines.join('\n')).not.toContain('192.0.2.7');
  });

  test('the log is served as files, and nothing else of the folder is', async () => {
    const base = `/log/hocba.training/${school.code}/${school.schoolYear}`;
    const checkpoint = await app.inject({ url: `${base}/checkpoint` });
    expect(checkpoint.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'public, max-age=5',
    });
    expect(checkpoint.body).toContain(`hocba.training/${school.code}/${school.schoolYear}\n5\n`);
    // Who only asks whether there is something new.
    const head = await app.inject({ method: 'HEAD', url: `${base}/checkpoint` });
    expect([head.statusCode, head.body]).toEqual([200, '']);
    expect(head.headers['content-length']).toBe(checkpoint.headers['content-length']);
    // The day that had ended when the server started and its status, two records, and the claim key that the print asked for.
    const tile = await app.inject({ url: `${base}/tile/0/000.p/5` });
    expect(tile.headers).toMatchObject({ 'content-type': 'application/octet-stream' });
    expect(String(tile.headers['cache-control'])).toContain('immutable');
    expect(tile.rawPayload).toHaveLength(160);
    // Leaves are packed for who takes it (c2sp.org/tlog-tiles), and are the same bytes.
    const entries = async (accepted: Record<string, string>) =>
      app.inject({ url: `${base}/tile/entries/000.p/5`, headers: accepted });
    const plain = await entries({});
    expect(decodeEntries(plain.rawPayload, 5)).toHaveLength(5);
    for (const accepted of ['gzip, identity', 'br, gzip', 'gzip']) {
      const packed = await entries({ 'accept-encoding': accepted });
      expect(packed.headers).toMatchObject({
        'content-type': 'application/octet-stream',
        'content-encoding': 'gzip',
        vary: 'accept-encoding',
      });
      expect(String(packed.headers['cache-control'])).toContain('immutable');
      expect(gunzipSync(packed.rawPayload)).toEqual(plain.rawPayload);
    }
    for (const accepted of ['identity', 'br', 'gzip;q=0', 'xgzip', 'gzipx']) {
      const { headers, rawPayload } = await entries({ 'accept-encoding': accepted });
      expect([accepted, headers['content-encoding']]).toEqual([accepted, undefined]);
      expect(rawPayload).toEqual(plain.rawPayload);
    }
    const none = [
      '/tile/0/000',
      '/tile/64/000',
      '/tile/0/0',
      '',
      '/',
      '/checkpoint.tmp',
      '/..%2f..%2fkeys/status.key',
      '/../../../keys/status.key',
    ];
    for (const path of none) {
      expect((await app.inject({ url: `${base}${path}`, remoteAddress: '192.0.2.8' })).statusCode, path).toBe(
        404,
      );
    }
  });

  test('recalled: the page and the verdict say so, the file stays readable', async () => {
    const id = ids[1] ?? '';
    const approving = {
      db: database.db,
      now: () => new Date(),
      kinds: { recall: recallKind(background.room) },
    };
    const { requestId, digest } = await askApproval(approving, school.clerk, {
      act: { kind: 'recall', recordId: id, reasonCode: 'issued-in-error', replace: false },
      reason: 'Phát hành nhầm',
      evidence: 'Biên bản số 1',
    });
    await decideApproval(approving, school.principal, requestId, { approve: true, digest, note: '' });
    const status = await app.inject({
      url: `/log/hocba.training/${school.code}/${school.schoolYear}/status`,
    });
    expect(status.body).toMatch(/size 6\n[23] recalled 5 issued-in-error\n/);
    const { verdict, of } = await verdictOf(id);
    expect(verdict).toBe('training');
    expect(of('status')?.code).toContain('recall');
    const answer = await app.inject({ url: await urlOf(id), remoteAddress: '192.0.2.9' });
    expect(answer.body).toContain('Đã thu hồi');
    expect(answer.body).not.toContain('Phát hành nhầm');
    const others = await verdictOf(ids[0] ?? '');
    expect(others.of('status')?.code).not.toContain('recall');
  });

  test('a byte changed behind the application: nothing of the record is shown', async () => {
    const id = ids[0] ?? '';
    const url = await urlOf(id);
    await database.asOwner(`set session_replication_role = replica;
      update issued_record set xml = set_byte(xml, 900, get_byte(xml, 900) # 1) where record_id = '${id}'`);
    const answer = await app.inject({ url, remoteAddress: '192.0.2.10' });
    expect(answer.body).toContain('không khớp');
    expect(answer.body).not.toContain('N•••');
  });
});
