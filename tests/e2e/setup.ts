import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { prepare } from '../../scripts/install.mjs';
import { CHROMIUM_FLAGS, findChromium } from './chromium.ts';

/** A school of its own and a browser of its own: what one file does there, no file of another worker meets. */
export interface Lane {
  /** Address of the running training school, such as `http://127.0.0.1:40123`. */
  readonly origin: string;
  /** Where the tests meet the browser. */
  readonly browser: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    /** One for each worker, in the order of their numbers. */
    lanes: readonly Lane[];
  }
}

const MAIN = fileURLToPath(new URL('../../apps/server/src/main.ts', import.meta.url));

/** A lane for each worker. @returns what stops them all */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await prepare();
  const started = await Promise.allSettled(
    Array.from({ length: Number(project.config.maxWorkers) }, () => startLane()),
  );
  const lanes = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const stop = async (): Promise<void> => void (await Promise.all(lanes.map((lane) => lane.stop())));
  const failed = started.find((one) => one.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  project.provide(
    'lanes',
    lanes.map(({ origin, browser }) => ({ origin, browser })),
  );
  return stop;
}

async function startLane(): Promise<Lane & { stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'hocba-e2e-'));
  const server = spawn(process.execPath, [MAIN, '--data', folder, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DATABASE_URL: '', HOCBA_DATA: '', HOCBA_PORT: '' },
  });
  const stopServer = async (): Promise<void> => {
    if (server.exitCode === null) {
      const gone = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGTERM');
      await gone;
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const origin = await addressOf(server);
    const browser = await chromium.launchServer({
      executablePath: await findChromium(),
      headless: true,
      args: [...CHROMIUM_FLAGS],
    });
    return {
      origin,
      browser: browser.wsEndpoint(),
      async stop() {
        await browser.close();
        await stopServer();
      },
    };
  } catch (error) {
    await stopServer();
    throw error;
  }
}

/** The first http address that the server prints is the sign-in page. */
function addressOf(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (piece: Buffer): void => {
      said += piece.toString();
      const found = /http:\/\/[^\s/]+/.exec(said)?.[0];
      if (found) resolve(found);
    };
    server.stdout?.on('data', hear);
    server.stderr?.on('data', hear);
    server.once('exit', (code) => reject(new Error(`the server ended (${code}) and said:\n${said}`)));
  });
}
