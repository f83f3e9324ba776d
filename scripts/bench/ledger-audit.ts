/**
 * `node scripts/run.mjs scripts/bench/ledger-audit.ts`: `hocba audit`'s own call over a school of 30 classes whose records were signed and
 * issued as the server does it, without prints, beside what no audit can leave out: one verification of each distinct signature that
 * this audit verified (slots and timestamp tokens, which differ from record to record; certificates, revocation answers and checkpoints,
 * which are few) and one SHA-256 of each record's bytes. Beside both stands `cryptography`: the same verifications with every distinct digest
 * that they and the chains rest on (references, imprints, acts, noted rows, leaves), since to validate a signature is both (XMLDSig 1.1
 * §3.2), and neither can any audit leave those out. All figures are CPU of this process, not of PostgreSQL. Reading the database,
 * the acts on cells and their hashes are in the figure and not in its `floor`. `repeated` counts verifications of what was verified already.
 *
 * `value` is the whole audit, shared out among its records, when the runtime has made its code fast; `first` is the first audit of the process. `once` is what it costs however many records there are (some forty queries,
 * the log's files, the state of the school), told from the same audit of a second store with one class: `perRecord` is what each
 * further record adds, with its share of its class. `parts` says where that is: rows from the database, strict reading, signatures
 * with their levels, acts on cells, each done alone over the same store; `rest` is what is left of `perRecord`: the log's leaves, the
 * comparison with the stored parts, waiting for the database, and tidying up memory.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { actsRoom } from '@hocba/ledger/node';
import { readSignedFile } from '@hocba/record';
import { certificatesFromPem } from '@hocba/signature';
import { nodeCrypto } from '@hocba/signature/node';
import type { QueryResultRow } from 'pg';
import { AT_ONCE } from '../../apps/server/src/issuing/audit/acts.ts';
import { done, loadPortion } from '../../apps/server/src/issuing/audit/portion.ts';
import { actsOfWholeClasses } from '../../apps/server/src/issuing/audit/whole-class.ts';
import { type AuditReport, auditStore } from '../../apps/server/src/issuing/audit.ts';
import { makeHouse, type TestHouse } from '../../apps/server/src/issuing/testing/house.ts';
import { trainingRootPem } from '../../apps/server/src/signing/training-pki.ts';
import { verifySigned } from '../../apps/server/src/signing/verify-slots.ts';
import { openCopies } from '../../apps/server/src/store/copy-out.ts';
import { openStore, type Store, withClient } from '../../apps/server/src/store/open.ts';
import { bareCryptographyOf, digestBare, verifyBare } from './bare-cryptography.ts';

const CLASSES = 30;
const PUPILS = 35;
/** Rounds over the large store: the runtime goes on making code faster for some ten thousand records. */
const UNTIL_FAST = 14;
/** Records whose rows are asked for at a time, as the audit does. */
const PORTION = 350;

/** The least of some rounds: milliseconds of this process's CPU and on the clock. */
async function spend(rounds: number, work: () => unknown): Promise<{ cpu: number; ms: number }> {
  const least = { cpu: Number.POSITIVE_INFINITY, ms: Number.POSITIVE_INFINITY };
  for (let round = 0; round < rounds; round++) {
    const [used, start] = [process.cpuUsage(), performance.now()];
    await work();
    const { user, system } = process.cpuUsage(used);
    least.cpu = Math.min(least.cpu, (user + system) / 1000);
    least.ms = Math.min(least.ms, performance.now() - start);
  }
  return least;
}

