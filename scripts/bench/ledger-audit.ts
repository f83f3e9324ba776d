/**
 * `node scripts/run.mjs scripts/bench/ledger-audit.ts`: `hocba audit`'s own call over a store whose records were signed and issued as the
 * server does it, without prints, beside what no audit can leave out: one verification of each distinct signature that this audit
 * verified (slots and timestamp tokens, which differ from record to record; certificates, revocation answers and checkpoints, which are few)
 * and one SHA-256 of each record's bytes. Reading the database, the acts on cells and their hashes are in the figure and not in its
 * floor. `repeated` counts verifications of what was verified already.
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
/** An audit goes through thousands of records: what a first hundred costs while code is still being compiled is no cost of a record. */
const ROUNDS = 12;
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

/** By algorithm, key, signature and what was signed: all that a verification depends on. */
const nameOf = ([algorithm, spki, signature, data]: Parameters<typeof nodeCrypto.verify>): string =>
  [
    algorithm,
    ...[spki, signature, data].map((bytes) => Buffer.from(nodeCrypto.sha256(bytes)).toString('hex')),
  ].join(' ');

// The school's year ended long ago by this machine's day; the moment that a row states counts.
await withClient(store.owner, (client) =>
  client.query(
    `create or replace function today_in_vietnam() returns date language sql stable as $$ select '-infinity'::date $$`,
  ),
);
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
  const distinct = new Map(calls.map((call) => [nameOf(call), call]));
  const records = await withClient(
    store.owner,
    async (client) => (await client.query<{ xml: Uint8Array }>('select xml from issued_record')).rows,
  );
  const audit = await spend(() => auditStore(options));
  const floor = await spend(() => {
    for (const call of distinct.values())
      if (bare(...call) !== true) throw new Error('a signature does not hold');
    for (const { xml } of records) nodeCrypto.sha256(xml);
  });
  const perRecord = (ms: number): number => Math.round((1000 * ms) / PUPILS) / 1000;
  process.stdout.write(
    `${JSON.stringify({
      name: 'audit-record-with-every-signature',
      value: perRecord(audit.cpu),
      unit: 'ms',
      floor: {
        name: 'its distinct verifications, bare, and SHA-256 of its bytes',
        value: perRecord(floor.cpu),
      },
      times: Math.round((100 * audit.cpu) / floor.cpu) / 100,
      records: issued,
      slots: signatures,
      verifications: distinct.size,
      repeated: calls.length - distinct.size,
      bytes: records.reduce((sum, { xml }) => sum + xml.length, 0),
      msOnTheClock: perRecord(audit.ms),
    })}\n`,
  );
} finally {
  await house.close();
  await rm(folder, { recursive: true, force: true });
}
