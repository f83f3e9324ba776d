import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LaunchError, MigrationError, openBesideServer } from '@hocba/server';
import type { Io } from './command.ts';

/**
 * Opens the store of a data folder (or `DATABASE_URL`), beside a server that may be running.
 * @returns null when there is none or it cannot be opened: the reason was said to `io`; the caller closes what it gets
 */
export async function openStore(
  dataFolder: string,
  io: Io,
): Promise<Awaited<ReturnType<typeof openBesideServer>> | null> {
  const databaseUrl = process.env.DATABASE_URL;
  if (!databaseUrl && !existsSync(join(dataFolder, 'postgres'))) {
    io.err(`Không có kho học bạ trong thư mục “${dataFolder}”. Hãy chỉ rõ bằng --data.\n`);
    return null;
  }
  try {
    return await openBesideServer({ dataFolder, databaseUrl });
  } catch (error) {
    if (!(error instanceof LaunchError || error instanceof MigrationError)) throw error;
    io.err(`${error.message}\n`);
    return null;
  }
}
