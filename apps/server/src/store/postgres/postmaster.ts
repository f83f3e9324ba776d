import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, fstatSync, ftruncateSync, openSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Binaries } from './binaries.ts';
import type { Identity } from './identity.ts';
import { LaunchError } from './launch-error.ts';
import { type PidFile, readPidFile } from './pid-file.ts';
import { isPostgresOn, processState } from './process-state.ts';
import { programEnvironment } from './program-environment.ts';

export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** Resolves when the server has ended, for whatever reason. */
  readonly exited: Promise<void>;
  /** Ends it in order: open transactions are rolled back, a checkpoint is written. */
  stop(): Promise<void>;
}

export interface PostmasterOptions {
  readonly binaries: Binaries;
  readonly identity: Identity;
  readonly cluster: string;
  readonly logFile: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** Small, for the old PC of a school: about 17 MB of its own at rest. */
const SETTINGS: Readonly<Record<string, string>> = {
  shared_buffers: '32MB',
  max_connections: '30',
  io_workers: '1',
  max_wal_size: '256MB',
  jit: 'off',
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // The log must not hold pupils' data: neither statements nor the values in DETAIL lines.
  log_statement: 'none',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};

const LOG_LIMIT = 4 * 1024 * 1024;
const ZOMBIE_PATIENCE_MS = 5_000;
const BACKENDS_PATIENCE_MS = 20_000;

/**
 * Starts the server and waits until it accepts connections; a recovery after a crash is waited for, however
 * long it takes. The caller holds the data folder's lock, so whatever still runs on this cluster is an
 * orphan whose own server process died: it is stopped first, in order.
 *
 * @throws LaunchError `start-failed`, `stop-failed`
 */
export async function startPostmaster(options: PostmasterOptions): Promise<Postmaster> {
  const stale = await stopOrphan(options);
  const began = Date.now();
  for (;;) {
    const port = await freePort();
    const logStart = sizeOf(options.logFile);
    const started = await launch(options, port, stale);
    if (started !== null) return started;
    const said = readFileSync(options.logFile).subarray(logStart).toString('utf8');
    const waited = Date.now() - began;
    // A dead postmaster that nobody has reaped yet, and backends that outlive it for a moment.
    const retry =
      /could not bind|Address already in use/.test(said) ||
      (/lock file "postmaster.pid" already exists/.test(said) && waited < ZOMBIE_PATIENCE_MS) ||
      (/pre-existing shared memory block/.test(said) && waited < BACKENDS_PATIENCE_MS);
    if (!retry) {
      const tail = said.trim().split('\n').slice(-6).join('\n');
      throw new LaunchError(
        'start-failed',
        `Không khởi động được cơ sở dữ liệu (xem ${options.logFile}).\n${tail}`,
      );
    }
    await pause(200);
  }
}

/**
 * @returns the process id of a pid file that is certainly stale (its process is dead, or is now something
 *   else), or null. PostgreSQL is told so by the means that pg_ctl uses for itself, and then still makes its own
 *   check for living backends; we never delete the file.
 */
async function stopOrphan(options: PostmasterOptions): Promise<number | null> {
  const found = readPidFile(options.cluster);
  if (found === null) return null;
  if (processState(found.pid) === 'gone') return found.pid;
  if (process.platform === 'win32') {
    stopByPgCtl(options);
    return null;
  }
  const ours = isPostgresOn(found.pid, options.cluster);
  if (ours === false) return found.pid;
  await stopProcess(found.pid, () => untilGone(found.pid));
  return null;
}

async function launch(
  options: PostmasterOptions,
  port: number,
  stale: number | null,
): Promise<Postmaster | null> {
  const settings = { ...SETTINGS, ...options.settings, port: String(port) };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  if (process.platform === 'win32') return launchByPgCtl(options, port, flags);
  const { file, args, ...account } = options.identity.wrap(options.binaries.postgres, [
    '-D',
    options.cluster,
    ...flags,
  ]);
  const log = openLog(options.logFile);
  let child: ChildProcess;
  try {
    child = spawn(file, args, {
      cwd: '/',
      env: programEnvironment(options.binaries, stale === null ? {} : { PG_GRANDPARENT_PID: String(stale) }),
      // A session of its own: the terminal's Ctrl+C must reach the server first, and the database only through stop().
      detached: true,
      stdio: ['ignore', log, log],
      ...account,
    });
  } finally {
    closeSync(log);
  }
  let ended = false;
  const exited = new Promise<void>((resolve) => {
    const end = () => {
      ended = true;
      resolve();
    };
    child.once('exit', end);
    child.once('error', end);
  });
  const pid = child.pid;
  while (!ended && pid !== undefined) {
    const file = readPidFile(options.cluster);
    if (file?.pid === pid && file.ready)
      return { pid, port, exited, stop: () => stopProcess(pid, () => exited) };
    await pause(15);
  }
  await exited;
  return null;
}

/** Windows refuses a server with an administrator's token; pg_ctl starts it with a restricted one. */
async function launchByPgCtl(
  options: PostmasterOptions,
  port: number,
  flags: string[],
): Promise<Postmaster | null> {
  const quoted = flags.map((flag) => `"${flag}"`).join(' ');
  const args = ['start', '-w', '-t', '600', '-D', options.cluster, '-l', options.logFile, '-o', quoted];
  const run = spawnSync(options.binaries.pgCtl, args, {
    env: programEnvironment(options.binaries),
    stdio: 'ignore',
    windowsHide: true,
  });
  const file: PidFile | null = readPidFile(options.cluster);
  if (run.status !== 0 || file === null) return null;
  const exited = untilGone(file.pid);
  return {
    pid: file.pid,
    port,
    exited,
    stop: async () => {
      stopByPgCtl(options);
      await exited;
    },
  };
}

function stopByPgCtl(options: PostmasterOptions): void {
  spawnSync(options.binaries.pgCtl, ['stop', '-m', 'fast', '-w', '-t', '60', '-D', options.cluster], {
    env: programEnvironment(options.binaries),
    stdio: 'ignore',
    windowsHide: true,
  });
}

/** Fast shutdown; after a minute the immediate one, from which the next start recovers. */
async function stopProcess(pid: number, gone: () => Promise<void>): Promise<void> {
  for (const [signal, patience] of [
    ['SIGINT', 60_000],
    ['SIGQUIT', 15_000],
  ] as const) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return gone();
      throw new LaunchError(
        'stop-failed',
        `Không dừng được cơ sở dữ liệu cũ (tiến trình ${pid}): không đủ quyền.`,
      );
    }
    const timer = new AbortController();
    const late = pause(patience, 'late' as const, { signal: timer.signal, ref: false }).catch(
      () => 'late' as const,
    );
    const outcome = await Promise.race([gone().then(() => 'gone' as const), late]);
    timer.abort();
    if (outcome === 'gone') return;
  }
  throw new LaunchError('stop-failed', `Cơ sở dữ liệu (tiến trình ${pid}) không chịu dừng.`);
}

async function untilGone(pid: number): Promise<void> {
  while (processState(pid) === 'alive') await pause(20);
}

/** The log is ours, opened by us and handed down, so the server's account needs no right to its folder. */
function openLog(path: string): number {
  const log = openSync(path, 'a', 0o600);
  if (fstatSync(log).size > LOG_LIMIT) ftruncateSync(log, 0);
  return log;
}

function sizeOf(path: string): number {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return size > LOG_LIMIT ? 0 : size;
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
