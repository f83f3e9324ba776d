import { createPrinter, type Printer } from '@hocba/form';
import type { Manifest } from '@hocba/ledger';
import { certificatesFromPem } from '@hocba/signature';
import { nodeCrypto } from '@hocba/signature/node';
import type { Kysely } from 'kysely';
import { believedRoots } from '../../signing/signers/believed-roots.ts';
import { trainingRootPem } from '../../signing/signers/training-pki.ts';
import { type Copies, openCopies } from '../../store/copy-out.ts';
import { type Connection, isSchoolId, openDatabase } from '../../store/database.ts';
import { laidBundleAsIs } from '../../store/laid-bundle.ts';
import { type SchemaObjects, schemaFaults, schemaObjects } from '../../store/schema-objects.ts';
import type { Database } from '../../store/tables.ts';
import { SEEN_HEADS_FILE, type SeenHeads, seenHeads } from '../days/seen-heads.ts';
import { auditChains } from './chains/chains.ts';
import { auditClaimKeys } from './log/claim-keys.ts';
import { auditEvidence } from './log/evidence.ts';
import { auditLogs } from './log/logs.ts';
import { auditManifests, auditMoves } from './log/manifests.ts';
import { type KeptResults, openAuditState } from './log/resume.ts';
import { auditStatements } from './log/statements.ts';
import { type LookDeps, type Looker, lookerHere } from './look/look.ts';
import { lookerInThreads, threadsFor } from './look/look-threads.ts';
import { auditClaims } from './paper/claims.ts';
import { auditPrints } from './paper/prints.ts';
import { auditSchool } from './records/records.ts';
import { AuditNotes, type AuditProgress, type AuditReport } from './report.ts';
import { auditAgreements } from './rows/agreements.ts';
import { auditBatches } from './rows/batches.ts';
import { auditRegistry } from './rows/registry.ts';
import { auditRolls } from './rows/rolls.ts';
import { auditSignedIn } from './rows/signed-in.ts';
import { auditTransfers } from './rows/transfers.ts';

export { AuditStateError } from './log/resume.ts';
export type { AuditProblem, AuditProgress, AuditReport } from './report.ts';

export interface AuditOptions {
  /** The owner's, or any role that may read all tables. Nothing is written. */
  readonly connection: Connection;
  readonly dataFolder: string;
  /** What tables, triggers and functions are held against (`migratedObjects`): who replaces one of them changes what is asked by it. */
  readonly schema?: SchemaObjects;
  /** PEM of further roots, besides those of the data folder: its training PKI's, those laid there, and the bundle's of the level above. */
  readonly roots?: readonly string[];
  readonly progress?: AuditProgress;
  /** File in which the audit keeps what it has found of records, to go on from after it was cut off; gone when it has come to its end. */
  readonly state?: string | undefined;
  /** Threads that look at records at the same time; as many as the store is worth and the machine has cores, if not given. */
  readonly threads?: number | undefined;
  /** Told how many records an earlier run has left results of. */
  readonly resumed?: (records: number) => void;
  readonly now?: () => Date;
}

/**
 * Re-verifies a whole store against its log, believing neither: every record's bytes, every signature, every leaf; every signed print and its pages; every
 * act on a cell and every cell against the daily roots; the audit trail; that what takes two persons was agreed to; every closed class against its list; the log's public files among themselves; and that
 * no leaf stands in the log whose record is gone.
 *
 * @returns counts of all that was looked at, and what does not hold, by name
 * @throws AuditStateError for a state that is not gone on from
 */
export async function auditStore(options: AuditOptions): Promise<AuditReport> {
  const db = openDatabase(options.connection, { connections: 2 });
  // Its thread starts with the first print.
  const printer = createPrinter();
  const begun = (options.now ?? (() => new Date()))();
  let copies: Copies | null = null;
  try {
    copies = await openCopies(options.connection);
    const reading = { db, copies, printer };
    if (options.state === undefined) return await auditAll(options, reading, begun);
    const state = await openAuditState(options.state, { db, dataDir: options.dataFolder, now: begun });
    try {
      if (state.left > 0) options.resumed?.(state.left);
      const report = await auditAll(options, reading, begun, state);
      await state.finish();
      return report;
    } finally {
      await state.close();
    }
  } finally {
    await printer.close();
    await copies?.close();
    await db.destroy();
  }
}

interface Reading {
  readonly db: Kysely<Database>;
  readonly copies: Copies;
  readonly printer: Printer;
}

