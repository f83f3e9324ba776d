import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../store/testing/cluster.ts';
import { enqueueSigning, installJobs, runJobs, type SigningJob } from './jobs.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  await installJobs(database.owner);
});
afterAll(() => database.drop());

const job = (): SigningJob => ({ schoolId: '7', batchId: randomUUID() });

test('a job exists when its transaction does, and only then', async () => {
  const [kept, lost] = [job(), job()];
  const done: SigningJob[] = [];
  await database.db.transaction().execute((trx) => enqueueSigning(trx, kept));
  await expect(
    database.db.transaction().execute(async (trx) => {
      await enqueueSigning(trx, lost);
      throw new Error('undone');
    }),
  ).rejects.toThrow('undone');
  const running = await runJobs(
    database.owner,
    async (j) => void done.push(j),
    () => {},
  );
  await expect.poll(() => done).toEqual([kept]);
  await running.stop();
});

test('a job for later is worked on by itself once its time has come, and not before', async () => {
  const later = job();
  const at = new Date(Date.now() + 1_000);
  await enqueueSigning(database.db, later, at);
  const begun: Date[] = [];
  const running = await runJobs(
    database.owner,
    async () => void begun.push(new Date()),
    () => {},
  );
  await expect.poll(() => begun).toHaveLength(1);
  expect(begun[0]?.getTime()).toBeGreaterThanOrEqual(at.getTime());
  await running.stop();
});

test('the job of a killed process is taken up again at once', async () => {
  const killed = job();
  await enqueueSigning(database.db, killed);
  await database.asOwner(
    `update graphile_worker._private_jobs set locked_at = now(), locked_by = 'dead', attempts = 1`,
  );
  await enqueueSigning(database.db, killed);
  const done: SigningJob[] = [];
  const running = await runJobs(
    database.owner,
    async (j) => void done.push(j),
    () => {},
  );
  await expect.poll(() => done).toEqual([killed]);
  await running.stop();
});

test('a batch is worked on by one at a time, on two servers as well, and what is asked for meanwhile is done', async () => {
  const one = job();
  let atWork = 0;
  let most = 0;
  let times = 0;
  const work = async (): Promise<void> => {
    most = Math.max(most, ++atWork);
    if (++times === 1) {
      await enqueueSigning(database.db, one);
      const tried =
        'select 1 from graphile_worker.jobs where key = $1 and run_at > now() and locked_at is null';
      await expect
        .poll(() => database.asOwner(tried, [`sign:${one.batchId}`]), { timeout: 20_000 })
        .toHaveLength(1);
    }
    atWork--;
  };
  const servers = await Promise.all([1, 2].map(() => runJobs(database.owner, work, () => {})));
  await enqueueSigning(database.db, one);
  await expect.poll(() => times, { timeout: 20_000 }).toBe(2);
  expect(most).toBe(1);
  await Promise.all(servers.map((server) => server.stop()));
});

const byBatch = (a: SigningJob, b: SigningJob) => (a.batchId < b.batchId ? -1 : 1);

test('a job that was given up, or put off by a clock that ran years ahead, is taken up again by itself, and one at work is left to who works on it', async () => {
  const [givenUp, atWork, ofYearsToCome] = [job(), job(), job()];
  await enqueueSigning(database.db, givenUp);
  await enqueueSigning(database.db, atWork);
  await database.asOwner('update graphile_worker._private_jobs set attempts = max_attempts');
  await enqueueSigning(database.db, ofYearsToCome, new Date(Date.now() + 1e11));
  await database.asOwner(
    `update graphile_worker._private_jobs set locked_at = now(), locked_by = 'other' where key = 'sign:${atWork.batchId}'`,
  );
  const done: SigningJob[] = [];
  const running = await runJobs(
    database.owner,
    async (j) => void done.push(j),
    () => {},
  );
  await expect.poll(() => done.toSorted(byBatch)).toEqual([givenUp, ofYearsToCome].toSorted(byBatch));
  await running.stop();
});

test('the application neither reads nor changes the queue', async () => {
  const tries = [
    'select * from graphile_worker._private_jobs',
    'delete from graphile_worker._private_jobs',
    `select graphile_worker.add_job('sign', '{}')`,
  ];
  for (const statement of tries) {
    await expect(sql.raw(statement).execute(database.db)).rejects.toMatchObject({ code: '42501' });
  }
});

test('installing twice changes nothing', async () => {
  await installJobs(database.owner);
});
