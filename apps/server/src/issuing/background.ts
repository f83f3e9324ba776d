import { createPrinter, type Printer } from '@hocba/form';
import { nodeCrypto } from '@hocba/signature/node';
import { sql } from 'kysely';
import type { Deps } from '../access/binding.ts';
import { type WorkDeps, workThrough } from '../signing/batch/work.ts';
import { unfinishedBatches } from '../signing/items/items.ts';
import { enqueueSigning, installJobs, type RunningJobs, runJobs } from '../signing/items/jobs.ts';
import { openLevels } from '../signing/levels/open-levels.ts';
import { readLevelSettings } from '../signing/levels/settings.ts';
import { openSigners } from '../signing/open-signers.ts';
import type { SigningRoom } from '../signing/routes.ts';
import { settleKeys } from '../signing/signers/key-files.ts';
import { openTrainingPki } from '../signing/signers/training-pki.ts';
import { type Connection, inSchool } from '../store/database.ts';
import { deleteOldBooks, enqueueClassBook, unfinishedBooks } from './books/class-book.ts';
import { parseClassBookJob, workOnClassBook } from './books/make-class-book.ts';
import { startClaims } from './claims/sign-claims.ts';
import { headAnchorer } from './days/anchor-heads.ts';
import { dayCloser } from './days/close-days.ts';
import { nightlyComparer } from './days/compare-nightly.ts';
import { watchHeads } from './days/seen-heads.ts';
import type { DeliverDeps } from './delivery/deliver.ts';
import { issueSealed } from './issue/issue.ts';
import { keepLodging } from './lodging/keep-lodging.ts';
import type { LedgerOutlook } from './lodging/outlook.ts';
import { keepsSharedLog } from './lodging/schools-lodging.ts';
import { schoolYearLogs } from './log/ends.ts';
import { readLogSettings, requireSamePlace } from './log/settings.ts';
import { stoppedLogs } from './log/stops.ts';
import { printWork } from './prints/sign-prints.ts';
import type { RecallDeps } from './recall/recall.ts';
import { keepRenewing } from './renewal/keep-renewing.ts';
import { publishStatus } from './status/status.ts';
import { type ComingCloseDeps, closeDueLogs, comingCloses } from './writer/coming-closes.ts';
import { startSequencer } from './writer/sequencer.ts';

/** How often it is looked whether a day has ended. */
const DAYS_MS = 60_000;

/** How often files that are kept no longer are deleted. */
const OLD_FILES_MS = 600_000;

export interface BackgroundOptions {
  /** The role that owns the tables: the job queue's schema and its workers. */
  readonly owner: Connection;
  /** The application's own connection: the sequencer's lock. */
  readonly application: Connection;
  /** Where the public pages are found, for the QR; else the address of who asks for the print. */
  readonly publicUrl?: string;
}

/** What the rooms of signing and issuing work with. */
export interface IssuingRoom extends SigningRoom, DeliverDeps, Omit<RecallDeps, 'sequencer'> {
  readonly sequencer: RecallDeps['sequencer'];
  readonly printer: Printer;
  readonly publicUrl: string | null;
  /** When each log is closed by itself, and what is lodged of it. */
  readonly ledger: LedgerOutlook;
  /** Code of who looks after what others lodge in the shared log. */
  readonly logKeeper: string | null;
}

