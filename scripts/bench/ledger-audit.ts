/**
 * `node scripts/run.mjs scripts/bench/ledger-audit.ts`: `hocba audit`'s own call over a store whose records were signed and issued as the
 * server does it, beside the bare verifications of the very signatures that this audit verified: records', certificates',
 * timestamps' and revocation answers'.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeCrypto } from '@hocba/signature/node';
import type { QueryResultRow } from 'pg';
import { auditStore } from '../../apps/server/src/issuing/audit.ts';
import { makeHouse } from '../../apps/server/src/issuing/testing/house.ts';
import { openStore, withClient } from '../../apps/server/src/store/open.ts';

const PUPILS = 100;
const ROUNDS = 3;
const folder = await mkdtemp(join(tmpdir(), 'hocba-bench-audit-'));
const store = await openStore({ dataFolder: folder });

/** The least of some rounds: milliseconds of this process's CPU (that of PostgreSQL is not in it) and on the clock. */
async function spend(work: () => unknown): Promise<{ cpu: number; ms: number }> {
  const least = { cpu: Number.POSITIVE_INFINITY, ms: Number.POSITIVE_INFINITY };
  for (let round = 0; round < ROUNDS; round++) {
    const [used, start] = [process.cpuUsage(), performance.now()];
    await work();
    const { user, system } = process.cpuUsage(used);
    least.cpu = Math.min(least.cpu, (user + system) / 1000);
    least.ms = Math.min(least.ms, performance.now() - start);
  }
  return least;
}

const house = await makeHouse({
  pupils: PUPILS,
  database: {
    name: 'bench',
    db: store.db,
    owner: store.owner,
    application: store.application,
    url: '',
    asOwner: async <Row extends QueryResultRow>(statement: string, values: readonly unknown[] = []) =>
      withClient(store.owner, async (client) => (await client.query<Row>(statement, [...values])).rows),
    drop: () => store.close(),
  },
});
try {
  await house.issueAll();
  const options = { connection: store.owner, dataFolder: house.dataDir, now: house.now };
  const { ok, issued, signatures } = await auditStore(options);
  if (!ok || issued !== PUPILS) throw new Error('audit failed');
  const bare = nodeCrypto.verify;
  const calls: Parameters<typeof bare>[] = [];
  nodeCrypto.verify = (...call) => {
    calls.push(call);
    return bare(...call);
  };
  await auditStore(options);
  nodeCrypto.verify = bare;
  const audit = await spend(() => auditStore(options));
  const floor = await spend(() => {
    for (const call of calls) if (bare(...call) !== true) throw new Error('a signature does not hold');
  });
  const perRecord = (ms: number): number => Math.round((1000 * ms) / PUPILS) / 1000;
  process.stdout.write(
    `${JSON.stringify({
      name: 'audit-record-with-every-signature',
      value: perRecord(audit.cpu),
      unit: 'ms',
      floor: { name: 'its bare verifications', value: perRecord(floor.cpu) },
      times: Math.round((100 * audit.cpu) / floor.cpu) / 100,
      records: issued,
      slots: signatures,
      verifications: calls.length,
      msOnTheClock: perRecord(audit.ms),
    })}\n`,
  );
} finally {
  await house.close();
  await rm(folder, { recursive: true, force: true });
}