/** A store of its own with one school, everything issued. */
async function withIssued<T>(
  classes: number,
  work: (house: TestHouse, store: Store) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'hocba-bench-audit-'));
  const store = await openStore({ dataFolder: folder });
  const rows = async <Row extends QueryResultRow>(statement: string, values: readonly unknown[] = []) =>
    withClient(store.owner, async (client) => (await client.query<Row>(statement, [...values])).rows);
  // The school's year ended long ago by this machine's day; the moment that a row states counts.
  await rows(
    `create or replace function today_in_vietnam() returns date language sql stable as $$ select '-infinity'::date $$`,
  );
  // What is measured reads: that every commit of its making lies on disk at once would take most of the time.
  await rows('alter system set synchronous_commit = off');
  await rows('select pg_reload_conf()');
  const house = await makeHouse({
    classes,
    pupils: PUPILS,
    database: {
      name: 'bench',
      db: store.db,
      owner: store.owner,
      application: store.application,
      url: '',
      asOwner: rows,
      drop: () => store.close(),
    },
  });
  try {
    await house.issueAll();
    return await work(house, store);
  } finally {
    await house.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const optionsOf = ({ dataDir, now }: TestHouse, { owner }: Store) => ({
  connection: owner,
  dataFolder: dataDir,
  now,
});

interface StoredXml {
  readonly id: string;
  readonly xml: Uint8Array;
}

/** The same work an audit does, part by part: milliseconds of CPU for all records. */
async function partsOf(house: TestHouse, store: Store, records: readonly StoredXml[]) {
  const { schoolId, classIds } = house.school;
  const pem = await trainingRootPem(house.dataDir);
  const roots = pem === null ? [] : certificatesFromPem(pem);
  const trust = { crypto: nodeCrypto, roots, training: true, now: house.now() };
  const copies = await openCopies(store.owner);
  const room = actsRoom();
  try {
    const deps = { db: store.db, copies };
    const ids = records.map(({ id }) => id).sort();
    const rows = await spend(3, async () => {
      for (let at = 0; at < ids.length; at += PORTION)
        done(await loadPortion(deps, schoolId, ids.slice(at, at + PORTION)));
    });
    const reading = await spend(3, () => {
      for (const { xml } of records) readSignedFile(xml);
    });
    const verifying = await spend(3, async () => {
      for (const { xml } of records) await verifySigned(trust, xml);
    });
    const acts = await spend(3, async () => {
      for (let at = 0; at < classIds.length; at += AT_ONCE) {
        const some = classIds.slice(at, at + AT_ONCE).map((classId) => ({ classId, anchors: [] }));
        if ((await actsOfWholeClasses(copies, room, schoolId, some)).includes(null))
          throw new Error('acts do not hold');
      }
    });
    return { rows: rows.cpu, reading: reading.cpu, signatures: verifying.cpu - reading.cpu, acts: acts.cpu };
  } finally {
    await copies.close();
  }
}

const large = await withIssued(CLASSES, async (house, store) => {
  const audit = () => auditStore(optionsOf(house, store));
  let report: AuditReport | undefined;
  const first = await spend(1, async () => {
    report = await audit();
  });
  const { ok, issued = 0, signatures, acts } = report ?? {};
  if (!ok || issued !== CLASSES * PUPILS) throw new Error('audit failed');
  const records = await house.database.asOwner<StoredXml & QueryResultRow>(
    'select record_id as id, xml from issued_record',
  );
  const bytes = records.reduce((sum, { xml }) => sum + xml.length, 0);
  const audited = await spend(UNTIL_FAST, audit);
  // Before any of its octets are held beside it.
  const parts = await partsOf(house, store, records);
  const bare = await bareCryptographyOf(audit);
  const floor = await spend(3, () => {
    verifyBare(bare);
    for (const { xml } of records) nodeCrypto.sha256(xml);
  });
  const cryptography = await spend(3, () => {
    verifyBare(bare);
    digestBare(bare);
  });
  const counts = { issued, signatures, acts, bytes };
  const { repeated, digested } = bare;
  const asked = {
    verifications: bare.verifications.length,
    repeated,
    digests: bare.digests.length,
    digested,
  };
  return { first, audited, floor, cryptography, parts, counts, asked };
});
const small = await withIssued(1, (house, store) =>
  spend(12, async () => {
    const { ok, issued } = await auditStore(optionsOf(house, store));
    if (!ok || issued !== PUPILS) throw new Error('audit failed');
  }),
);

const { first, audited, floor, cryptography, parts, counts, asked } = large;
const added = (audited.cpu - small.cpu) / (counts.issued - PUPILS);
const rest = added * counts.issued - Object.values(parts).reduce((sum, ms) => sum + ms, 0);
const round = (ms: number): number => Math.round(1000 * ms) / 1000;
const perRecord = (ms: number): number => round(ms / counts.issued);
process.stdout.write(
  `${JSON.stringify({
    name: 'audit-record-with-every-signature',
    value: perRecord(audited.cpu),
    unit: 'ms',
    floor: {
      name: 'its distinct verifications, bare, and SHA-256 of its bytes',
      value: perRecord(floor.cpu),
    },
    times: Math.round((100 * audited.cpu) / floor.cpu) / 100,
    cryptography: {
      name: 'its distinct verifications and its distinct digests, bare',
      value: perRecord(cryptography.cpu),
    },
    timesCryptography: Math.round((100 * audited.cpu) / cryptography.cpu) / 100,
    first: perRecord(first.cpu),
    once: round(small.cpu - PUPILS * added),
    perRecord: round(added),
    parts: Object.fromEntries(Object.entries({ ...parts, rest }).map(([name, ms]) => [name, perRecord(ms)])),
    ...counts,
    ...asked,
    msOnTheClock: perRecord(audited.ms),
  })}\n`,
);
