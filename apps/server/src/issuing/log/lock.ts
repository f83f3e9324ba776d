import type { CheckpointLock } from '@hocba/ledger';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../store/tables.ts';

/**
 * The log's memory of what it signed: one row per origin, another back end than its files, so that a backup restored
 * under one of them is noticed by the other. A committed statement is durable.
 */
export function checkpointLock(db: Kysely<Database>, origin: string): CheckpointLock {
  return {
    async load() {
      const row = await db
        .selectFrom('log_state')
        .select('lock')
        .where('origin', '=', origin)
        .executeTakeFirst();
      return row?.lock ?? null;
    },
    async swap(old, next) {
      const { numUpdatedRows } = await db
        .updateTable('log_state')
        .set({ lock: next })
        .where('origin', '=', origin)
        .where(sql<boolean>`lock is not distinct from ${old}`)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    async stage(key, bundle) {
      await db
        .insertInto('log_staged')
        .values({ origin, key, bundle })
        .onConflict((oc) => oc.columns(['origin', 'key']).doUpdateSet({ bundle }))
        .execute();
    },
    async staged(key) {
      const row = await db
        .selectFrom('log_staged')
        .select('bundle')
        .where('origin', '=', origin)
        .where('key', '=', key)
        .executeTakeFirst();
      return row?.bundle ?? null;
    },
    async stagedKeys() {
      const rows = await db.selectFrom('log_staged').select('key').where('origin', '=', origin).execute();
      return rows.map((row) => row.key);
    },
    async discard(key) {
      await db.deleteFrom('log_staged').where('origin', '=', origin).where('key', '=', key).execute();
    },
  };
}
