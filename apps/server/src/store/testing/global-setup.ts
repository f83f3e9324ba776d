import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { installJobs } from '../../signing/items/jobs.ts';
import { prepareSchema, withClient } from '../open.ts';
import { startEmbedded } from '../postgres/embedded.ts';

const TEMPLATE = 'migrated';

/** Starts the run's database and prepares the template; see cluster.ts. @returns what stops it */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'hocba-cluster-'));
  const server = await startEmbedded({
    dataFolder: join(folder, 'data'),
    settings: {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      max_connections: '80',
      deadlock_timeout: '100ms',
      // It goes round all databases, of which each lives for seconds.
      autovacuum: 'off',
    },
  });
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const { host, port, owner, applicationPassword } = server;
    await withClient({ host, port, ...owner, database: 'postgres' }, (client) =>
      client.query(`create database ${TEMPLATE}`),
    );
    await prepareSchema({ host, port, ...owner, database: TEMPLATE }, applicationPassword);
    await installJobs({ host, port, ...owner, database: TEMPLATE });
    // Tests work on days of their own: the moment that a row states counts, the machine's day does not.
    await withClient({ host, port, ...owner, database: TEMPLATE }, (client) =>
      client.query(
        `create or replace function today_in_vietnam() returns date language sql stable as $$ select '-infinity'::date $$`,
      ),
    );
    project.provide('testCluster', { host, port, owner, applicationPassword, template: TEMPLATE });
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}
