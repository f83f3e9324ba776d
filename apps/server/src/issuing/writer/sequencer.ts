import { setTimeout as pause } from 'node:timers/promises';
import { createLog, decodeLeaf, LedgerError, type Log, type LogPorts, openLog } from '@hocba/ledger';
import { fileStorage } from '@hocba/ledger/node';
import type { Kysely } from 'kysely';
import pg from 'pg';
import { Refusal } from '../../refusal.ts';
import type { Connection } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { dropSettledForks, shownForks } from '../above/lodge.ts';
import { contradictedBy } from '../above/seen-above.ts';
import { wasAheadOf } from '../log/clock.ts';
import { endedLogs, endOf, type LogEnd } from '../log/ends.ts';
import { ed25519, KeyError, noteSigner, sha256 } from '../log/keys.ts';
import { checkpointLock } from '../log/lock.ts';
import { isOrdered } from '../log/orders.ts';
import { folderOf, logKeyFile } from '../log/origin.ts';
import { leavesGiven, numberedFrom, numberPending, originsMade, originsPending } from '../log/pending.ts';
import { publishedLog } from '../log/published.ts';
import { type LogStop, LogStops } from '../log/stops.ts';
import { askBeforeWriting, knownCheckpoints, witnessRounds } from '../log/witnesses.ts';
import { carryOutClose, carryOutSuccession } from './end-log.ts';

/** Any number, but the same for ever: of all servers on one database one is the sequencer. */
export const SEQUENCER_LOCK = '7306931417002';
/** Leaves that one checkpoint takes in at most. */
const BATCH = 1000;
const TICK_MS = 1000;
const OPENED_AT_ONCE = 16;
/** Leaves of one batch come one after the other: gathered, they share a checkpoint and its writes to disk. */
const GATHER_MS = 200;
const SETTLE_TRIES = 40;
const SETTLE_PAUSE_MS = 250;

export interface SequencerDeps {
  readonly db: Kysely<Database>;
  /** For the one connection that holds the sequencer's lock. */
  readonly connection: Connection;
  readonly dataDir: string;
  now(): Date;
  log(line: string): void;
  /** Called when a published tree has new leaves that recall or replace earlier ones. */
  superseded?(origin: string): Promise<unknown>;
  /** The way to the witnesses; the platform's unless said. */
  readonly fetch?: typeof fetch;
}

/** The only thing that signs for this installation's logs. */
export interface Sequencer {
  /** Makes the origin's log if there is none; an explicit act at the opening of a school year. */
  ensure(origin: string): Promise<void>;
  /** Says that leaves wait. */
  wake(): void;
  /** Opens a log anew before anything more is signed: somebody has shown a tree that it must extend. */
  reopen(origin: string): Promise<void>;
  /** Resolves when all leaves that the log was given are in a published checkpoint. @throws Refusal `log-unavailable` */
  settle(origin: string): Promise<void>;
  /** Why a log writes no more; null where it goes on, or nothing was tried yet. */
  stoppedBy(origin: string): LogStop | null;
  stop(): Promise<void>;
}

/**
 * Starts the sequencer: numbers pending leaves durably, then lets the ledger stage, sign, swap, apply and publish.
 * Numbers come first and are never given again, so that whatever was signed before a kill is a prefix of what is
 * signed after it. A log whose parts do not agree is left alone and named; the others go on.
 */
