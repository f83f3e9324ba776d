import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { handOver, type Identity } from './identity.ts';
import { LaunchError } from './launch-error.ts';
import { programEnvironment } from './program-environment.ts';

/** There is no pg_upgrade among the binaries: another major version is another folder and a logical export. */
export const MAJOR_VERSION = '18';
export const OWNER_ROLE = 'hocba_owner';

/** @param parent `DATA/postgres`; @returns the cluster's folder, which may not exist yet */
export function clusterFolder(parent: string): string {
  return join(parent, MAJOR_VERSION);
}

/**
 * Makes the cluster once. It grows under a temporary name and gets its own by one rename, so that a crash in
 * the middle leaves rubbish for the next start to remove and never half a cluster.
 *
 * @param parent `DATA/postgres`, held by this process's lock
 * @param password of the owner role (a superuser of this cluster)
 * @throws LaunchError `init-failed`, `cluster-of-other-version`
 */
export async function ensureCluster(
  binaries: Binaries,
  identity: Identity,
  parent: string,
  password: string,
): Promise<void> {
  removeRubbish(parent);
  const folder = clusterFolder(parent);
  const version = versionOf(folder);
  if (version === MAJOR_VERSION) return handOver(folder, identity);
  if (version !== null) {
    throw new LaunchError(
      'cluster-of-other-version',
      `Dữ liệu trong ${folder} là của PostgreSQL phiên bản khác (${version}); bản này cần ${MAJOR_VERSION}.`,
    );
  }
  const token = randomBytes(6).toString('hex');
  const growing = join(parent, `new-${token}`);
  const passwordFile = join(parent, `new-${token}.password`);
  try {
    mkdirSync(growing, { mode: 0o700 });
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' });
    if (identity.owner !== null) {
      for (const path of [growing, passwordFile]) chownSync(path, identity.owner.uid, identity.owner.gid);
    }
    await initialise(binaries, identity, growing, passwordFile);
    renameSync(growing, folder);
    syncFolder(parent);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(growing, { recursive: true, force: true });
  }
}

/** What an interrupted initialisation left. Its initdb may still be writing there, which does no harm. */
function removeRubbish(parent: string): void {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith('new-')) continue;
    try {
      rmSync(join(parent, name), { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    } catch {
      // The next start removes it.
    }
  }
}

function versionOf(folder: string): string | null {
  try {
    return readFileSync(join(folder, 'PG_VERSION'), 'ascii').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * The locale provider is PostgreSQL's own: the C libraries and ICU differ between the platforms that the
 * binaries come for, and an index sorted by one of them would be broken by another.
 */
async function initialise(binaries: Binaries, identity: Identity, folder: string, passwordFile: string) {
  const { file, args, ...account } = identity.wrap(binaries.initdb, [
    '--pgdata',
    folder,
    `--username=${OWNER_ROLE}`,
    `--pwfile=${passwordFile}`,
    '--auth-local=scram-sha-256',
    '--auth-host=scram-sha-256',
    '--encoding=UTF8',
    '--no-locale',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
    '--no-instructions',
  ]);
  const child = spawn(file, args, {
    cwd: process.platform === 'win32' ? folder : '/',
    env: programEnvironment(binaries),
    stdio: ['ignore', 'pipe', 'pipe'],
    ...account,
  });
  const said: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const outcome = await new Promise<string | null>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code === 0 ? null : `${signal ?? code}`));
  });
  if (outcome !== null) {
    const tail = Buffer.concat(said).toString('utf8').trim().split('\n').slice(-8).join('\n');
    throw new LaunchError('init-failed', `Không khởi tạo được cơ sở dữ liệu (${outcome}).\n${tail}`);
  }
}

function syncFolder(path: string): void {
  if (process.platform === 'win32') return; // folders cannot be opened there
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
