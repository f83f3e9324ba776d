import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { hocba } from '../conformance/hocba.ts';
import { startServerProcess } from '../example/server-process.ts';
import { logFolders } from './log-entries.ts';

const SETTLE_MS = 2500;

/** What became of one flipped byte in a file of the log. */
export interface Flip {
  readonly file: string;
  readonly answer: 'sửa lại' | 'từ chối' | 'audit nêu' | 'KHÔNG HAY';
  readonly said: string;
}

/**
 * Flips one byte in a file of each kind under `data/log`, starts the server on it and sees whether it repairs the
 * file, refuses to write on, or at least its audit names it. The folder is as before when this returns.
 *
 * @param dataDir of a server that is stopped, with an issued class
 */
export async function flipLogFiles(dataDir: string): Promise<Flip[]> {
  const flips: Flip[] = [];
  // What a start has to say of the day it says now: no file is flipped that the next start would leave behind by growing.
  await startOn(dataDir);
  for (const folder of await logFolders(dataDir)) {
    for (const file of await oneOfEachKind(folder)) {
      const whole = await readFile(file);
      const broken = Buffer.from(whole);
      const at = Math.floor(broken.length / 2);
      broken[at] = (broken[at] ?? 0) ^ 1;
      await writeFile(file, broken);
      const said = await startOn(dataDir);
      const now = await readFile(file);
      const audited = now.equals(whole) ? null : await hocba(['audit', '--data', dataDir]);
      // Put back as it was, or made anew and found right.
      const repaired = audited === null || (!now.equals(broken) && audited.code === 0);
      await writeFile(file, repaired ? now : whole);
      const answer = repaired
        ? 'sửa lại'
        : said !== ''
          ? 'từ chối'
          : audited !== null && audited.code !== 0
            ? 'audit nêu'
            : 'KHÔNG HAY';
      flips.push({
        file: relative(folder, file),
        answer,
        said: said || (audited?.out.trim().split('\n')[0] ?? ''),
      });
    }
  }
  return flips;
}

/**
 * The newest of each kind: checkpoint, status and whatever else lies in the folder; hash tiles by level; bundles. None is left out:
 * what a killed write left half done is gone after a start.
 */
async function oneOfEachKind(folder: string): Promise<string[]> {
  const kinds = new Map<string, string>();
  const files = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  for (const file of files) kinds.set(/^tile\/[^/]+/.exec(file)?.[0] ?? file, join(folder, file));
  return [...kinds.values()];
}

/** Starts a server for a moment. @returns what it said of its log */
async function startOn(dataDir: string): Promise<string> {
  let printed = '';
  try {
    const server = await startServerProcess(dataDir, 0);
    server.child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
    await pause(SETTLE_MS);
    await server.stop();
  } catch (error) {
    printed = `Nhật ký: ${error instanceof Error ? error.message : String(error)}`;
  }
  return (printed.split('\n').find((line) => line.includes('Nhật ký')) ?? '').trim();
}
