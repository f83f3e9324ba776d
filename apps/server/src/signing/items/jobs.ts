import { Logger, type Runner, run, runMigrations, type TaskList } from 'graphile-worker';
import { type Kysely, sql } from 'kysely';
import pg from 'pg';
import type { Connection } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';

/** How often it is looked for jobs that were given up: a disk that was full, a database that was away, are mended some time. */
const REVIVE_MS = 600_000;

/** Any number that no other advisory lock takes. */
const LOCK_SEED = 7306931419;
/** When a batch is looked at again that another is at work on. */
const LOOK_AGAIN_MS = 1000;

/** What a signing job is about. Ids only: a queue is no place for data. */
export interface SigningJob {
  readonly schoolId: string;
  readonly batchId: string;
}

/** Brings the queue's own schema to its newest state; at start, before anything is served. */
export async function installJobs(owner: Connection): Promise<void> {
  await withPool(owner, 1, (pgPool) => runMigrations({ pgPool, logger: quiet() }));
}

/**
 * Adds the batch's job in the caller's transaction: it exists when the batch does, or neither.
 * @param at when it is to be worked on; at once unless said
 */
export async function enqueueSigning(trx: Kysely<Database>, job: SigningJob, at?: Date): Promise<void> {
  const { schoolId, batchId } = job;
  if (at === undefined) await sql`select enqueue_signing(${schoolId}::bigint, ${batchId}::uuid)`.execute(trx);
  else await sql`select enqueue_signing_at(${schoolId}::bigint, ${batchId}::uuid, ${at})`.execute(trx);
}

export interface RunningJobs {
  /** Lets running jobs come to the end of their step, then stops. */
  stop(): Promise<void>;
}

/**
 * Works through the queue, two batches at a time.
 *
 * @param sign works on one batch until it is finished; a throw is tried again, eight times within some hour, and then from the beginning
 * @param log one line for the operator
 * @param more what else is queued, by the name of its task
 */
export async function runJobs(
  owner: Connection,
  sign: (job: SigningJob, stopped: AbortSignal) => Promise<void>,
  log: (line: string) => void,
  more: Readonly<Record<string, (payload: unknown, stopped: AbortSignal) => Promise<void>>> = {},
): Promise<RunningJobs> {
  // One connection listens, two for each job and one to spare.
  const pool = queuePool(owner, 6);
  // The queue's own signal comes five seconds after it was stopped: time for hundreds of signatures.
  const stopping = new AbortController();
  const tasks: TaskList = {
    ...Object.fromEntries(
      Object.entries(more).map(([name, work]): [string, TaskList[string]] => [
        name,
        async (payload) => work(payload, stopping.signal),
      ]),
    ),
    sign: async (payload: unknown) => {
      const job = parseJob(payload);
      if (!(await alone(pool, job, () => sign(job, stopping.signal)))) await putOff(pool, job);
    },
  };
  let runner: Runner;
  try {
    runner = await run({
      pgPool: pool,
      concurrency: 2,
      noHandleSignals: true,
      taskList: tasks,
      parsedCronItems: [],
      logger: quiet(log),
    });
  } catch (error) {
    await pool.end();
    throw error;
  }
  const revive = () => reviveJobs(pool).catch(() => {});
  const revival = setInterval(revive, REVIVE_MS);
  revival.unref();
  await revive();
  return {
    async stop() {
      clearInterval(revival);
      stopping.abort();
      // Stopping twice, or after the database has gone, must not keep the process.
      await runner.stop().catch(() => {});
      await pool.end().catch(() => {});
    },
  };
}

/**
 * A restart, a person who wants to go on and an agent's signatures each give a batch a job, whoever works on it. Two at once would end what
 * the other has just begun.
 * @returns false where another has the batch, of this server or of another one on the database
 */
async function alone(pool: pg.Pool, { batchId }: SigningJob, work: () => Promise<void>): Promise<boolean> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ held: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, $2)) as held',
      [batchId, LOCK_SEED],
    );
    if (rows[0]?.held !== true) return false;
    await work();
    return true;
  } finally {
    // Closed and not given back: its lock goes with it, whatever else has become of it.
    client.release(true);
  }
}

/** Not dropped: who has the batch may have looked before what this job is about was there. */
async function putOff(pool: pg.Pool, { schoolId, batchId }: SigningJob): Promise<void> {
  await pool.query('select enqueue_signing_at($1, $2, $3)', [
    schoolId,
    batchId,
    new Date(Date.now() + LOOK_AGAIN_MS),
  ]);
}

/**
 * Jobs whose tries are used up begin anew: nobody is to ask for each batch again, once what kept them is mended. So do those for a time
 * that no job is ever put off to: a clock that ran ahead wrote it.
 */
async function reviveJobs(pool: pg.Pool): Promise<void> {
  await pool.query(
    `select graphile_worker.reschedule_jobs(array_agg(id), run_at => now(), attempts => 0)
     from graphile_worker.jobs where (attempts >= max_attempts or run_at > now() + interval '2 hours')
       and locked_at is null and key is not null having count(*) > 0`,
  );
}

function parseJob(payload: unknown): SigningJob {
  const { schoolId, batchId } = (payload ?? {}) as Partial<Record<string, unknown>>;
  if (typeof schoolId !== 'string' || typeof batchId !== 'string') throw new TypeError('not a signing job');
  return { schoolId, batchId };
}

/** The queue's own lines are for its developers; of them only errors go to the operator, without any payload. */
function quiet(log?: (line: string) => void): Logger {
  return new Logger(() => (level, message) => {
    if (level === 'error') log?.(`hàng đợi ký: ${message.split('\n')[0]}`);
  });
}

async function withPool<T>(owner: Connection, max: number, work: (pool: pg.Pool) => Promise<T>): Promise<T> {
  const pool = queuePool(owner, max);
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}

/** A connection that breaks is replaced at its next use; unheard, its error would end the process. */
function queuePool(owner: Connection, max: number): pg.Pool {
  const pool = new pg.Pool({ ...owner, max });
  pool.on('error', () => {});
  pool.on('connect', (client) => void client.on('error', () => {}));
  return pool;
}
