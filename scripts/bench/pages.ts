/**
 * `node scripts/run.mjs scripts/bench/pages.ts`: until a teacher can type into the class sheet, and until the page behind a QR stands, on a
 * poor line (400 kbit/s each way, 400 ms a request, a processor four times slower), as a first visit and as a later one. Each beside
 * what the same line takes for a page of the same server that is nothing but one small text: `floor` is what no page can be faster than.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import { CHROMIUM_FLAGS, findChromium } from '../../packages/form/src/testing/chromium.ts';
import { startServerProcess } from '../example/server-process.ts';
import { prepare } from '../install.mjs';

const BYTES_A_SECOND = 400_000 / 8;
const LINE = {
  offline: false,
  latency: 400,
  downloadThroughput: BYTES_A_SECOND,
  uploadThroughput: BYTES_A_SECOND,
};
const TIMES_SLOWER = 4;
const ROUNDS = 5;
/** The training school's homeroom teacher and password, as the sign-in page shows them. */
const TEACHER = { username: 'gvcn4b', password: 'tap-huan-2026' };

declare global {
  interface Window {
    readyAt?: number;
  }
}

interface Visit {
  readonly ms: number;
  readonly requests: number;
  readonly bytes: number;
}

/** Opens `address` on the poor line and waits until `ready` (a selector) is there. */
async function open(context: BrowserContext, address: string, ready: string | null): Promise<Visit> {
  const page = await context.newPage();
  const wire = await context.newCDPSession(page);
  await wire.send('Network.enable');
  await wire.send('Network.emulateNetworkConditions', LINE);
  await wire.send('Emulation.setCPUThrottlingRate', { rate: TIMES_SLOWER });
  let requests = 0;
  let bytes = 0;
  const fromCache = new Set<string>();
  wire.on('Network.requestServedFromCache', ({ requestId }) => fromCache.add(requestId));
  wire.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (fromCache.has(requestId) || encodedDataLength === 0) return;
    requests++;
    bytes += encodedDataLength;
  });
  // The page notes the moment itself: what asks from outside is slowed down too, and asks late.
  await page.addInitScript((selector) => {
    const look = (): void => {
      if (selector === null || document.querySelector(selector) !== null)
        window.readyAt ??= performance.now();
    };
    new MutationObserver(look).observe(document, { childList: true, subtree: true });
  }, ready);
  await page.goto(address, { waitUntil: 'load' });
  if (ready !== null) await page.locator(ready).first().waitFor();
  const ms = await page.evaluate(() => {
    const [visit] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    return window.readyAt ?? visit?.responseEnd;
  });
  if (ms === undefined) throw new Error('no time');
  await page.close();
  return { ms, requests, bytes };
}

const median = (visits: readonly Visit[]): Visit => {
  const sorted = [...visits].sort((a, b) => a.ms - b.ms);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (!middle) throw new Error('no visit');
  return middle;
};

await prepare();
const folder = await mkdtemp(join(tmpdir(), 'hocba-bench-pages-'));
const server = await startServerProcess(folder, 0);
const browser = await chromium.launch({ executablePath: await findChromium(), args: [...CHROMIUM_FLAGS] });
try {
  const signedIn = async (): Promise<BrowserContext> => {
    const context = await browser.newContext({ baseURL: server.url, locale: 'vi-VN' });
    const answer = await context.request.post('/api/session', { data: TEACHER });
    if (!answer.ok()) throw new Error(`no sign-in: ${answer.status()}`);
    return context;
  };
  const first: Visit[] = [];
  const again: Visit[] = [];
  const floors: Visit[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const context = await signedIn();
    const answer = await context.request.get('/api/classes');
    const { classes } = (await answer.json()) as { classes: { classId: string }[] };
    const sheet = `/lop/${classes[0]?.classId}/bang`;
    const ready = 'table.sheet [data-row]';
    first.push(await open(context, sheet, ready));
    again.push(await open(context, sheet, ready));
    floors.push(await open(context, '/favicon.svg', null));
    await context.close();
  }
  const floor = median(floors);
  for (const [name, visits] of [
    ['class-sheet-first-visit', first],
    ['class-sheet-again', again],
  ] as const) {
    const { ms, requests, bytes } = median(visits);
    process.stdout.write(
      `${JSON.stringify({
        name,
        value: Math.round(ms),
        unit: 'ms',
        floor: { name: 'one small file of the same server', value: Math.round(floor.ms) },
        requests,
        bytes,
        all: visits.map((visit) => Math.round(visit.ms)),
      })}\n`,
    );
  }
} finally {
  await browser.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