/** Runs `work` with who looks at records: in threads, where the store is large, or here. */
async function withLooker<T>(
  options: AuditOptions,
  deps: LookDeps,
  work: (looker: Looker) => Promise<T>,
): Promise<T> {
  const threads = options.threads ?? threadsFor(await recordsIn(deps.db));
  if (threads === 1) return work(lookerHere(deps));
  const { connection } = options;
  const looker = lookerInThreads(threads, { connection, roots: deps.roots, begun: deps.begun });
  try {
    return await work(looker);
  } finally {
    await looker.close();
  }
}

async function recordsIn(db: Kysely<Database>): Promise<number> {
  const row = await db
    .selectFrom('record')
    .select(({ fn }) => fn.countAll<string>().as('records'))
    .executeTakeFirstOrThrow();
  return Number(row.records);
}

async function auditAll(
  options: AuditOptions,
  { db, copies, printer }: Reading,
  begun: Date,
  kept?: KeptResults,
): Promise<AuditReport> {
  const progress = options.progress ?? (() => {});
  const now = options.now ?? (() => new Date());
  const notes = new AuditNotes();
  if (options.schema !== undefined)
    for (const { name, code } of schemaFaults(options.schema, await schemaObjects(db)))
      notes.problem('schema', name, code);
  const leaves = await auditLogs({ db, dataDir: options.dataFolder, now }, notes, progress);
  const pems = [await trainingRootPem(options.dataFolder), ...(options.roots ?? [])];
  const laid = await laidBundleAsIs(options.dataFolder, begun);
  const roots = [
    ...pems.flatMap((pem) => (pem === null ? [] : certificatesFromPem(pem))),
    ...believedRoots(options.dataFolder, laid),
  ];
  const accounted = new Set<string>(await auditClaimKeys(db, leaves, notes));
  const stated = await auditStatements({ db, dataDir: options.dataFolder }, leaves, notes);
  for (const hash of stated.accounted) accounted.add(hash);
  await auditEvidence({ db, dataDir: options.dataFolder, crypto: nodeCrypto, roots, begun }, notes);
  const seen = await readSeenHeads(options.dataFolder, notes);
  const manifests: Manifest[] = [];
  const every = await db
    .selectFrom('school')
    .select(['school_id', 'training', 'tax_code'])
    .orderBy('school_id')
    .execute();
  const schools = every.filter(({ school_id }) => isSchoolId(school_id));
  // Nothing can be asked of it, and of all others must be.
  for (const { school_id } of every)
    if (!isSchoolId(school_id)) notes.problem('store', school_id, 'school-number-invalid');
  // Its chains were seen once, and nothing of it is left.
  for (const school of seen.keys())
    if (schools.every(({ school_id }) => school_id !== school))
      notes.problem('store', school, 'school-missing');
  const judged = { crypto: nodeCrypto, roots, begun };
  await withLooker(options, { db, copies, ...judged }, async (looker) => {
    for (const { school_id, training, tax_code } of schools) {
      const school = { schoolId: school_id, training };
      for (const hash of await auditSchool({ db, looker, kept }, school, leaves, notes, progress))
        accounted.add(hash);
      await auditRolls(db, school_id, notes);
      await auditRegistry(db, school_id, notes);
      await auditClaims({ db, begun, unreal: stated.unreal }, school_id, notes);
      await auditAgreements(db, school_id, notes);
      await auditSignedIn(db, school_id, notes);
      await auditBatches(db, school_id, notes);
      await auditTransfers({ db, crypto: nodeCrypto, begun }, school_id, notes);
      const printDeps = { db, dataDir: options.dataFolder, ...judged, printer, kept };
      await auditPrints(printDeps, school, leaves, notes, progress);
      const noted = [stated.heads.get(school_id), seen.get(school_id)];
      for (const hash of await auditChains({ db, copies, noted }, school_id, leaves, notes, progress))
        accounted.add(hash);
      const lists = await auditManifests(
        { db },
        { schoolId: school_id, taxCode: tax_code },
        { crypto: nodeCrypto, roots, training },
        leaves,
        notes,
      );
      for (const hash of lists.accounted) accounted.add(hash);
      manifests.push(...lists.newest);
    }
  });
  auditMoves(manifests, notes);
  for (const [hash, { origin, index }] of leaves.byHash) {
    if (!accounted.has(hash)) notes.problem('leaf', `${origin}#${index}`, 'leaf-without-record');
  }
  for (const hash of leaves.pending) {
    if (!accounted.has(hash)) notes.problem('leaf', `pending ${hash.slice(0, 16)}`, 'leaf-without-record');
  }
  return notes.report();
}

/** What cannot be read keeps no audit from the rest: else a torn file, or who tears it, would. */
async function readSeenHeads(dataFolder: string, notes: AuditNotes): Promise<SeenHeads> {
  try {
    return await seenHeads(dataFolder);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    notes.problem('store', SEEN_HEADS_FILE, 'file-malformed');
    return new Map();
  }
}
