import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { withClient } from '../open.ts';
import { locateBinaries } from './binaries.ts';
import { type EmbeddedServer, startEmbedded } from './embedded.ts';
import { chooseIdentity } from './identity.ts';
import { parsePidFile, readPidFile } from './pid-file.ts';
import { processState } from './process-state.ts';
import { programEnvironment } from './program-environment.ts';

const HOLD = fileURLToPath(new URL('../testing/hold-cluster.ts', import.meta.url));

let folder: string;
let dataFolder: string;
let cluster: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hocba-launcher-'));
  await chmod(folder, 0o755);
  dataFolder = join(folder, 'data');
  cluster = join(dataFolder, 'postgres', '18');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function start(): Promise<EmbeddedServer> {
  const server = await startEmbedded({ dataFolder });
  onTestFinished(() => server.stop());
  return server;
}

type Reach = Pick<EmbeddedServer, 'host' | 'port' | 'owner'>;
const ask = async (server: Reach, statement: string): Promise<Record<string, unknown>[]> =>
  withClient(
    { host: server.host, port: server.port, ...server.owner, database: 'postgres' },
    async (client) => {
      return (await client.query(statement)).rows;
    },
  );

interface Held extends Reach {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly refused?: string;
}

/** Another process that runs the database on our folder. */
async function hold(): Promise<Held> {
  const child = spawn(process.execPath, [HOLD, dataFolder], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = await once(child.stdout, 'data');
  return { child, ...JSON.parse(String(line)) };
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

describe('a data folder’s life', () => {
  test('what an interrupted initialisation left is removed, and a cluster made', async () => {
    const rubbish = join(dataFolder, 'postgres', 'new-0011');
    await mkdir(join(rubbish, 'base'), { recursive: true });
    if (process.getuid?.() === 0)
      for (const path of [dataFolder, join(dataFolder, 'postgres')]) await chmod(path, 0o711);
    writeFileSync(join(rubbish, 'PG_VERSION'), '18\n');
    writeFileSync(`${rubbish}.password`, 'secret');
    await start();
    expect(readdirSync(join(dataFolder, 'postgres')).sort()).toEqual([
      '18',
      'application-password',
      'owner-password',
      'server.log',
    ]);
  });

  test('it is durable, checked, sorted the same on every system, small, and on loopback only', async () => {
    const server = await start();
    expect(
      await ask(
        server,
        `select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit',
           'data_checksums', 'listen_addresses', 'max_connections', 'io_workers', 'server_encoding') order by name`,
      ),
    ).toEqual([
      { name: 'data_checksums', setting: 'on' },
      { name: 'fsync', setting: 'on' },
      { name: 'full_page_writes', setting: 'on' },
      { name: 'io_workers', setting: '1' },
      { name: 'listen_addresses', setting: '127.0.0.1' },
      { name: 'max_connections', setting: '30' },
      { name: 'server_encoding', setting: 'UTF8' },
      { name: 'synchronous_commit', setting: 'on' },
    ]);
    expect(
      await ask(
        server,
        `select datlocprovider as provider, datlocale as locale, upper('nguyễn thị đặng ưu') as upper,
           current_setting('shared_buffers') as buffers from pg_database where datname = 'template1'`,
      ),
    ).toEqual([{ provider: 'b', locale: 'C.UTF-8', upper: 'NGUYỄN THỊ ĐẶNG ƯU', buffers: '32MB' }]);
  });

  test('without the password nobody gets in, and the password is for its owner’s eyes', async () => {
    const server = await start();
    for (const password of ['', 'wrong']) {
      await expect(
        ask({ ...server, owner: { user: server.owner.user, password } }, 'select 1'),
      ).rejects.toThrow(/password/);
    }
    const methods = await ask(server, 'select distinct auth_method from pg_hba_file_rules');
    expect(methods).toEqual([{ auth_method: 'scram-sha-256' }]);
    for (const name of ['owner-password', 'application-password', 'server.log']) {
      expect(statSync(join(dataFolder, 'postgres', name)).mode & 0o077, name).toBe(0);
    }
    expect(statSync(cluster).mode & 0o077).toBe(0);
  });

  test('what a statement carried does not get into the log', async () => {
    const server = await start();
    await ask(server, 'create table if not exists secret (name text primary key)');
    await ask(server, `insert into secret values ('Nguyễn Văn Thử')`);
    await expect(ask(server, `insert into secret values ('Nguyễn Văn Thử')`)).rejects.toMatchObject({
      code: '23505',
    });
    await expect(ask(server, `select 'Nguyễn Văn Thử' from absent`)).rejects.toMatchObject({ code: '42P01' });
    await server.stop();
    expect(readFileSync(join(dataFolder, 'postgres', 'server.log'), 'utf8')).not.toContain('Nguyễn');
  });

  test('a later start finds everything; stopping twice is stopping', async () => {
    const first = await start();
    await ask(first, 'create table kept (a int)');
    await Promise.all([first.stop(), first.stop()]);
    await first.exited;
    expect(processState(first.pid)).toBe('gone');
    const second = await start();
    expect(await ask(second, 'select * from kept')).toEqual([]);
  });
});

describe('two at once', () => {
  test('the second is refused with a sentence, and the first does not notice', async () => {
    const first = await start();
    const [before] = await ask(first, 'select pg_postmaster_start_time() as at');
    expect((await hold()).refused).toBe('data-folder-in-use');
    await expect(startEmbedded({ dataFolder })).rejects.toMatchObject({
      code: 'data-folder-in-use',
      message: expect.stringContaining(dataFolder),
    });
    expect(await ask(first, 'select pg_postmaster_start_time() as at')).toEqual([before]);
  });

  test('of five that start together on a free folder one gets it', async () => {
    const held = await Promise.all([hold(), hold(), hold(), hold(), hold()]);
    expect(held.map(({ refused }) => refused ?? 'started').sort()).toEqual([
      ...Array(4).fill('data-folder-in-use'),
      'started',
    ]);
    await Promise.all(held.filter(({ refused }) => refused === undefined).map(({ child }) => kill(child)));
  });
});

describe('after a kill', () => {
  test('of the server alone: the orphan is stopped and what it acknowledged is there', async () => {
    const orphan = await hold();
    await ask(orphan, 'create table if not exists acknowledged (a int)');
    await ask(orphan, 'insert into acknowledged values (1)');
    await kill(orphan.child);
    expect(processState(orphan.pid)).toBe('alive');
    const server = await start();
    expect(processState(orphan.pid)).toBe('gone');
    expect(await ask(server, 'select a from acknowledged')).toEqual([{ a: 1 }]);
  });

  test('of server and database together', async () => {
    const held = await hold();
    await ask(held, 'create table if not exists acknowledged (a int)');
    await ask(held, 'insert into acknowledged values (2)');
    process.kill(held.pid, 'SIGKILL');
    await kill(held.child);
    const server = await start();
    expect(await ask(server, 'select a from acknowledged where a = 2')).toEqual([{ a: 2 }]);
  });

  test('of the database alone: it is told', async () => {
    const server = await start();
    process.kill(server.pid, 'SIGKILL');
    await server.exited;
    await server.stop();
    expect((await start()).pid).not.toBe(server.pid);
  });

  test('of a database that nobody reaps: its zombie does not stand in the way', async () => {
    await (await start()).stop();
    const parent = join(dataFolder, 'postgres');
    const binaries = locateBinaries(join(parent, 'lib'));
    const identity = chooseIdentity(binaries, parent, cluster);
    // A parent that never waits: the shell becomes `sleep` after it has started the database.
    const script = '"$0" "$@" & exec sleep 600';
    const flags = ['-D', cluster, '-c', 'listen_addresses=', '-c', `unix_socket_directories=${cluster}`];
    const { file, args, ...account } = identity.wrap('/bin/sh', ['-c', script, binaries.postgres, ...flags]);
    const sleeper = spawn(file, args, {
      cwd: '/',
      env: programEnvironment(binaries),
      stdio: 'ignore',
      ...account,
    });
    onTestFinished(() => void sleeper.kill('SIGKILL'));
    let pid = 0;
    while (pid === 0) {
      const written = readPidFile(cluster);
      if (written?.ready) pid = written.pid;
      await pause(20);
    }
    process.kill(pid, 'SIGKILL');
    while (processState(pid) !== 'gone') await pause(20);
    expect(() => process.kill(pid, 0)).not.toThrow();
    await start();
  });

  test('a pid file whose number now belongs to another program', async () => {
    await (await start()).stop();
    const parent = join(dataFolder, 'postgres');
    const binaries = locateBinaries(join(parent, 'lib'));
    const { file, args, ...account } = chooseIdentity(binaries, parent, cluster).wrap('/bin/sleep', ['600']);
    const stranger = spawn(file, args, { cwd: '/', stdio: 'ignore', ...account });
    onTestFinished(() => void stranger.kill('SIGKILL'));
    const lines = [stranger.pid, cluster, 1_700_000_000, 5432, '', '127.0.0.1', '  0  0', 'ready   ', ''];
    writeFileSync(join(cluster, 'postmaster.pid'), lines.join('\n'), { mode: 0o644 });
    const server = await start();
    expect(stranger.exitCode).toBeNull();
    expect(readPidFile(cluster)?.pid).toBe(server.pid);
  });
});

test('a folder closed to all others will do', async () => {
  const closed = await mkdtemp(join(tmpdir(), 'hocba-closed-'));
  expect(statSync(closed).mode & 0o777).toBe(0o700);
  try {
    const server = await startEmbedded({ dataFolder: join(closed, 'data') });
    try {
      expect(server.identity === 'switch').toBe(false);
      expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }]);
    } finally {
      await server.stop();
    }
    expect(existsSync(join(closed, 'data', 'postgres', '18', 'postmaster.pid'))).toBe(false);
  } finally {
    await rm(closed, { recursive: true, force: true });
  }
});

