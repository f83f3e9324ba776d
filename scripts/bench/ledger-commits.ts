/**
 * `node scripts/run.mjs scripts/bench/ledger-commits.ts`: leaves appended durably per second through PostgreSQL as the server does it
 * (pending rows, numbers, staging, compare-and-swap in the database, tiles on disk), beside bare commits of one row by the same
 * database in the same run.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog, encodeLeaf, leafHash, openLog } from '@hocba/ledger';
import { ed25519Signer, fileStorage, generateLogKey, nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import { checkpointLock } from '../../apps/server/src/issuing/log/lock.ts';
import { numberedFrom, numberPending } from '../../apps/server/src/issuing/log/pending.ts';
import { openDatabase } from '../../apps/server/src/store/database.ts';
import { openStore } from '../../apps/server/src/store/open.ts';

const ORIGIN = 'hocba.training/bench/2025-2026';
const COMMITS = 500;
const folder = await mkdtemp(join(tmpdir(), 'hocba-bench-commits-'));
const store = await openStore({ dataFolder: folder });
const db = openDatabase(store.application);

async function perSecond(count: number, work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return count / ((performance.now() - start) / 1000);
}

try {
  await db.insertInto('log_state').values({ origin: ORIGIN, inception: new Date() }).execute();
  const signer = ed25519Signer(ORIGIN, generateLogKey());
  const storage = fileStorage(join(folder, 'log'));
  const lock = checkpointLock(db, ORIGIN);
  const ports = {
    origin: ORIGIN,
    sha256: nodeSha256,
    ed25519: nodeEd25519,
    storage,
    lock,
    signer,
    now: Date.now,
  };
  await createLog(ports);
  const log = await openLog(ports);
  const row = () => {
    const leaf = encodeLeaf({
      kind: 'issue',
      time: 1_780_000_000,
      commitment: new Uint8Array(randomBytes(32)),
    });
    return { origin: ORIGIN, leaf, leaf_hash: leafHash(nodeSha256, leaf) };
  };
  for (const batch of [256, 1000, 5000]) {
    const rounds = 6;
    for (let at = 0; at < rounds * batch; at += 1000) {
      const part = Array.from({ length: Math.min(1000, rounds * batch - at) }, row);
      await db.insertInto('log_pending').values(part).execute();
    }
    const rate = await perSecond(rounds * batch, async () => {
      for (let round = 0; round < rounds; round++) {
        await numberPending(db, ORIGIN, batch);
        await log.append(log.size, await numberedFrom(db, ORIGIN, log.size, batch));
      }
    });
    const bare = await perSecond(COMMITS, async () => {
      for (let n = 0; n < COMMITS; n++) await db.insertInto('log_pending').values(row()).execute();
    });
    await db.deleteFrom('log_pending').where('origin', '=', ORIGIN).execute();
    const floor = { name: 'bare commits of one leaf, one after the other', value: Math.round(bare) };
    const line = { name: `append-postgres-batch-${batch}`, value: Math.round(rate), unit: 'leaves/s', floor };
    process.stdout.write(`${JSON.stringify({ ...line, times: Math.round((100 * rate) / bare) / 100 })}\n`);
  }
} finally {
  await db.destroy();
  await store.close();
  await rm(folder, { recursive: true, force: true });
}
