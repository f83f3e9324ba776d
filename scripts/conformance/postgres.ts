import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
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
  const { child, port, ask } = await startOnPort(bin, folder, account, password);
  const superUrl = `postgres://super:${password}@127.0.0.1:${port}/postgres`;
  const psql = (statement: string) => ask(superUrl, statement);
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

/** On a port that nobody listens on: where somebody does, it ends by itself and another one is tried. */
async function startOnPort(
  bin: string,
  folder: string,
  account: { readonly uid?: number; readonly gid?: number },
  password: string,
) {
  const ask = (url: string, statement: string) =>
    run(join(bin, 'psql'), ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-c', statement, url]);
  for (let tries = 0; tries < 5; tries++) {
    const port = randomInt(20_000, 30_000);
    const flags = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories='];
    const child = spawn(join(bin, 'postgres'), ['-D', folder, ...flags.flatMap((flag) => ['-c', flag])], {
      ...account,
      cwd: '/',
      stdio: 'ignore',
    });
    const url = `postgres://super:${password}@127.0.0.1:${port}/postgres`;
    for (let looks = 0; looks < 300 && child.exitCode === null; looks++) {
      if ((await ask(url, 'select 1')).code === 0) return { child, port, ask };
      await pause(100);
    }
    await stop(child);
  }
  throw new Error('PostgreSQL không khởi động');
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
