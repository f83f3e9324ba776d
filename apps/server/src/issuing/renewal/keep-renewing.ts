import { AuthorityUnavailable, UNAVAILABLE_TEXT } from '../../signing/items/unavailable.ts';
import { dateLogs, type EvidenceDeps } from '../log/evidence.ts';
import type { Renewed } from './each-due.ts';
import { renewDuePrints } from './renew-prints.ts';
import { type RenewalDeps, renewDue } from './renew-records.ts';

/** Half a year is left when a record becomes due: twice a day is often enough, and an authority that is away is asked again. */
const EVERY_MS = 12 * 3_600_000;

/**
 * Looks now and then for records whose timestamps must be dated anew, and for logs whose newest tree or earlier evidence must be
 * dated, and does so. `stop` waits for the record at work;
 * what is left goes on at the next start.
 */
export function keepRenewing(
  deps: RenewalDeps & EvidenceDeps,
  log: (line: string) => void,
): { stop(): Promise<void> } {
  const stopped = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const look = (): void => {
    running = running
      .then(() => run(deps, stopped.signal, log))
      .then(() => dateAll(deps, stopped.signal, log));
  };
  const timer = setInterval(look, EVERY_MS);
  timer.unref();
  look();
  return {
    async stop() {
      clearInterval(timer);
      stopped.abort();
      await running;
    },
  };
}

async function run(
  deps: RenewalDeps & EvidenceDeps,
  stopped: AbortSignal,
  log: (line: string) => void,
): Promise<void> {
  if (stopped.aborted) return;
  try {
    const records = await renewDue(deps, stopped);
    if (records.renewed > 0)
      log(`Đã gia hạn dấu thời gian của ${records.renewed} học bạ (${records.timestamps} dấu thời gian).`);
    for (const line of notRenewed('học bạ', records)) log(line);
    const prints = await renewDuePrints(deps, stopped);
    if (prints.renewed > 0) log(`Đã gia hạn dấu thời gian của ${prints.renewed} bản in đã ký.`);
    for (const line of notRenewed('bản in học bạ', prints)) log(line);
  } catch (error) {
    // The name of the error only: a message may hold data.
    const name = error instanceof Error ? error.name : 'không rõ';
    log(`Chưa gia hạn xong dấu thời gian của học bạ: ${name}; sẽ làm tiếp sau.`);
  }
}

const NAMED = 5;

/** A line for each reason, with the first records that it kept back, and one for what was not tried. */
export function notRenewed(what: string, { failed, left }: Renewed): string[] {
  const ids = new Map<string, string[]>();
  for (const { code, recordId } of failed) ids.set(code, [...(ids.get(code) ?? []), recordId]);
  const lines = [...ids].map(([code, all]) => {
    const more = all.length > NAMED ? ` và ${all.length - NAMED} ${what} khác` : '';
    return `Chưa gia hạn được ${all.length} ${what} (${code}), sẽ thử lại: ${all.slice(0, NAMED).join(', ')}${more}`;
  });
  return left === 0
    ? lines
    : [...lines, `Không có nơi cấp dấu thời gian: ${left} ${what} chờ lần gia hạn sau.`];
}

async function dateAll(deps: EvidenceDeps, stopped: AbortSignal, log: (line: string) => void): Promise<void> {
  if (stopped.aborted) return;
  try {
    await dateLogs(deps);
  } catch (error) {
    log(`Nhật ký công khai chưa có dấu thời gian mới. ${reasonOf(error)}`);
  }
}

/** The name of an unknown error only: a message may hold data. */
function reasonOf(error: unknown): string {
  if (error instanceof AuthorityUnavailable)
    return `${UNAVAILABLE_TEXT[error.code]} (authority-${error.code})`;
  return `Hệ thống sẽ tự thử lại (${error instanceof Error ? error.name : 'không rõ'}).`;
}
