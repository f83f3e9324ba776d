import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, lchownSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { LaunchError } from './launch-error.ts';
import { programEnvironment } from './program-environment.ts';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** How the database's programs are run: PostgreSQL refuses to run as root. */
export interface Identity {
  readonly kind: 'self' | 'switch' | 'namespace' | 'capability';
  /** Whom the cluster's files belong to; null leaves them to this process. */
  readonly owner: Account | null;
  /** Rewrites a command so that it runs under this identity. */
  wrap(
    program: string,
    args: readonly string[],
  ): { file: string; args: string[]; uid?: number; gid?: number };
}

const SELF: Identity = {
  kind: 'self',
  owner: null,
  wrap: (program, args) => ({ file: program, args: [...args] }),
};

/**
 * Decides as whom the database runs.
 *
 * An ordinary user's database runs as that user. Root's runs as `postgres`, else `nobody`. Where that account
 * may not walk to the programs or the data (a clone in a 0700 folder such as root's home), root stays the
 * owner of the files and a user namespace gives the server another number; where namespaces are forbidden
 * (containers), the account keeps the one capability to walk there. The least power that works is taken.
 *
 * @param binaries `initdb` is tried under each candidate: it looks for its siblings and its libraries
 * @param parent folder that holds the cluster's folder; exists
 * @param cluster the cluster's folder; may be absent
 * @throws LaunchError `cluster-of-other-user`, `no-identity`
 */
export function chooseIdentity(binaries: Binaries, parent: string, cluster: string): Identity {
  const uid = process.getuid?.();
  if (uid === undefined) return SELF;
  const existing = statSync(cluster, { throwIfNoEntry: false });
  if (uid !== 0) {
    if (existing !== undefined && existing.uid !== uid) {
      throw new LaunchError(
        'cluster-of-other-user',
        `Dữ liệu trong ${cluster} thuộc về người dùng khác của máy (uid ${existing.uid}). ` +
          'Hãy khởi động bằng đúng người dùng đó, hoặc chọn thư mục khác bằng --data.',
      );
    }
    return SELF;
  }
  const account =
    existing !== undefined && existing.uid !== 0
      ? { uid: existing.uid, gid: existing.gid }
      : serviceAccount(readFileSync('/etc/passwd', 'utf8'));
  if (account === null) throw noIdentity();
  const candidates = [switchTo(account), namespaceAs(account), withWalkCapability(account)];
  for (const candidate of candidates) {
    // Inside a namespace only root's files are one's own.
    if (candidate.kind === 'namespace' && existing !== undefined && existing.uid !== 0) continue;
    if (works(candidate, binaries, parent)) return candidate;
  }
  throw noIdentity();
}

/**
 * @param passwd content of /etc/passwd
 * @returns `postgres` if there is one, else `nobody`; never root
 */
export function serviceAccount(passwd: string): Account | null {
  for (const wanted of ['postgres', 'nobody']) {
    for (const line of passwd.split('\n')) {
      const [name, , uid, gid] = line.split(':');
      if (name === wanted && Number(uid) > 0) return { uid: Number(uid), gid: Number(gid) };
    }
  }
  return null;
}

function switchTo(account: Account): Identity {
  return {
    kind: 'switch',
    owner: account,
    wrap: (program, args) => ({ file: program, args: [...args], uid: account.uid, gid: account.gid }),
  };
}

function namespaceAs(account: Account): Identity {
  const options = ['--user', `--map-user=${account.uid}`, `--map-group=${account.gid}`, '--'];
  return {
    kind: 'namespace',
    owner: { uid: 0, gid: 0 },
    wrap: (program, args) => ({ file: 'unshare', args: [...options, program, ...args] }),
  };
}

function withWalkCapability(account: Account): Identity {
  const options = [
    `--reuid=${account.uid}`,
    `--regid=${account.gid}`,
    '--clear-groups',
    '--inh-caps=-all,+dac_override',
    '--ambient-caps=-all,+dac_override',
    // Otherwise access(2), by which PostgreSQL looks for its own programs, would ignore the capability.
    '--securebits=+no_setuid_fixup',
    '--',
  ];
  return {
    kind: 'capability',
    owner: account,
    wrap: (program, args) => ({ file: 'setpriv', args: [...options, program, ...args] }),
  };
}

/** Tries it rather than computing it from modes: access lists, mounts and security modules have their say. */
function works(identity: Identity, binaries: Binaries, parent: string): boolean {
  const { file, args, uid, gid } = identity.wrap('/bin/sh', [
    '-c',
    'cd "$2" && exec "$1" --show --pgdata="$2/absent"',
    'sh',
    binaries.initdb,
    parent,
  ]);
  const tried = spawnSync(file, args, {
    cwd: '/',
    env: programEnvironment(binaries),
    stdio: 'ignore',
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  });
  return tried.status === 0;
}

/** Hands a folder with all its content to the identity's owner, if it is another's. */
export function handOver(path: string, identity: Identity): void {
  const { owner } = identity;
  if (owner === null || process.getuid?.() !== 0) return;
  if (statSync(path).uid === owner.uid) return;
  const walk = (folder: string) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const child = join(folder, entry.name);
      if (entry.isDirectory()) walk(child);
      lchownSync(child, owner.uid, owner.gid);
    }
  };
  walk(path);
  // The top last: its owner is what a next start goes by if this one is killed here.
  chownSync(path, owner.uid, owner.gid);
  chmodSync(path, 0o700);
}

function noIdentity(): LaunchError {
  return new LaunchError(
    'no-identity',
    'PostgreSQL không chạy được bằng quyền root, và máy này không cho chuyển sang người dùng khác. ' +
      'Hãy khởi động bằng một người dùng thường, hoặc đặt thư mục dữ liệu (--data) và mã nguồn ở nơi người dùng postgres đọc được.',
  );
}
