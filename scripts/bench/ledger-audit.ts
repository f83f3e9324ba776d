/**
 * `node scripts/run.mjs scripts/bench/ledger-audit.ts`: `hocba audit`'s own call over a school of 30 classes whose records were signed and
 * issued as the server does it, without prints, beside what no audit can leave out: one verification of each distinct signature that
 * this audit verified (slots and timestamp tokens, which differ from record to record; certificates, revocation answers and checkpoints,
 * which are few) and one SHA-256 of each record's bytes. Beside both stands `cryptography`: the same verifications with every distinct digest
 * that they and the chains rest on (references, imprints, acts, noted rows, leaves), since to validate a signature is both (XMLDSig 1.1
 * §3.2), and neither can any audit leave those out. All figures are CPU of this process, not of PostgreSQL. Reading the database,
 * the acts on cells and their hashes are in the figure and not in its `floor`. `repeated` counts verifications of what was verified already.
 *
 * Each store is audited by a process that has done nothing else (`audit-process.ts`), as `hocba audit` is one: what signed and issued a thousand
 * records has made other code of the same functions.
 *
 * `value` is the whole audit, shared out among its records, when the runtime has made its code fast; `first` is the first audit of the process. `once` is what it costs however many records there are (some forty queries,
 * the log's files, the state of the school), told from the same audit of a second store with one class: `perRecord` is what each
 * further record adds, with its share of its class. `parts` says where that is: rows from the database, strict reading, signatures
 * with their levels, acts on cells, each done alone over the same store; `rest` is what is left of `perRecord`: the log's leaves, the
 * comparison with the stored parts, waiting for the database, and tidying up memory.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { QueryResultRow } from 'pg';
import { makeHouse, type TestHouse } from '../../apps/server/src/issuing/testing/house.ts';
import { openStore, type Store, withClient } from '../../apps/server/src/store/open.ts';
import type { AuditedStore, Measured } from './audit-process.ts';

const CLASSES = 30;
const PUPILS = 35;

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

/** What auditing the store costs a process of its own. */
async function measure({ dataDir, now, school }: TestHouse, store: Store, rounds: number): Promise<Measured> {
  const { schoolId, classIds } = school;
  const told: AuditedStore = {
    connection: store.owner,
    dataFolder: dataDir,
    now: now().getTime(),
    schoolId,
    classIds,
    rounds,
  };
  const measuring = fork(new URL('./audit-process.ts', import.meta.url));
  measuring.send(told);
  const [answer] = await Promise.race([
    once(measuring, 'message'),
    once(measuring, 'exit').then(() => Promise.reject(new Error('the audit failed'))),
  ]);
  return answer as Measured;
}

/** Rounds over each store: the runtime goes on making code faster for some ten thousand records. */
const large = await withIssued(CLASSES, (house, store) => measure(house, store, 14));
const small = await withIssued(1, (house, store) => measure(house, store, 100));
if (large.counts.issued !== CLASSES * PUPILS || small.counts.issued !== PUPILS)
  throw new Error('records are missing');

const { first, audited, floor, cryptography, parts, counts, asked } = large;
const added = (audited.cpu - small.audited.cpu) / (counts.issued - PUPILS);
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
    once: round(small.audited.cpu - PUPILS * added),
    perRecord: round(added),
    parts: Object.fromEntries(Object.entries({ ...parts, rest }).map(([name, ms]) => [name, perRecord(ms)])),
    ...counts,
    ...asked,
    msOnTheClock: perRecord(audited.ms),
  })}\n`,
);
