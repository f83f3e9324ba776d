import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface Outcome {
  /** Exit code; null when it was ended by a signal. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Other people's programs that judge the output, each with the Debian package that brings it. */
const NEEDED: Readonly<Record<string, string>> = {
  'softhsm2-util': 'softhsm2',
  xmlsec1: 'xmlsec1',
  'xsec-checksig': 'xml-security-c-utils',
  xmllint: 'libxml2-utils',
  java: 'default-jdk-headless',
  javac: 'default-jdk-headless',
  openssl: 'openssl',
  qpdf: 'qpdf',
  pdfdetach: 'poppler-utils',
  pdffonts: 'poppler-utils',
  pdfinfo: 'poppler-utils',
  pdfsig: 'poppler-utils',
  pdftoppm: 'poppler-utils',
  pdftotext: 'poppler-utils',
  zbarimg: 'zbar-tools',
  soffice: 'libreoffice-calc',
};

const POSTGRES = '/usr/lib/postgresql';
const OLDEST_POSTGRES = 15;

/** Debian's PostgreSQL: of several the oldest that the schema promises to run on. Null when there is none. */
export function debianPostgres(): { readonly bin: string; readonly version: number } | null {
  const versions = (existsSync(POSTGRES) ? readdirSync(POSTGRES) : [])
    .map(Number)
    .filter((version) => version >= OLDEST_POSTGRES)
    .sort((a, b) => a - b)
    .map((version) => ({ bin: join(POSTGRES, String(version), 'bin'), version }));
  return (
    versions.find(({ bin }) => ['initdb', 'postgres', 'psql'].every((name) => isProgram(join(bin, name)))) ??
    null
  );
}

/** What is not installed, as sentences; a judge that is absent is a failure, never a pass. */
export function missingTools(only?: readonly string[]): string[] {
  const missing = Object.entries(NEEDED)
    .filter(([name]) => only?.includes(name) ?? true)
    .filter(([name]) => !isInstalled(name))
    .map(([name, from]) => `thiếu ${name} (gói Debian ${from})`);
  if (only === undefined && debianPostgres() === null)
    missing.push(`thiếu PostgreSQL ${OLDEST_POSTGRES} trở lên trong ${POSTGRES} (gói Debian postgresql)`);
  return missing;
}

export function isInstalled(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => isProgram(join(folder, name)));
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
