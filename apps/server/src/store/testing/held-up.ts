import { setTimeout as pause } from 'node:timers/promises';
import type { TestDatabase } from './cluster.ts';

/**
 * Resolves once somebody's statement waits for what the backend `pid` holds.
 * @param over true once nobody will come to wait any more
 */
export async function untilHeldUp(
  database: TestDatabase,
  pid: number,
  over: () => boolean = () => false,
): Promise<void> {
  const waiting = 'select 1 from pg_stat_activity where $1 = any (pg_blocking_pids(pid))';
  while (!over() && (await database.asOwner(waiting, [pid])).length === 0) await pause(10);
}
