/** Which status files a log has logged, held against the leaves of its mirror: what was said on a day cannot be denied later. */

import { join } from 'node:path';
import {
  isLeafOfReceipt,
  LedgerError,
  LOGGED_STATUSES_PATH,
  type LoggedStatusReceipt,
  parseLoggedStatuses,
  readEntries,
  statusDigest,
  TILE_WIDTH,
} from '@hocba/ledger';
import { fileStorage, nodeSha256, readOrNull, replaceFile } from '@hocba/ledger/node';
import { STATUS_FILE } from './status.ts';

export type LoggedStatusFault = 'logged-status-malformed' | 'logged-status-false' | 'logged-status-withdrawn';

const SENTENCES: Readonly<Record<LoggedStatusFault, string>> = {
  'logged-status-malformed': 'không phải là danh sách bản tình trạng đã ghi nhật ký',
  'logged-status-false': 'nói rằng một lá là của bản tình trạng mà lá ấy không cam kết',
  'logged-status-withdrawn': 'không còn nói đến bản tình trạng mà trước đây đã nói là đã ghi nhật ký',
};

/** Why a served list was not kept, or what is wrong with the kept one. */
export function asLoggedFault(code: LoggedStatusFault, index?: number): string {
  const at = index === undefined ? '' : ` (lá ${index})`;
  return `${LOGGED_STATUSES_PATH}${at}: danh sách ${SENTENCES[code]} (${code})`;
}

/**
 * Keeps the list of a log in its mirror if every line is of a leaf that the copy holds, and no line is gone that was served before: the kept
 * one stays where the new one is refused.
 *
 * @param bytes as served before the log's checkpoint was asked for; null: none was
 * @param size of the copy
 * @returns null where nothing is wrong
 */
export async function keepLoggedStatuses(
  dir: string,
  bytes: Uint8Array | null,
  size: number,
): Promise<LoggedStatusFault | null> {
  const path = join(dir, LOGGED_STATUSES_PATH);
  const before = await readOrNull(path);
  if (bytes === null) return before === null ? null : 'logged-status-withdrawn';
  const served = receiptsIn(bytes);
  if (served === null) return 'logged-status-malformed';
  if ((await firstFalse(dir, served, size)) !== null) return 'logged-status-false';
  const named = new Set(served.map(({ index }) => index));
  if ((before === null ? [] : (receiptsIn(before) ?? [])).some(({ index }) => !named.has(index)))
    return 'logged-status-withdrawn';
  await replaceFile(path, bytes, { temporary: join(dir, '.mirror', '.temp'), mode: 0o644 });
  return null;
}

/** What the kept list says. */
export interface LoggedStatusReport {
  /** Status files of which a leaf is shown. */
  readonly logged: number;
  /** The leaf of the status that the mirror keeps; null where none is shown: it is of an hour between two that were logged, or of today. */
  readonly kept: number | null;
  readonly wrong: { readonly code: LoggedStatusFault; readonly index?: number } | null;
}

/** @param size of the copy, whose leaves were found good. @returns null where the mirror keeps no list */
export async function auditLoggedStatuses(dir: string, size: number): Promise<LoggedStatusReport | null> {
  const bytes = await readOrNull(join(dir, LOGGED_STATUSES_PATH));
  if (bytes === null) return null;
  const receipts = receiptsIn(bytes);
  if (receipts === null) return { logged: 0, kept: null, wrong: { code: 'logged-status-malformed' } };
  const index = await firstFalse(dir, receipts, size);
  if (index !== null) return { logged: 0, kept: null, wrong: { code: 'logged-status-false', index } };
  const status = await readOrNull(join(dir, STATUS_FILE));
  const digest = status === null ? null : Buffer.from(statusDigest(nodeSha256, status));
  const kept = receipts.find((one) => digest?.equals(one.digest) === true)?.index ?? null;
  return { logged: receipts.length, kept, wrong: null };
}

export function asLoggedStatuses(report: LoggedStatusReport | null): string {
  if (report === null) return '';
  const { logged, kept, wrong } = report;
  if (wrong !== null) return `  ✗ ${asLoggedFault(wrong.code, wrong.index)}\n`;
  const own =
    kept === null
      ? 'bản tình trạng đang giữ chưa ở trong số đó (mỗi ngày ghi một bản)'
      : `bản tình trạng đang giữ là lá ${kept}`;
  return `  ${logged} bản tình trạng đã ghi nhật ký, lá nào cũng đúng; ${own}.\n`;
}

function receiptsIn(bytes: Uint8Array): LoggedStatusReceipt[] | null {
  try {
    return parseLoggedStatuses(bytes);
  } catch (error) {
    if (error instanceof LedgerError) return null;
    throw error;
  }
}

/** Index of the first leaf that is not of what its line says; null where all are. */
async function firstFalse(
  dir: string,
  receipts: readonly LoggedStatusReceipt[],
  size: number,
): Promise<number | null> {
  const storage = fileStorage(dir);
  let bundle = -1;
  let entries: readonly Uint8Array[] = [];
  for (const receipt of receipts) {
    const { index } = receipt;
    if (index >= size) return index;
    if (Math.floor(index / TILE_WIDTH) !== bundle) {
      bundle = Math.floor(index / TILE_WIDTH);
      entries = await readEntries(storage, size, bundle);
    }
    const leaf = entries[index % TILE_WIDTH];
    if (leaf === undefined || !isLeafOfReceipt(nodeSha256, leaf, receipt)) return index;
  }
  return null;
}
