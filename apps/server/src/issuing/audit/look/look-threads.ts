import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Certificate } from '@hocba/signature';
import type { Looked, Looker } from './look.ts';
import type { FromThread, ThreadData, ToThread } from './look-messages.ts';

/** A thread that looked at records has ended before it had answered: nothing is known of them. */
export class LookerLost extends Error {
  constructor(cause: unknown) {
    super('a thread of the audit ended', { cause });
    this.name = 'LookerLost';
  }
}

/** Each of them has to make its own code fast, which takes as long as a thousand records. */
const WORTH_A_THREAD = 2_000;
/** Each holds some 200 MB. */
const MOST_THREADS = 8;

/** Threads that a store of so many records is worth, on so many cores. 1: none besides the one that asks. */
export function threadsFor(records: number, cores = availableParallelism()): number {
  return Math.max(1, Math.min(cores, MOST_THREADS, Math.floor(records / WORTH_A_THREAD)));
}

interface Waiting {
  resolve(looked: readonly Looked[]): void;
  reject(error: unknown): void;
}

interface Thread {
  readonly worker: Worker;
  readonly waiting: Waiting[];
  /** Why it will not answer any more. */
  lost: LookerLost | null;
}

/**
 * Looks at records in `threads` threads, each with connections of its own. What goes wrong in one (the database is gone, no memory is
 * left) is thrown to whoever waits for it; no record counts as looked at for which no answer came.
 */
export function lookerInThreads(
  threads: number,
  about: Omit<ThreadData, 'roots'> & { readonly roots: readonly Certificate[] },
): Looker & { close(): Promise<void> } {
  const data: ThreadData = { ...about, roots: about.roots.map(({ der }) => der) };
  const all = Array.from({ length: threads }, () => start(data));
  return {
    ahead: 2 * threads,
    look(order) {
      const [least] = [...all].sort((a, b) => a.waiting.length - b.waiting.length);
      return new Promise((resolve, reject) => {
        if (least === undefined) throw new RangeError('no threads');
        if (least.lost !== null) throw least.lost;
        least.waiting.push({ resolve, reject });
        least.worker.postMessage(order satisfies ToThread);
      });
    },
    async close() {
      await Promise.all(all.map(ended));
    },
  };
}

function start(workerData: ThreadData): Thread {
  const worker = new Worker(new URL('./look-thread.ts', import.meta.url), { workerData, execArgv: [] });
  const thread: Thread = { worker, waiting: [], lost: null };
  worker.on('message', (message: FromThread) => {
    const one = thread.waiting.shift();
    if ('looked' in message) one?.resolve(message.looked);
    else one?.reject(message.failed);
  });
  let cause: unknown;
  worker.on('error', (error) => {
    cause = error;
  });
  // Always follows an `error`.
  worker.on('exit', () => {
    thread.lost = new LookerLost(cause);
    for (const one of thread.waiting.splice(0)) one.reject(thread.lost);
  });
  return thread;
}

/** Once it has closed its connections. */
function ended({ worker, lost }: Thread): Promise<void> {
  if (lost !== null) return Promise.resolve();
  return new Promise((resolve) => {
    worker.once('exit', () => resolve());
    worker.postMessage('end' satisfies ToThread);
  });
}
