import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const START_MS = 300_000;

export interface ServerProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** Asks it to stop as Ctrl+C does and waits for its end. */
  stop(): Promise<void>;
}

/**
 * Starts the server as its own process on a data folder and waits for the address that it prints.
 * @param port 0 lets the server choose a free one
 * @param databaseUrl of a PostgreSQL to use instead of the embedded one
 */
export async function startServerProcess(
  dataDir: string,
  port: number,
  databaseUrl = '',
): Promise<ServerProcess> {
  const child = spawn(
    process.execPath,
    [join(root, 'apps/server/src/main.ts'), '--data', dataDir, '--port', String(port)],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, DATABASE_URL: databaseUrl } },
  );
  let printed = '';
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`máy chủ không khởi động kịp:\n${printed}`)), START_MS);
    const listen = (chunk: Buffer): void => {
      printed += chunk.toString();
      const found = /https?:\/\/[\w.[\]:-]+/.exec(printed);
      if (!found) return;
      clearTimeout(timer);
      resolve(found[0]);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
    child.on('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`máy chủ dừng khi khởi động (mã ${code}):\n${printed}`));
    });
  });
  return {
    url,
    child,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}
