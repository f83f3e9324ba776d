import { Worker } from 'node:worker_threads';
import type { BookInput, ClassBookInput } from './book/input.ts';
import type { ClassTableInput } from './class-table/input.ts';
import { FormError } from './error.ts';
import type { FormInput } from './input.ts';
import type { PrintAnswer, PrintJob } from './print-job.ts';

export interface Printer {
  /** As renderYear, in the printer's thread; forms are made in the order asked for. Rejects with FormError. */
  renderYear(input: FormInput): Promise<Uint8Array>;
  /** As renderBook and renderClassBook, likewise. */
  renderBook(input: BookInput): Promise<Uint8Array>;
  renderClassBook(input: ClassBookInput): Promise<Uint8Array>;
  /** As renderClassTable, likewise. */
  renderClassTable(input: ClassTableInput): Promise<Uint8Array>;
  /** Ends the thread; whatever waits is rejected with `closed`. */
  close(): Promise<void>;
}

interface Job {
  job: PrintJob;
  resolve(pdf: Uint8Array): void;
  reject(error: FormError): void;
}

/** Forms that may wait. One school prints about 800 at once; more are a mistake that should not fill the memory. */
const LONGEST_QUEUE = 2000;

/**
 * One worker thread with a queue: 80–140 MB however many forms are made. It starts at the first form, does not keep the
 * process alive while idle, and is replaced after a crash: only the form at hand is lost, with `worker-lost`.
 */
export function createPrinter(): Printer {
  const waiting: Job[] = [];
  let current: Job | null = null;
  let worker: Worker | null = null;
  let closed = false;

  function start(): Worker {
    const started = new Worker(new URL('./print-worker.ts', import.meta.url), { execArgv: [] });
    started.on('message', (answer: PrintAnswer) => {
      const waited = current;
      current = null;
      if (waited !== null) {
        if ('pdf' in answer) waited.resolve(answer.pdf);
        else waited.reject(new FormError(answer.code, answer.message));
      }
      next();
    });
    // An `error` is always followed by `exit`, which settles the job.
    started.on('error', () => {});
    started.on('exit', () => {
      if (worker !== started) return;
      worker = null;
      current?.reject(new FormError('worker-lost', 'the typesetting thread ended'));
      current = null;
      next();
    });
    return started;
  }

  function next(): void {
    if (closed || current !== null) return;
    const waited = waiting.shift();
    if (waited === undefined) {
      worker?.unref();
      return;
    }
    current = waited;
    worker ??= start();
    worker.ref();
    try {
      worker.postMessage(waited.job);
    } catch {
      current = null;
      waited.reject(new FormError('input-invalid', 'the input is not plain data'));
      next();
    }
  }

  function print(job: PrintJob): Promise<Uint8Array> {
    if (closed) return Promise.reject(new FormError('closed', 'the printer was closed'));
    if (waiting.length >= LONGEST_QUEUE) return Promise.reject(new FormError('busy', 'too many forms wait'));
    return new Promise((resolve, reject) => {
      waiting.push({ job, resolve, reject });
      next();
    });
  }

  return {
    renderYear: (input) => print({ kind: 'year', input }),
    renderBook: (input) => print({ kind: 'book', input }),
    renderClassBook: (input) => print({ kind: 'classBook', input }),
    renderClassTable: (input) => print({ kind: 'classTable', input }),
    async close() {
      closed = true;
      const error = new FormError('closed', 'the printer was closed');
      current?.reject(error);
      current = null;
      for (const waited of waiting.splice(0)) waited.reject(error);
      const ending = worker;
      worker = null;
      await ending?.terminate();
    },
  };
}
