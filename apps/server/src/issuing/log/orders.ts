import { readFile, rm } from 'node:fs/promises';
import { CLOSED_PATH, SUCCESSION_PATH } from '@hocba/ledger';
import { fileStorage } from '@hocba/ledger/node';
import { writeDurably } from '../../store/durable-file.ts';
import type { LogEnd } from './ends.ts';
import { sha256 } from './keys.ts';
import { folderOf, logKeyFile } from './origin.ts';

/*
 * An order to end a log stands in its table, where every server finds it, and beside the log's key: who owns the tables alone could else
 * write a row that is carried out as the operator's, and close a log or do away with a part of it.
 */

const HEADER = 'hocba.vn/log-order/v1';

function orderFile(dataDir: string, origin: string): string {
  return logKeyFile(dataDir, origin).replace(/\.key$/, '.order');
}

function textOf({ origin, how, next, last_size, last_note, ordered_at }: LogEnd): string {
  const note = last_note === null ? '-' : Buffer.from(sha256(last_note)).toString('hex');
  const at = Number.isFinite(Number(ordered_at)) ? ordered_at.toISOString() : '-';
  return `${[HEADER, origin, how, next ?? '-', last_size ?? '-', note, at].join('\n')}\n`;
}

/** Before its row is stored: an order that cannot be kept is not taken. */
export async function keepOrder(dataDir: string, end: LogEnd): Promise<void> {
  await writeDurably(orderFile(dataDir, end.origin), Buffer.from(textOf(end)), 0o600);
}

/** Of an order whose row was not stored. */
export async function dropOrder(dataDir: string, origin: string): Promise<void> {
  await rm(orderFile(dataDir, origin), { force: true });
}

/** Whether the row is an order that was given here, as it was given; of those from before orders were kept what was carried out counts. */
export async function isOrdered(dataDir: string, end: LogEnd): Promise<boolean> {
  try {
    return (await readFile(orderFile(dataDir, end.origin), 'utf8')) === textOf(end);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const done = end.how === 'closed' ? CLOSED_PATH : SUCCESSION_PATH;
  return (await fileStorage(folderOf(dataDir, end.origin)).read(done)) !== null;
}
