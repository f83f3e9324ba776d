import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { findChromium } from '../../packages/form/src/testing/chromium.ts';
import { copyPrepared, prepareData } from '../../scripts/example/prepared-data.ts';
import { startServerProcess } from '../../scripts/example/server-process.ts';
import { prepare } from '../../scripts/install.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /**
     * Addresses of running training schools, such as `http://127.0.0.1:40123`: one for each worker, in the order of their
     * numbers. What one file does there, no file of another worker meets.
     */
    origins: readonly string[];
    /** The browser's program. */
    chromium: string;
    /** Data folder of a training school as its first start leaves it, to be copied (`copyPrepared`). */
    preparedSchool: string;
  }
}

/** A school for each worker, and what makes more of them. @returns what stops them all */
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
      Array.from({ length: Number(project.config.maxWorkers) }, () => startSchool(school, work, undo)),
    );
    const origins = started.map((one) => {
      if (one.status === 'rejected') throw one.reason;
      return one.value;
    });
    project.provide('origins', origins);
    project.provide('preparedSchool', school);
    project.provide('chromium', await findChromium());
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

async function startSchool(prepared: string, work: string, undo: (() => Promise<void>)[]): Promise<string> {
  const folder = await copyPrepared(prepared, await mkdtemp(join(work, 'school-')));
  const server = await startServerProcess(folder, 0);
  undo.push(() => server.stop());
  return server.url;
}
