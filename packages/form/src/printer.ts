import { Worker } from 'node:worker_threads';
import { FormError, type FormErrorCode } from './error.ts';
import type { FormInput } from './input.ts';

export type PrintAnswer = { pdf: Uint8Array } | { code: FormErrorCode; message: string };

export interface Printer {
  /** As renderYear, in the printer's thread; forms are made in the order asked for. Rejects with FormError. */
  renderYear(input: FormInput): Promise<Uint8Array>;
  /** Ends the thread; whatever waits is rejected with `closed`. */
  close(): Promise<void>;
}

interface Job {
  input: FormInput;
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
      const job = current;
      current = null;
      if (job !== null) {
        if ('pdf' in answer) job.resolve(answer.pdf);
        else job.reject(new FormError(answer.code, answer.message));
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
    const job = waiting.shift();
    if (job === undefined) {
      worker?.unref();
      return;
    }
    current = job;
    worker ??= start();
    worker.ref();
    try {
      worker.postMessage(job.input);
    } catch {
      current = null;
      job.reject(new FormError('input-invalid', 'the input is not plain data'));
      next();
    }
  }

  return {
    renderYear(input) {
      if (closed) return Promise.reject(new FormError('closed', 'the printer was closed'));
      if (waiting.length >= LONGEST_QUEUE)
        return Promise.reject(new FormError('busy', 'too many forms wait'));
      return new Promise((resolve, reject) => {
        waiting.push({ input, resolve, reject });
        next();
      });
    },
    async close() {
      closed = true;
      const error = new FormError('closed', 'the printer was closed');
      current?.reject(error);
      current = null;
      for (const job of waiting.splice(0)) job.reject(error);
      const ending = worker;
      worker = null;
      await ending?.terminate();
    },
  };
}