test('a data folder that is a file is refused with a sentence', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  await expect(startEmbedded({ dataFolder: file })).rejects.toMatchObject({ code: 'data-folder-unusable' });
});

test('a cluster of another major version is refused and left alone', async () => {
  const other = join(folder, 'other');
  await mkdir(join(other, 'postgres', '18'), { recursive: true, mode: 0o755 });
  writeFileSync(join(other, 'postgres', '18', 'PG_VERSION'), '19\n');
  await expect(startEmbedded({ dataFolder: other })).rejects.toMatchObject({
    code: 'cluster-of-other-version',
  });
  expect(readdirSync(join(other, 'postgres', '18'))).toEqual(['PG_VERSION']);
  expect(existsSync(join(other, 'lock'))).toBe(false);
});

test.each([
  ['12\n/data\n1\n5432\n\n127.0.0.1\n  1 2\nready   \n', { pid: 12, port: 5432, ready: true }],
  ['12\n/data\n1\n5432\n\n127.0.0.1\n  1 2\nstarting\n', { pid: 12, port: 5432, ready: false }],
  ['12\n', { pid: 12, port: 0, ready: false }],
  ['', null],
  ['-12\n', null],
  ['x\n', null],
])('pid file %j', (text, expected) => {
  expect(parsePidFile(text)).toEqual(expected);
});
