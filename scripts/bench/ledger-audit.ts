/**
 * `node scripts/run.mjs scripts/bench/ledger-audit.ts`: `hocba audit`'s own call over a store whose records were signed and issued as the
 * server does it, without prints, beside what no audit can leave out: one verification of each distinct signature that this audit
 * verified (slots and timestamp tokens, which differ from record to record; certificates, revocation answers and checkpoints, which are few)
 * and one SHA-256 of each record's bytes. Reading the database, the acts on cells and their hashes are in the figure and not in its
 * floor. `repeated` counts verifications of what was verified already. `parts` says where the time is: rows from the database, strict
 * reading, signatures with their levels, acts on cells; `rest` is the logs, the comparison with the stored parts, and what an audit asks once.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSignedFile } from '@hocba/record';
import { certificatesFromPem } from '@hocba/signature';
import { nodeCrypto } from '@hocba/signature/node';
import type { QueryResultRow } from 'pg';
import { loadPortion } from '../../apps/server/src/issuing/audit/portion.ts';
import { PORTION } from '../../apps/server/src/issuing/audit/records.ts';
import { actsOfWholeClass } from '../../apps/server/src/issuing/audit/whole-class.ts';
import { auditStore } from '../../apps/server/src/issuing/audit.ts';
import { makeHouse } from '../../apps/server/src/issuing/testing/house.ts';
import { trainingRootPem } from '../../apps/server/src/signing/training-pki.ts';
import { verifySigned } from '../../apps/server/src/signing/verify-slots.ts';
import { openCopies } from '../../apps/server/src/store/copy-out.ts';
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

/** The same work an audit does, part by part: milliseconds of CPU for all records. */
async function partsOf(
  xmls: readonly Uint8Array[],
): Promise<Record<'rows' | 'reading' | 'signatures' | 'acts', number>> {
  const { schoolId, classId } = house.school;
  const pem = await trainingRootPem(house.dataDir);
  const roots = pem === null ? [] : certificatesFromPem(pem);
  const trust = { crypto: nodeCrypto, roots, training: true, now: house.now() };
  const ids = await withClient(
    store.owner,
    async (client) => (await client.query<{ id: string }>('select record_id as id from issued_record')).rows,
  );
  const copies = await openCopies(store.owner);
  try {
    const deps = { db: store.db, copies };
    const recordIds = ids.map(({ id }) => id);
    const rows = await spend(async () => {
      for (let at = 0; at < recordIds.length; at += PORTION)
        await loadPortion(deps, schoolId, recordIds.slice(at, at + PORTION));
    });
    const reading = await spend(() => {
      for (const xml of xmls) readSignedFile(xml);
    });
    const verifying = await spend(async () => {
      for (const xml of xmls) await verifySigned(trust, xml);
    });
    const acts = await spend(async () => {
      if ((await actsOfWholeClass(copies, schoolId, classId, [])) === null)
        throw new Error('acts do not hold');
    });
    const signatures = verifying.cpu - reading.cpu;
    return { rows: rows.cpu, reading: reading.cpu, signatures, acts: acts.cpu };
  } finally {
    await copies.close();
  }
}

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
  const parts = await partsOf(records.map(({ xml }) => xml));
  const rest = audit.cpu - Object.values(parts).reduce((sum, ms) => sum + ms, 0);
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
      parts: Object.fromEntries(
        Object.entries({ ...parts, rest }).map(([name, ms]) => [name, perRecord(ms)]),
      ),
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
