import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Connection } from './database.ts';
import { requireMigrated } from './migrate.ts';
import { openStore, requireReachable, withClient } from './open.ts';
import { clusterFolder, OWNER_ROLE } from './postgres/cluster.ts';
import { LaunchError } from './postgres/launch-error.ts';
import { readPidFile } from './postgres/pid-file.ts';

/** A way into a store for a program that only looks, whether or not its server runs at this moment. */
export interface BesideStore {
  readonly owner: Connection;
  close(): Promise<void>;
}

/**
 * Connects to the database of a running server on the same data folder, or starts the database for as long as
 * the look takes. The data folder's own files say how; nothing is asked of the server.
 * @throws LaunchError, MigrationError, ApplicationRoleError
 */
export async function openBesideServer(options: {
  readonly dataFolder: string;
  readonly databaseUrl?: string | undefined;
}): Promise<BesideStore> {
  const { databaseUrl } = options;
  if (databaseUrl !== undefined && databaseUrl !== '') {
    const owner = { connectionString: databaseUrl };
    await requireReachable(owner);
    await withClient(owner, (client) => requireMigrated(client));
    return { owner, close: async () => {} };
  }
  try {
    const store = await openStore({ dataFolder: options.dataFolder });
    return { owner: store.owner, close: () => store.close() };
  } catch (error) {
    if (!(error instanceof LaunchError && error.code === 'data-folder-in-use')) throw error;
    const parent = join(resolve(options.dataFolder), 'postgres');
    const running = readPidFile(clusterFolder(parent));
    if (running === null || !running.ready) throw error;
    const password = readFileSync(join(parent, 'owner-password'), 'utf8').trim();
    const owner = { host: '127.0.0.1', port: running.port, user: OWNER_ROLE, password, database: 'hocba' };
    await withClient(owner, (client) => requireMigrated(client));
    return { owner, close: async () => {} };
  }
}
