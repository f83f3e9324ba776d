import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { locateBinaries } from './binaries.ts';
import { clusterFolder, ensureCluster, OWNER_ROLE } from './cluster.ts';
import { type DataLock, lockDataFolder } from './data-lock.ts';
import { chooseIdentity, type Identity } from './identity.ts';
import { LaunchError } from './launch-error.ts';
import { startPostmaster } from './postmaster.ts';
import { secretFile } from './secret-file.ts';

export interface EmbeddedServer {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** The role that owns every table; a superuser of this cluster. */
  readonly owner: { readonly user: string; readonly password: string };
  /** Password that the application's role is to have (the caller creates the role). */
  readonly applicationPassword: string;
  readonly pid: number;
  readonly identity: Identity['kind'];
  /** Resolves when the database has ended, also when nobody asked it to. */
  readonly exited: Promise<void>;
  /** Stops the database and gives the data folder free. A second call waits for the first. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL 18 on `dataFolder/postgres`, making the cluster on first use. Loopback only, scram only.
 *
 * Passwords are kept beside the cluster, readable by this process's user alone. The data folder is this
 * process's until `stop()`.
 *
 * @param options.settings server settings above the fixed ones (tests switch fsync off)
 * @throws LaunchError with a Vietnamese sentence; nothing keeps running then
 */
export async function startEmbedded(options: {
  readonly dataFolder: string;
  readonly settings?: Readonly<Record<string, string>>;
}): Promise<EmbeddedServer> {
  const dataFolder = resolve(options.dataFolder);
  const parent = join(dataFolder, 'postgres');
  // Root's database runs under another account, which has to walk through, but not to look around.
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
  let lock: DataLock;
  try {
    for (const folder of [dataFolder, parent]) {
      if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode });
    }
    lock = lockDataFolder(dataFolder);
  } catch (error) {
    throw explained(error, dataFolder);
  }
  try {
    const binaries = locateBinaries(join(parent, 'lib'));
    const cluster = clusterFolder(parent);
    const identity = chooseIdentity(binaries, parent, cluster);
    const password = secretFile(join(parent, 'owner-password'));
    const applicationPassword = secretFile(join(parent, 'application-password'));
    await ensureCluster(binaries, identity, parent, password);
    const postmaster = await startPostmaster({
      binaries,
      identity,
      cluster,
      logFile: join(parent, 'server.log'),
      settings: options.settings ?? {},
    });
    let stopping: Promise<void> | null = null;
    return {
      host: '127.0.0.1',
      port: postmaster.port,
      owner: { user: OWNER_ROLE, password },
      applicationPassword,
      pid: postmaster.pid,
      identity: identity.kind,
      exited: postmaster.exited,
      stop: () => {
        stopping ??= postmaster.stop().finally(() => lock.release());
        return stopping;
      },
    };
  } catch (error) {
    lock.release();
    throw explained(error, dataFolder);
  }
}

/** Turns the file system's refusals into a sentence; every other error stays what it is. */
function explained(error: unknown, dataFolder: string): unknown {
  const reasons: Readonly<Record<string, string>> = {
    EACCES: 'không có quyền ghi',
    EPERM: 'không có quyền ghi',
    EROFS: 'ổ đĩa chỉ đọc',
    ENOSPC: 'ổ đĩa đã đầy',
    ENOTDIR: 'đường dẫn không phải là thư mục',
    EEXIST: 'đường dẫn không phải là thư mục',
  };
  const reason = reasons[(error as NodeJS.ErrnoException).code ?? ''];
  if (error instanceof LaunchError || reason === undefined) return error;
  return new LaunchError('data-folder-unusable', `Không dùng được thư mục dữ liệu ${dataFolder}: ${reason}.`);
}