export function startSequencer(deps: SequencerDeps): Sequencer {
  const { db, dataDir } = deps;
  const logs = new Map<string, Log>();
  const ways = new Map<string, Pick<LogPorts, 'storage'> & { readonly vkey: string }>();
  const witnesses = witnessRounds({
    ...deps,
    cosigned: async (origin, size, note) => keepCosigned(db, origin, size, note, deps.now()),
    contradicted: async (checkpoint) => {
      const origin = await contradicted(checkpoint);
      if (origin !== null) await inTurn(async () => void logs.delete(origin));
    },
  });
  /** Ends that were carried out, or that this process cannot carry out. */
  const ended = new Set<string>();
  const stops = new LogStops(
    () => deps.now(),
    (line) => deps.log(line),
  );
  /** Ends that stand in the table and were ordered by nobody, as was said. */
  const unordered = new Set<string>();
  let holder: pg.Client | null = null;
  let stopped = false;
  let timer: NodeJS.Timeout | null = null;
  let gathering: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();
  let queued: Promise<void> | null = null;

  /** Whether this process is the sequencer; the lock lives as long as its connection. */
  async function isHolder(): Promise<boolean> {
    if (holder !== null) return true;
    const client = new pg.Client(deps.connection);
    const lost = () => {
      if (holder === client) holder = null;
      logs.clear();
    };
    client.on('error', lost);
    client.on('end', lost);
    await client.connect();
    const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [
      SEQUENCER_LOCK,
    ]);
    if (rows[0]?.held !== true) {
      await client.end();
      return false;
    }
    holder = client;
    return true;
  }

  /** A witness has shown what a log's own key has signed: kept, so that the log is opened against it. @returns which log */
  async function contradicted(checkpoint: Uint8Array): Promise<string | null> {
    const origin = await contradictedBy({ db, dataDir }, checkpoint);
    if (origin !== null)
      deps.log(
        `Nhật ký công khai ${origin}: nhân chứng đưa ra một bản khác, cùng khoá; tạm dừng ghi, xem thư mục “lodged”.`,
      );
    return origin;
  }

  async function portsOf(origin: string, makeKey: boolean): Promise<LogPorts> {
    return {
      origin,
      sha256,
      ed25519,
      storage: fileStorage(folderOf(dataDir, origin)),
      lock: checkpointLock(db, origin),
      signer: await noteSigner(logKeyFile(dataDir, origin), origin, makeKey),
      now: () => deps.now().getTime(),
      wasAhead: await wasAheadOf(db, origin),
      closingOrdered: async () => {
        const end = await endOf(db, origin);
        return end?.how === 'closed' && (await isOrdered(dataDir, end));
      },
    };
  }

  async function make(origin: string): Promise<void> {
    if (!(await isHolder())) throw new Refusal('log-unavailable');
    await db
      .insertInto('log_state')
      .values({ origin, inception: deps.now() })
      .onConflict((oc) => oc.column('origin').doNothing())
      .execute();
    // A key is made only while nothing was ever signed under this name.
    if ((await checkpointLock(db, origin).load()) !== null) return;
    await createLog(await portsOf(origin, true));
  }

  async function opened(origin: string): Promise<Log> {
    const known = logs.get(origin);
    if (known !== undefined) return known;
    const ports = await portsOf(origin, false);
    const seen = await knownCheckpoints(dataDir, origin);
    const log = await openLog(ports, {
      known: [...seen.map(({ note }) => note), ...(await shownForks(dataDir, origin))],
    });
    const { signer, storage } = ports;
    // What was shown agrees by now: the newer files were brought back.
    const published = await publishedLog(dataDir, origin);
    if (published !== null) await dropSettledForks(dataDir, published);
    await askBeforeWriting(log, {
      ...deps,
      vkey: signer.vkey,
      storage,
      known: seen,
      contradicted,
      now: () => deps.now(),
      log: (line) => deps.log(line),
    });
    logs.set(origin, log);
    ways.set(origin, { vkey: signer.vkey, storage });
    return log;
  }

  /**
   * A witness that lets everybody wait lets each log wait once: so they wait together.
   * @returns what kept a log from being opened
   */
  async function openTogether(origins: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
    const waiting = origins.values();
    const refused = new Map<string, unknown>();
    async function opener(): Promise<void> {
      for (const origin of waiting)
        await opened(origin).catch((error: unknown) => void refused.set(origin, error));
    }
    await Promise.all(Array.from({ length: OPENED_AT_ONCE }, opener));
    return refused;
  }

  async function advance(origin: string): Promise<void> {
    const log = await opened(origin);
    for (let taken = BATCH; taken === BATCH; ) {
      await numberPending(db, origin, BATCH);
      const leaves = await numberedFrom(db, origin, log.size, BATCH);
      taken = leaves.length;
      if (taken > 0) await log.append(log.size, leaves);
      if (leaves.some((leaf) => decodeLeaf(leaf.bytes).previous !== undefined))
        await deps.superseded?.(origin);
    }
  }

  async function pass(): Promise<void> {
    await eachLog();
    stops.goesOn('');
  }

  async function eachLog(): Promise<void> {
    if (stopped || !(await isHolder())) return;
    // A log not open yet may hold what a kill left half done: opening it recovers.
    const ends = new Map((await endedLogs(db)).map((end) => [end.origin, end]));
    for (const end of ends.values())
      if (!ended.has(end.origin) && !(await ordered(end))) ends.delete(end.origin);
    for (const end of ends.values()) await succeed(end);
    const unopened = (await originsMade(db)).filter((origin) => !logs.has(origin));
    const refused = await openTogether(unopened.filter((origin) => ends.get(origin)?.how !== 'stolen'));
    const closing = [...ends.keys()].filter((origin) => !ended.has(origin));
    for (const origin of new Set([...unopened, ...(await originsPending(db)), ...closing])) {
      const end = ends.get(origin);
      // Nothing is ever signed again with a key that may be another's.
      if (end?.how === 'stolen') continue;
      try {
        if (refused.has(origin)) throw refused.get(origin);
        await advance(origin);
        if (end !== undefined) await close(origin);
        stops.goesOn(origin);
      } catch (error) {
        logs.delete(origin);
        report(error, origin);
      }
    }
    for (const [origin, log] of logs) {
      if (log.life === 'frozen') continue;
      const way = ways.get(origin);
      if (way !== undefined) witnesses.ask(log, way.vkey, way.storage);
    }
  }

  async function ordered(end: LogEnd): Promise<boolean> {
    const { origin } = end;
    if (await isOrdered(dataDir, end)) return true;
    if (!unordered.has(origin))
      deps.log(
        `Nhật ký ${origin} bị ghi là phải kết thúc mà không ai ra lệnh: không làm theo. Hãy chạy hocba audit.`,
      );
    unordered.add(origin);
    return false;
  }

  /** Closed at once, frozen once the witnesses have seen the last tree. */
  async function close(origin: string): Promise<void> {
    const log = await opened(origin);
    if (!(await carryOutClose(dataDir, log))) ended.add(origin);
  }

  async function succeed(end: LogEnd): Promise<void> {
    const { origin, next } = end;
    if (next === null || ended.has(origin)) return;
    try {
      logs.delete(origin);
      await make(next);
      await carryOutSuccession(deps, end);
      await deps.superseded?.(origin);
      ended.add(origin);
    } catch (error) {
      report(error, origin);
    }
  }

  function report(error: unknown, origin = ''): void {
    stops.stopped(origin, nameOfError(error));
  }

  /** Work is done one piece after the other. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = running.then(work);
    running = result.then(
      () => {},
      () => {},
    );
    return result;
  }

  /** A pass that begins after this call; several callers share it. */
  function next(): Promise<void> {
    queued ??= inTurn(async () => {
      queued = null;
      await pass();
    });
    return queued;
  }

  function tick(): void {
    if (stopped) return;
    timer = setTimeout(() => {
      next().catch(report).finally(tick);
    }, TICK_MS);
    timer.unref();
  }
  next().catch(report).finally(tick);

  return {
    async ensure(origin) {
      if ((await checkpointLock(db, origin).load()) !== null) return;
      await inTurn(() => make(origin)).catch((error: unknown) => {
        if (!(error instanceof Refusal)) report(error, origin);
        throw error;
      });
    },
    wake() {
      if (stopped || gathering !== null) return;
      gathering = setTimeout(() => {
        gathering = null;
        next().catch(report);
      }, GATHER_MS);
      gathering.unref();
    },
    async reopen(origin) {
      await inTurn(async () => void logs.delete(origin));
    },
    async settle(origin) {
      const given = await leavesGiven(db, origin);
      for (let tries = 0; tries < SETTLE_TRIES; tries++) {
        await next();
        const log = await publishedLog(dataDir, origin);
        if (log !== null && log.checkpoint.size >= given) return;
        await pause(SETTLE_PAUSE_MS);
      }
      throw new Refusal('log-unavailable');
    },
    stoppedBy: (origin) => stops.of(origin) ?? stops.of(''),
    async stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      if (gathering !== null) clearTimeout(gathering);
      await running;
      await witnesses.idle();
      await holder?.end().catch(() => {});
    },
  };
}

async function keepCosigned(
  db: Kysely<Database>,
  origin: string,
  size: number,
  note: Uint8Array,
  at: Date,
): Promise<void> {
  await db
    .insertInto('log_cosigned')
    .values({ origin, size: String(size), note, cosigned_at: at })
    .onConflict((oc) =>
      oc
        .column('origin')
        .doUpdateSet({ size: String(size), note, cosigned_at: at })
        .where('log_cosigned.size', '<', String(size)),
    )
    .execute();
}

/** Code and kind only: a message may hold a path. */
function nameOfError(error: unknown): string {
  if (error instanceof LedgerError || error instanceof KeyError) return error.code;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : error instanceof Error ? error.name : 'không rõ';
}
