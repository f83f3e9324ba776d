import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readOneClass, readWorkbook } from '@hocba/sheet';
import { issuing } from '../../apps/server/src/http/api/index.ts';
import { gatherPeople } from '../example/people.ts';
import { startServerProcess } from '../example/server-process.ts';
import { takeClassThroughYear } from '../example/year.ts';
import { hocba } from './hocba.ts';
import { SHEET } from './produce.ts';
import type { Report } from './report.ts';
import { debianPostgres, type Outcome, run } from './tools.ts';

interface Cluster {
  /** As the role that owns the tables. */
  readonly url: string;
  /** One statement as that role. */
  owner(statement: string): Promise<Outcome>;
  stop(): Promise<void>;
}

/** Migrations and a class's whole year on the oldest PostgreSQL that is promised, by DATABASE_URL. */
export async function judgePostgres(report: Report, expected: number): Promise<void> {
  // Of its own, outside the other judges' folder: the database runs under another account.
  const work = await mkdtemp(join(tmpdir(), 'hocba-postgres-'));
  let cluster: Cluster | null = null;
  try {
    const postgres = debianPostgres();
    if (postgres === null) throw new Error('không có PostgreSQL của Debian');
    const judge = `PostgreSQL ${postgres.version} của Debian`;
    cluster = await startCluster(work, postgres.bin);
    await judgeYear(report, judge, cluster.url, join(work, 'data'), expected);
    await judgeAppendOnly(report, judge, cluster);
    const audit = await hocba(['audit', '--data', join(work, 'data')], { DATABASE_URL: cluster.url });
    report.add(
      judge,
      'hocba audit không thấy gì sai',
      audit.code === 0 ? null : (audit.out + audit.err).trim(),
    );
  } finally {
    await cluster?.stop();
    await rm(work, { recursive: true, force: true });
  }
}

async function judgeYear(
  report: Report,
  judge: string,
  url: string,
  dataDir: string,
  expected: number,
): Promise<void> {
  const first = await startServerProcess(dataDir, 0, url);
  report.add(judge, 'migrations chạy hết, máy chủ mở', null);
  try {
    const people = await gatherPeople({ url: first.url, patienceMs: 0 });
    const bytes = await readFile(SHEET);
    const name = basename(SHEET);
    const sheet = readOneClass(await readWorkbook(bytes, name), {
      fileName: name,
      schoolYear: people.schoolYear,
    });
    const year = await takeClassThroughYear({ people, sheet, file: { name, bytes }, step: () => {} });
    report.add(
      judge,
      'một lớp đi hết năm, phát hành như trên bản 18',
      year.issued.length === expected ? null : `${year.issued.length} thay vì ${expected}`,
    );
  } finally {
    await first.stop();
  }
  const again = await startServerProcess(dataDir, 0, url);
  try {
    const { clerk, admin } = await gatherPeople({ url: again.url, patienceMs: 0 });
    const bundle = await clerk.person.call(issuing.trustBundle);
    const found = bundle.vkey !== '' && admin.staffId !== '';
    report.add(judge, 'lần khởi động thứ hai thấy đủ', found ? null : 'không có khoá nhật ký');
  } finally {
    await again.stop();
  }
}

/** What was issued cannot be changed, not even by the role that owns the tables, as long as the triggers stand. */
async function judgeAppendOnly(report: Report, judge: string, cluster: Cluster): Promise<void> {
  for (const table of ['issued_record', 'slot', 'record_act', 'log_leaf']) {
    const column = table === 'log_leaf' ? 'origin' : 'school_id';
    for (const statement of [
      `update ${table} set ${column} = ${column}`,
      `delete from ${table}`,
      `truncate ${table} cascade`,
    ]) {
      const { code, err } = await cluster.owner(statement);
      const refused = code !== 0 && err.includes('append-only');
      report.add(
        judge,
        'sửa, xoá, làm rỗng bản đã phát hành: bị từ chối',
        refused ? null : `${statement}: ${err}`,
      );
    }
  }
}

/** A cluster with a login that owns its database and is no superuser, as a school's host would give it. */
async function startCluster(work: string, bin: string): Promise<Cluster> {
  const account = process.getuid?.() === 0 ? await accountOf('postgres', 'nobody') : {};
  const folder = join(work, 'cluster');
  await mkdir(folder, { mode: 0o700 });
  if (account.uid !== undefined && account.gid !== undefined) {
    await chown(work, account.uid, account.gid);
    await chown(folder, account.uid, account.gid);
  }
  const passwordFile = join(work, 'password');
  const password = randomBytes(16).toString('hex');
  await writeFile(passwordFile, `${password}\n`);
  if (account.uid !== undefined && account.gid !== undefined)
    await chown(passwordFile, account.uid, account.gid);
  const made = await run(
    join(bin, 'initdb'),
    [
      '-D',
      folder,
      '-U',
      'super',
      '-A',
      'scram-sha-256',
      `--pwfile=${passwordFile}`,
      '-E',
      'UTF8',
      '--locale=C.UTF-8',
      '-N',
    ],
    { ...account, cwd: '/' },
  );
  if (made.code !== 0) throw new Error(`initdb: ${made.err}`);
  const port = await freePort();
  const child = spawn(
    join(bin, 'postgres'),
    [
      '-D',
      folder,
      '-c',
      `port=${port}`,
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'unix_socket_directories=',
    ],
    { ...account, cwd: '/', stdio: ['ignore', 'ignore', 'ignore'] },
  );
  const superUrl = `postgres://super:${password}@127.0.0.1:${port}/postgres`;
  const ask = (url: string, statement: string) =>
    run(join(bin, 'psql'), ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-c', statement, url]);
  const psql = (statement: string) => ask(superUrl, statement);
  for (let tries = 0; (await psql('select 1')).code !== 0; tries++) {
    if (tries > 100 || child.exitCode !== null) throw new Error('PostgreSQL không khởi động');
    await pause(100);
  }
  for (const statement of [
    `create role chu login createrole password '${password}'`,
    'create database hocba owner chu',
  ]) {
    const { code, err } = await psql(statement);
    if (code !== 0) throw new Error(`psql: ${err}`);
  }
  const url = `postgres://chu:${password}@127.0.0.1:${port}/hocba`;
  return { url, owner: (statement) => ask(url, statement), stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  await ended;
}

async function accountOf(...names: readonly string[]): Promise<{ uid?: number; gid?: number }> {
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const found = names.map((name) => accounts.find(([one]) => one === name)).find((one) => one !== undefined);
  if (found === undefined) throw new Error(`không có tài khoản ${names.join(' hay ')}`);
  return { uid: Number(found[2]), gid: Number(found[3]) };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
