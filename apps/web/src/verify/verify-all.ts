import {
  besideEachOther,
  mostBytesOf,
  notRead,
  recordsGone,
  type Trust,
  verifyFile,
  wholeOf,
} from '@hocba/verify';
import { visible } from '@hocba/verify/visible';
import type { Chosen } from './chosen.ts';
import { ports } from './ports.ts';
import type { Checked } from './verdict-text.ts';
import { words } from './words.ts';

/** More than these are shown as one, as an archive is: how many are what, the grave ones first. */
const MOST_CARDS = 5;

/** How long the page may be busy before it draws and listens, in milliseconds; a browser makes each such pause a long one. */
const PAUSE = 50;

/** Whoever waited did not want to wait any longer. */
export class Stopped extends Error {}

/** What is waited for, such as the files of a deep folder, and no longer than anybody wants to. */
export function untilStopped<T>(waited: T | Promise<T>, signal: AbortSignal): Promise<T> {
  const stopped = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(new Stopped());
    signal.addEventListener('abort', () => reject(new Stopped()), { once: true });
  });
  return Promise.race([stopped, waited]);
}

/**
 * All that was chosen, in its order, or as one where it is many.
 *
 * @throws Stopped once the signal says so: of some of the files nothing is told, since it would be read as told of all
 */
export async function verifyAll(
  files: readonly Chosen[],
  trust: Trust | null,
  signal: AbortSignal,
  onDone: (count: number, of: number) => void,
): Promise<Checked[]> {
  const came: { name: string; bytes: Uint8Array }[] = [];
  const parts: Checked[] = [];
  const at = new Date();
  for (const { name, file } of files) {
    if (signal.aborted) throw new Stopped();
    const bytes = await bytesOf(file);
    if (typeof bytes === 'string') parts.push({ name, found: notRead(bytes), at });
    else came.push({ name, bytes });
  }
  const { files: records, alone, lists } = besideEachOther(came);
  for (const name of alone) parts.push({ name, found: notRead('proof-alone'), at });
  // A proof is no file of its own: who waits for the count waits for its end.
  const total = parts.length + records.length;
  let toldAt = performance.now();
  const tell = async (done: number, of: number): Promise<void> => {
    if (performance.now() - toldAt < PAUSE) return;
    onDone(done, of);
    await drawn();
    toldAt = performance.now();
    if (signal.aborted) throw new Stopped();
  };
  for (const file of records) {
    // Of one archive its parts are counted, and of many files the files.
    const onPart = (done: number, of: number): Promise<void> =>
      total === 1 ? tell(done, of) : tell(parts.length, total);
    const found = await verifyFile(file, trust, { ...ports, onPart });
    const digest = records.length > MOST_CARDS ? {} : { digest: await digestOf(file.bytes) };
    parts.push({ name: visible(file.name), found, at, ...digest });
    if (total > 1) await tell(parts.length, total);
  }
  for (const { name, found } of recordsGone(lists, parts)) parts.push({ name: visible(name), found, at });
  return parts.length > MOST_CARDS ? [asOne(parts)] : inOrderOf(files, parts);
}

/** Waits until nothing else is done: only then is a count drawn, and a press on a button heard. */
const drawn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** The verdict on all of them, with the day of the list that each was judged by. */
function asOne(parts: readonly Checked[]): Checked {
  const { trustAsOf, trustEnded } = parts.find(({ found }) => found.trustAsOf !== undefined)?.found ?? {};
  const list = {
    ...(trustAsOf === undefined ? {} : { trustAsOf }),
    ...(trustEnded === undefined ? {} : { trustEnded }),
  };
  const at = parts[0]?.at ?? new Date();
  return { name: words.together(parts.length), found: { ...wholeOf(parts, 'archive'), ...list }, at };
}

/** By the browser's own code where it gives one to the page: a class's archive is fifty million octets. */
async function digestOf(bytes: Uint8Array): Promise<string> {
  const given = bytes as Uint8Array<ArrayBuffer>;
  const digest = crypto.subtle
    ? new Uint8Array(await crypto.subtle.digest('SHA-256', given))
    : ports.crypto.sha256(bytes);
  return [...digest].map((octet) => octet.toString(16).padStart(2, '0')).join('');
}

/** As they were chosen, however early or late each could be told. */
function inOrderOf(files: readonly Chosen[], parts: readonly Checked[]): Checked[] {
  const at = (one: Checked): number => files.findIndex(({ name }) => visible(name) === one.name);
  return [...parts].sort((a, b) => at(a) - at(b));
}

/** A file over the limit is refused by its size alone; a phone's memory is not filled for that. Unreadable where it is gone, or is a folder. */
async function bytesOf(file: File): Promise<Uint8Array | 'too-large' | 'unreadable'> {
  if (file.size > mostBytesOf(file.name)) return 'too-large';
  return file.arrayBuffer().then(
    (bytes) => new Uint8Array(bytes),
    () => 'unreadable' as const,
  );
}
