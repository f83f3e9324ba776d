import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One print of a browser and what it cost: milliseconds of CPU of all its processes, null where the system does not tell. */
export interface PeerPrint {
  readonly pdf: Uint8Array;
  readonly cpuMs: number | null;
}

/** A browser that prints pages. */
export interface Peer {
  /** A page of its own for each document. The CPU is what this print took. */
  print(html: string): Promise<PeerPrint>;
  close(): Promise<void>;
}

const START_MS = 20_000;

/** A browser for one document: started, printed with and ended; its whole life is in the figure. */
export async function printOnce(program: string, html: string): Promise<PeerPrint> {
  const { browser, call, close } = await start(program);
  try {
    const pdf = await printPage(call, html);
    return { pdf, cpuMs: cpuOf(browser) };
  } finally {
    await close();
  }
}

/** A browser that is already there, so that its start is in no figure. */
export async function startPeer(program: string): Promise<Peer> {
  const { browser, call, close } = await start(program);
  return {
    async print(html) {
      const before = cpuOf(browser);
      const pdf = await printPage(call, html);
      const after = cpuOf(browser);
      return { pdf, cpuMs: before === null || after === null ? null : after - before };
    },
    close,
  };
}

async function printPage(call: Call, html: string): Promise<Uint8Array> {
  const { targetId } = await call('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await call('Target.attachToTarget', { targetId, flatten: true });
  const page = (method: string, params: object) => call(method, params, String(sessionId));
  const { frameTree } = (await page('Page.getFrameTree', {})) as { frameTree: { frame: { id: string } } };
  await page('Page.setDocumentContent', { frameId: frameTree.frame.id, html });
  const { data } = await page('Page.printToPDF', { preferCSSPageSize: true, printBackground: true });
  await call('Target.closeTarget', { targetId });
  return Buffer.from(String(data), 'base64');
}

async function start(program: string) {
  const profile = mkdtempSync(join(tmpdir(), 'hocba-bench-'));
  const browser = spawn(
    program,
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = new Promise<void>((resolve) => browser.once('exit', () => resolve()));
  const close = async (): Promise<void> => {
    browser.kill('SIGKILL');
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  try {
    return { browser, call: await connect(await addressOf(browser)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

const cpuOf = (browser: ChildProcess): number | null =>
  browser.pid === undefined ? null : cpuOfTree(browser.pid);

/** Chromium says on its error stream where it listens. */
function addressOf(browser: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('Chromium does not answer')), START_MS);
    let said = '';
    browser.stderr?.on('data', (piece: Buffer) => {
      said += piece.toString();
      const address = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    });
    browser.once('exit', () => reject(new Error('Chromium ended')));
  });
}

type Answer = Record<string, unknown>;
type Call = (method: string, params: object, sessionId?: string) => Promise<Answer>;

/** The DevTools protocol: one JSON message each way a call. */
async function connect(address: string): Promise<Call> {
  const socket = new WebSocket(address);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', reject, { once: true });
  });
  const waiting = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();
  socket.addEventListener('message', (event) => {
    const { id, result, error } = JSON.parse(String(event.data)) as {
      id?: number;
      result?: Answer;
      error?: { message: string };
    };
    const call = waiting.get(id ?? -1);
    waiting.delete(id ?? -1);
    if (error === undefined) call?.resolve(result ?? {});
    else call?.reject(new Error(error.message));
  });
  let last = 0;
  return (method, params, sessionId) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      socket.send(
        JSON.stringify({ id: last, method, params, ...(sessionId === undefined ? {} : { sessionId }) }),
      );
    });
}

/** User and system time of a process and all below it (Linux, ticks of 10 ms). */
function cpuOfTree(root: number): number | null {
  try {
    const children = new Map<number, number[]>();
    const spent = new Map<number, number>();
    for (const entry of readdirSync('/proc')) {
      if (!/^\d+$/.test(entry)) continue;
      let fields: string[];
      try {
        const stat = readFileSync(`/proc/${entry}/stat`, 'latin1');
        fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      } catch {
        continue;
      }
      const pid = Number(entry);
      const parent = Number(fields[1]);
      children.set(parent, [...(children.get(parent) ?? []), pid]);
      // Fields 14–17 of proc(5): its own and its ended children's time.
      spent.set(pid, fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * 10);
    }
    const below = (pid: number): number =>
      (spent.get(pid) ?? 0) + (children.get(pid) ?? []).reduce((sum, child) => sum + below(child), 0);
    return below(root);
  } catch {
    return null;
  }
}