export interface Background {
  readonly room: IssuingRoom;
  /** Lets running work come to the end of its step, then stops it. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts what goes on without anybody looking: the log's sequencer, the workers of signing batches, the printer; and
 * takes up the batches that a kill has left unfinished. Before this has resolved nothing may be served.
 *
 * ```ts
 * const background = await startBackground(deps, { owner: store.owner, application: store.application });
 * bindings: [...signingRoutes(background.room), ...issuingRoutes(background.room)]
 * pages:    [publicPages({ ...deps, room: background.room })]
 * ```
 */
export async function startBackground(deps: Deps, options: BackgroundOptions): Promise<Background> {
  const { db, dataDir } = deps;
  const { place: logHost, keeper: logKeeper, lodgeAt, closeOn } = readLogSettings(dataDir);
  await requireSamePlace(db, logHost);
  const now = () => deps.now();
  const log = (line: string) => deps.log(line);
  await installJobs(options.owner);
  await settleKeys(deps);
  const sequencer = startSequencer({
    db,
    connection: options.application,
    dataDir,
    now,
    log,
    superseded: (origin) => publishStatus({ db, dataDir, now }, origin),
  });
  const opened = openSigners({ db, dataDir, now });
  const { signers, keyRing } = opened;
  const printer = createPrinter();
  const claims = startClaims({ db, dataDir, crypto: nodeCrypto, signers, sequencer, logHost, now }, log);
  const settings = readLevelSettings(dataDir);
  const levels = await openLevels({
    db,
    crypto: nodeCrypto,
    dataDir,
    signers,
    settings,
    training: await anyTraining(deps),
    now,
  });
  const work: WorkDeps = {
    db,
    crypto: nodeCrypto,
    signers,
    levels,
    keyRing,
    now,
    issueSealed: (trx, sealed) =>
      issueSealed({ crypto: nodeCrypto, signers, levels, sequencer, logHost }, trx, sealed),
    ...(settings.signPrints
      ? {
          prints: printWork({
            db,
            crypto: nodeCrypto,
            dataDir,
            logHost,
            signers,
            levels,
            sequencer,
            printer,
            claimOf: claims.claimOf,
            now,
          }),
        }
      : {}),
    issued: () => {
      sequencer.wake();
      claims.wake();
    },
  };
  const lodging = keepLodging({ db, dataDir, sequencer, above: lodgeAt, now, log });
  const closing: ComingCloseDeps = { db, dataDir, logHost, closeOn, now };
  const room: IssuingRoom = {
    db,
    dataDir,
    now,
    ...opened,
    work,
    sequencer,
    printer,
    claimOf: claims.claimOf,
    logHost,
    logKeeper,
    publicUrl: options.publicUrl ?? null,
    ledger: {
      closes: (origins) => comingCloses(closing, origins),
      lodgesAt: lodgeAt,
      lodgingProblem: (origin) => lodging.problemOf(origin) ?? null,
      stopped: (schoolCode) => stoppedLogs({ db, logHost, stoppedBy: sequencer.stoppedBy }, schoolCode),
      keepsOthers: (actor) => keepsSharedLog({ db, dataDir, logHost, logKeeper }, actor),
    },
    publishStatus: (origin) => publishStatus({ db, dataDir, now }, origin),
  };
  const closeDays = dayCloser({
    db,
    sequencer,
    logHost,
    now,
    publishStatus: (origin) => publishStatus({ db, dataDir, now }, origin),
  });
  const anchorHeads = headAnchorer({ db, sequencer, logHost, now });
  const days = setInterval(() => void closeDays().then(anchorHeads).catch(sayOfDays), DAYS_MS);
  days.unref();
  const closes = setInterval(() => void closeLogs(), DAYS_MS);
  closes.unref();
  async function closeLogs(): Promise<void> {
    try {
      for (const origin of await closeDueLogs(closing))
        log(`Đến ngày khép nhật ký ${origin}: đã ghi lệnh khép.`);
    } catch (error) {
      log(`Chưa xem được nhật ký nào đến ngày khép: ${error instanceof Error ? error.name : 'không rõ'}`);
    }
  }
  const compareClasses = nightlyComparer({ db, now }, log);
  const comparisons = setInterval(() => void compareClasses().catch(sayOfComparison), DAYS_MS);
  comparisons.unref();
  function sayOfComparison(error: unknown): void {
    log(`Chưa đối chiếu được học bạ hằng ngày: ${error instanceof Error ? error.name : 'không rõ'}`);
  }
  const oldBooks = setInterval(() => void deleteOldBooks({ db, now }).catch(sayOfBooks), OLD_FILES_MS);
  oldBooks.unref();
  function sayOfBooks(error: unknown): void {
    log(`Tệp học bạ cả lớp đã hết hạn chưa xoá được: ${error instanceof Error ? error.name : 'không rõ'}`);
  }
  const watch = watchHeads({ db, dataDir, log });
  /** The name of the error only: a message may hold data. */
  function sayOfDays(error: unknown): void {
    log(`Chuỗi ghi của ngày chưa vào được nhật ký: ${error instanceof Error ? error.name : 'không rõ'}`);
  }
  const renewals = keepRenewing({ db, dataDir, crypto: nodeCrypto, signers, levels, now }, log);
  let jobs: RunningJobs;
  try {
    await openYears(deps, room);
    // Before the workers begin, or a batch that waited is worked on twice at once.
    await resumeAll(deps);
    jobs = await runJobs(
      options.owner,
      async (job, stopped) => {
        const again = await workThrough(work, job, stopped);
        if (again) await inSchool(db, job.schoolId, (trx) => enqueueSigning(trx, job, again));
      },
      log,
      {
        'class-book': (payload, stopped) => workOnClassBook(room, parseClassBookJob(payload), stopped),
      },
    );
    claims.wake();
    // What was written before a restart is logged without waiting for the first minute to pass.
    await closeDays().then(anchorHeads).catch(sayOfDays);
    await deleteOldBooks({ db, now }).catch(sayOfBooks);
  } catch (error) {
    clearInterval(days);
    clearInterval(closes);
    clearInterval(comparisons);
    clearInterval(oldBooks);
    await lodging.stop();
    await watch.stop();
    await renewals.stop();
    await claims.stop();
    await sequencer.stop();
    await levels.stop();
    await printer.close();
    throw error;
  }
  let stopping: Promise<void> | null = null;
  return {
    room,
    stop() {
      stopping ??= (async () => {
        clearInterval(days);
        clearInterval(closes);
        clearInterval(comparisons);
        clearInterval(oldBooks);
        const jobsEnded = jobs.stop();
        await lodging.stop();
        await watch.stop();
        await renewals.stop();
        await jobsEnded;
        await claims.stop();
        await levels.stop();
        await sequencer.stop();
        await printer.close();
      })();
      return stopping;
    },
  };
}

async function anyTraining(deps: Deps): Promise<boolean> {
  const found = await deps.db
    .selectFrom('school')
    .select('school_id')
    .where('training', '=', true)
    .executeTakeFirst();
  return found !== undefined;
}

/** Every school year has its log from the start, and a training school its test certificates. */
async function openYears(deps: Deps, room: IssuingRoom): Promise<void> {
  if (await anyTraining(deps)) await openTrainingPki(deps.dataDir, deps.now());
  for (const { origin } of await schoolYearLogs(deps.db, room.logHost)) {
    try {
      await room.sequencer.ensure(origin);
    } catch {
      // Another server on this database is the sequencer; or the log refuses, and its own line says why.
      deps.log(`Nhật ký công khai ${origin} chưa mở được.`);
    }
  }
}

/** Gives every unfinished batch and file a job again: a killed worker's would be held for hours. */
async function resumeAll(deps: Deps): Promise<void> {
  const { rows } = await sql<{ school_id: string }>`select school_id from school`.execute(deps.db);
  for (const { school_id } of rows) {
    await inSchool(deps.db, school_id, async (trx) => {
      for (const batchId of await unfinishedBatches(trx, school_id)) {
        await enqueueSigning(trx, { schoolId: school_id, batchId });
      }
      for (const bookId of await unfinishedBooks(trx, school_id))
        await enqueueClassBook(trx, school_id, bookId);
    });
  }
}
