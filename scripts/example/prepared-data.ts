import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startServerProcess } from './server-process.ts';

/**
 * A data folder as a first start leaves it: cluster, migrations, training school. Made once where many servers are to begin so.
 *
 * @param work an existing folder, in which it is made
 * @throws Error when the server does not start
 */
export async function prepareData(work: string): Promise<string> {
  const folder = await mkdtemp(join(work, 'prepared-'));
  const server = await startServerProcess(folder, 0);
  await server.stop();
  return folder;
}

/**
 * A copy of it for one server. Owners and modes too: the database's folder is another account's where root runs the server.
 *
 * @param to an existing, empty folder
 */
export async function copyPrepared(prepared: string, to: string): Promise<string> {
  await promisify(execFile)('cp', ['-a', `${prepared}/.`, to]);
  return to;
}
