import { parentPort } from 'node:worker_threads';
import { FormError } from './error.ts';
import { type PrintAnswer, type PrintJob, sheetOf } from './print-job.ts';
import { startTypesetter } from './typeset.ts';

/** Typesets in a thread of its own, one form after the other, so that the server's thread never waits for a page. */
const typesetter = startTypesetter();

parentPort?.on('message', async (job: PrintJob) => {
  let answer: PrintAnswer;
  try {
    answer = { pdf: await typesetter.typeset(sheetOf(job)) };
  } catch (error) {
    const known =
      error instanceof FormError ? error : new FormError('typeset-failed', 'the form could not be typeset');
    answer = { code: known.code, message: known.message };
  }
  parentPort?.postMessage(answer);
});
