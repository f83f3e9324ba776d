import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type ServerProcess, startServerProcess } from '../example/server-process.ts';

const GONE_MS = 20_000;
/** A start on a machine that does nothing else. */
const USUAL_START_MS = 3000;
const SLOWEST = 8;

/** Below those that outgoing connections take: while the server is down, nobody who calls it may become what it called. */
const PORTS = [20_000, 30_000] as const;

/** One server with its embedded database on one data folder and port, to be killed and started again. */
export class Victim {
  readonly dataDir: string;
  /** That of the first start, which takes the next free one. */
  private port: number | null = null;
  private running: ServerProcess | null = null;
  private startMs = USUAL_START_MS;

  constructor(dataDir: string) {
    this.dataDir = dataDir;
  }

  /** Once it has been started. */
  get url(): string {
    if (this.port === null) throw new Error('máy chủ chưa được khởi động lần nào');
    return `http://127.0.0.1:${this.port}`;
  }

  /** @throws Error when it does not come up, or comes up at another address */
  async start(): Promise<void> {
    const began = performance.now();
    const server = await startServerProcess(this.dataDir, this.port ?? randomInt(...PORTS));
    this.startMs = performance.now() - began;
    this.running = server;
    this.port ??= Number(new URL(server.url).port);
    if (server.url !== this.url) throw new Error(`máy chủ mở ở ${server.url} thay vì ${this.url}`);
  }

  /** How much longer things take here than they usually do, by the last start; at least 1. */
  get slowness(): number {
    return Math.min(SLOWEST, Math.max(1, this.startMs / USUAL_START_MS));
  }

  /** False from when it has ended by itself. */
  isRunning(): boolean {
    const child = this.running?.child;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** As Ctrl+C. */
  async stop(): Promise<void> {
    await this.running?.stop();
    this.running = null;
  }

  /**
   * SIGKILL to the server, the postmaster and every process below either, in one go; waits until all are gone.
   *
   * @returns how many processes were killed
   */
  async kill(): Promise<number> {
    const pids = this.processes();
    // No step of the event loop in between: nothing can be saved by one after the other is gone.
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // ended by itself a moment ago
      }
    }
    this.running = null;
    for (const until = Date.now() + GONE_MS; pids.some(isAlive); await pause(5))
      if (Date.now() > until) throw new Error('có tiến trình không chết');
    return pids.length;
  }

  /** The server on this data folder (also one that is only starting), its database, and all their descendants. */
  private processes(): number[] {
    const all = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => ({ pid: Number(name), parent: parentOf(Number(name)) }));
    const found = new Set(all.filter(({ pid }) => this.isServer(pid)).map(({ pid }) => pid));
    const postmaster = this.postmaster();
    if (postmaster !== null) found.add(postmaster);
    for (let size = -1; size !== found.size; ) {
      size = found.size;
      for (const { pid, parent } of all) if (parent !== null && found.has(parent)) found.add(pid);
    }
    return [...found];
  }

  private isServer(pid: number): boolean {
    const command = readOrNull(`/proc/${pid}/cmdline`)?.split('\0') ?? [];
    const at = command.indexOf('--data');
    return at > 0 && command[at + 1] === this.dataDir;
  }

  /** Out of the cluster's pid file, if that process still works in the cluster's folder. */
  private postmaster(): number | null {
    const parent = join(this.dataDir, 'postgres');
    for (const version of listOrNone(parent).filter((name) => /^\d+$/.test(name))) {
      const pid = Number(readOrNull(join(parent, version, 'postmaster.pid'))?.split('\n')[0] ?? '');
      const command = pid > 0 ? readOrNull(`/proc/${pid}/cmdline`) : null;
      if (command?.includes(join(parent, version))) return pid;
    }
    return null;
  }
}

function parentOf(pid: number): number | null {
  const stat = readOrNull(`/proc/${pid}/stat`);
  return stat === null ? null : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

/** A zombie is as dead as one that is reaped. */
function isAlive(pid: number): boolean {
  const stat = readOrNull(`/proc/${pid}/stat`);
  return stat !== null && !['Z', 'X'].includes(stat.slice(stat.lastIndexOf(')') + 2)[0] ?? '');
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function listOrNone(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
