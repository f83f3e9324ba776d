import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPrinter, type Printer } from '@hocba/form';
import type { SignerRole } from '@hocba/record';
import { nodeCrypto, type RegisterEntry } from '@hocba/signature/node';
import type { Actor } from '../../access/actor.ts';
import { askApproval } from '../../access/approval/ask.ts';
import { decideApproval } from '../../access/approval/decide.ts';
import type { ApprovalDeps } from '../../access/approval/kinds.ts';
import { startSigning } from '../../signing/batch/batch.ts';
import { signingProgress } from '../../signing/batch/progress.ts';
import { type WorkDeps, workThrough } from '../../signing/batch/work.ts';
import { freezeClass } from '../../signing/freeze/freeze.ts';
import { installJobs } from '../../signing/items/jobs.ts';
import { openLevels } from '../../signing/levels/open-levels.ts';
import { DEFAULT_SETTINGS, type LevelSettings } from '../../signing/levels/settings.ts';
import { KeyRing } from '../../signing/signers/key-ring.ts';
import type { SignerSource } from '../../signing/signers/signers.ts';
import { trainingSigners } from '../../signing/signers/training-signers.ts';
import { freshSchool, makeSmallSchool, type SmallSchool } from '../../signing/testing/small-school.ts';
import { inSchool } from '../../store/database.ts';
import type { TestDatabase } from '../../store/testing/cluster.ts';
import { issueSealed } from '../issue/issue.ts';
import { leafIndexOf } from '../log/leaf-index.ts';
import { originOf } from '../log/origin.ts';
import { printWork } from '../prints/sign-prints.ts';
import { recallKind } from '../recall/recall.ts';
import { publishStatus } from '../status/status.ts';
import { type Sequencer, startSequencer } from '../writer/sequencer.ts';

/** A small school with its database, data folder, signers and log, put together as the server does it. */
export interface TestHouse {
  readonly database: TestDatabase;
  readonly school: SmallSchool;
  readonly dataDir: string;
  readonly origin: string;
  readonly signers: SignerSource;
  readonly sequencer: Sequencer;
  readonly work: WorkDeps;
  readonly printer: Printer;
  readonly lines: string[];
  now(): Date;
  freeze(): Promise<string[]>;
  /** Asks for a batch of the role and works through it here. */
  sign(role: SignerRole, actor: Actor, work?: WorkDeps): Promise<string>;
  /** Freeze, all signatures, issue, log. @returns ids of the records */
  issueAll(): Promise<string[]>;
  /** What the second person is asked for here. */
  readonly approving: ApprovalDeps;
  /** The clerk asks, the principal agrees. @returns the leaf's index, null while the log cannot be reached */
  recall(
    recordId: string,
    replace: boolean,
    corrections?: readonly { readonly item: string; readonly value: string }[],
  ): Promise<number | null>;
  close(): Promise<void>;
}

export const LOG_HOST = 'log.example';

export interface HouseOptions {
  /** Migrated and empty; one of the test cluster's unless said. */
  readonly database?: TestDatabase;
  /** In each class. */
  readonly pupils?: number;
  readonly classes?: number;
  /** Of the school's records. */
  readonly profile?: string;
  /** Where the public pages are found; with it the seal also signs the prints. */
  readonly publicUrl?: string;
  readonly settings?: LevelSettings;
  /** Of the training responder. */
  readonly register?: Map<string, RegisterEntry>;
  /** Where the logs are; `LOG_HOST` unless said. */
  readonly logPlace?: string;
  /** A further school of the installation that this house is of: same database, folder and sequencer. It is closed with that house. */
  readonly beside?: TestHouse;
  readonly schoolId?: string;
  /** The machine's clock, for who sets it. */
  readonly clock?: { ahead: number };
}

async function schoolOf(options: HouseOptions): Promise<Pick<TestHouse, 'database' | 'school'>> {
  const database = options.database ?? options.beside?.database;
  if (database === undefined) return freshSchool(options);
  await installJobs(database.owner);
  return { database, school: await makeSmallSchool(database.db, options) };
}

/** One for all houses of this worker: each would load its thread's code, and the fonts, anew. It keeps no worker from ending. */
let printer: Printer | undefined;

