import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { copyPrepared, prepareData } from '../../scripts/example/prepared-data.ts';
import { startServerProcess } from '../../scripts/example/server-process.ts';
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
    /** Data folder of a training school as its first start leaves it, to be copied (`copyPrepared`). */
    preparedSchool: string;
  }
}

/** A lane for each worker. @returns what stops them all */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await prepare();
  const work = await mkdtemp(join(tmpdir(), 'hocba-e2e-'));
  const undo: (() => Promise<void>)[] = [() => rm(work, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const step of undo.reverse()) await step();
  };
  try {
    const school = await prepareData(work);
    const started = await Promise.allSettled(
      Array.from({ length: Number(project.config.maxWorkers) }, () => startLane(school, work, undo)),
    );
    const lanes = started.map((one) => {
      if (one.status === 'rejected') throw one.reason;
      return one.value;
    });
    project.provide('lanes', lanes);
    project.provide('preparedSchool', school);
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

async function startLane(school: string, work: string, undo: (() => Promise<void>)[]): Promise<Lane> {
  const folder = await copyPrepared(school, await mkdtemp(join(work, 'lane-')));
  const server = await startServerProcess(folder, 0);
  undo.push(() => server.stop());
  const browser = await chromium.launchServer({
    executablePath: await findChromium(),
    headless: true,
    args: [...CHROMIUM_FLAGS],
  });
  undo.push(() => browser.close());
  return { origin: server.url, browser: browser.wsEndpoint() };
}
