import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface Outcome {
  /** Exit code; null when it was ended by a signal. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Other people's programs that judge the output, each with the Debian package that brings it. */
const NEEDED: Readonly<Record<string, string>> = {
  xmlsec1: 'xmlsec1',
  java: 'default-jdk-headless',
  javac: 'default-jdk-headless',
  openssl: 'openssl',
  qpdf: 'qpdf',
  pdfdetach: 'poppler-utils',
  pdffonts: 'poppler-utils',
  pdfinfo: 'poppler-utils',
  pdftotext: 'poppler-utils',
};

/** Programs of Debian's PostgreSQL, the oldest release that the schema promises to run on. */
export const POSTGRES_BIN = '/usr/lib/postgresql/15/bin';

/** What is not installed, as sentences; a judge that is absent is a failure, never a pass. */
export function missingTools(): string[] {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const missing = Object.entries(NEEDED)
    .filter(([name]) => !folders.some((folder) => isProgram(join(folder, name))))
    .map(([name, from]) => `thiếu ${name} (gói Debian ${from})`);
  for (const name of ['initdb', 'postgres'])
    if (!existsSync(join(POSTGRES_BIN, name))) missing.push(`thiếu ${name} 15 (gói Debian postgresql-15)`);
  return missing;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
}

/** Runs a program to its end, with nothing on its standard input. */
export function run(file: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.once('error', reject);
    child.once('close', (code) =>
      resolve({ code, out: Buffer.concat(out).toString('utf8'), err: Buffer.concat(err).toString('utf8') }),
    );
  });
}

/** Works on all items, a few at a time; answers stand in the order of the items. */
export async function each<T, R>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const answers: R[] = new Array(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) answers[i] = await work(items[i] as T, i);
  };
  await Promise.all([worker(), worker(), worker()]);
  return answers;
}