export async function makeHouse(options: HouseOptions = {}): Promise<TestHouse> {
  const { beside, logPlace = LOG_HOST } = options;
  const { database, school } = await schoolOf(options);
  const { db } = database;
  const dataDir = beside?.dataDir ?? (await mkdtemp(join(tmpdir(), 'hocba-house-')));
  const begun = Date.now();
  const now = () =>
    new Date(Date.parse('2026-05-28T01:00:00Z') + Date.now() - begun + (options.clock?.ahead ?? 0));
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const sequencer =
    beside?.sequencer ?? startSequencer({ db, connection: database.application, dataDir, now, log });
  const signers = trainingSigners({ db, dataDir, now });
  const levels = await openLevels({
    db,
    crypto: nodeCrypto,
    dataDir,
    signers,
    settings: options.settings ?? DEFAULT_SETTINGS,
    training: true,
    now,
    ...(options.register ? { register: options.register } : {}),
  });
  printer ??= createPrinter();
  const work: WorkDeps = {
    db,
    crypto: nodeCrypto,
    signers,
    levels,
    keyRing: new KeyRing(now),
    now,
    issueSealed: (trx, sealed) =>
      issueSealed({ crypto: nodeCrypto, signers, levels, sequencer, logHost: logPlace }, trx, sealed),
    issued: () => sequencer.wake(),
    ...(options.publicUrl === undefined
      ? {}
      : {
          prints: printWork({
            db,
            crypto: nodeCrypto,
            dataDir,
            logHost: logPlace,
            signers,
            levels,
            sequencer,
            printer,
            claimOf: async () => null,
            now,
          }),
        }),
  };
  const origin = originOf({ code: school.code, training: true }, school.schoolYear, logPlace);
  const asking = { db, now, ...(options.publicUrl === undefined ? {} : { publicUrl: options.publicUrl }) };
  const never = new AbortController().signal;
  const publish = (of: string) => publishStatus({ db, dataDir, now }, of);
  const recall = recallKind({ sequencer, logHost: logPlace, now, publishStatus: publish });
  const approving: ApprovalDeps = { db, now, kinds: { recall } };
  const house: TestHouse = {
    database,
    school,
    dataDir,
    origin,
    signers,
    sequencer,
    work,
    printer,
    lines,
    now,
    async freeze() {
      const ids: string[] = [];
      for (const classId of school.classIds) {
        const { frozen } = await freezeClass({ db, now, dataDir }, school.homeroom, classId);
        ids.push(...frozen.map(({ recordId }) => recordId));
      }
      return ids;
    },
    async sign(role, actor, deps = work) {
      const { batchId } = await startSigning(asking, actor, { role, classIds: [...school.classIds] });
      await workThrough(deps, { schoolId: school.schoolId, batchId }, never);
      return batchId;
    },
    async issueAll() {
      const ids = await house.freeze();
      await house.sign('subjectTeacher', school.music);
      await house.sign('subjectTeacher', school.homeroom);
      await house.sign('homeroomTeacher', school.homeroom);
      await house.sign('principal', school.principal);
      const batchId = await house.sign('schoolSeal', school.clerk);
      const { refused } = await signingProgress({ db, now }, school.clerk, batchId);
      if (refused.length > 0) throw new Error(refused.map((r) => r.reason).join('; '));
      await sequencer.settle(origin);
      return ids;
    },
    approving,
    async recall(recordId, replace, corrections) {
      const named = corrections === undefined ? {} : { corrections: [...corrections] };
      const { requestId, digest } = await askApproval(approving, school.clerk, {
        act: { kind: 'recall', recordId, reasonCode: 'data-entry-error', replace, ...named },
        reason: 'Nhập nhầm điểm Toán',
        evidence: 'Biên bản số 1, lưu ở văn thư',
      });
      await decideApproval(approving, school.principal, requestId, { approve: true, digest, note: '' });
      const row = await inSchool(db, school.schoolId, (trx) =>
        trx
          .selectFrom('recalled_record')
          .select('leaf_hash')
          .where('school_id', '=', school.schoolId)
          .where('record_id', '=', recordId)
          .executeTakeFirstOrThrow(),
      );
      return leafIndexOf(db, row.leaf_hash);
    },
    async close() {
      await levels.stop();
      if (beside !== undefined) return;
      await sequencer.stop();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  return house;
}
