/** A log's own last word beside its mirror: after it no leaf may come, and by two such words one is false. */

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  type Checkpoint,
  CLOSED_PATH,
  type Closing,
  judgeByClosing,
  LedgerError,
  openClosing,
} from '@hocba/ledger';
import { nodeEd25519, nodeSha256, readOrNull, replaceFile } from '@hocba/ledger/node';
import type { MirrorPlace } from './evidence.ts';

export type ClosingFault =
  | 'signed-after-close'
  | 'closing-withdrawn'
  | 'closing-contradicts'
  | 'closing-of-later-tree'
  | 'closing-invalid';

const SENTENCES: Readonly<Record<ClosingFault, string>> = {
  'signed-after-close': 'nhật ký đã tự khép mà vẫn ghi thêm lá: khoá của nhật ký đã bị dùng sai',
  'closing-withdrawn': 'máy chủ không còn đưa ra lời khép nhật ký mà trước đây đã có',
  'closing-contradicts': 'trái với lời khép đã giữ, ký bằng cùng một khoá: một trong hai là sai',
  'closing-of-later-tree': 'nói về nhiều lá hơn nhật ký đã công bố',
  'closing-invalid': 'không phải là lời khép đã ký của nhật ký này',
};

export const asClosingFault = (code: ClosingFault): string => `${CLOSED_PATH}: ${SENTENCES[code]} (${code})`;

/**
 * Keeps the closing of a log in its mirror and holds the copied tree against it. What the log once signed stays, whatever is served later;
 * another one is laid beside.
 *
 * @param bytes as served before the checkpoint was asked for, so that the tree cannot be an older one; null: none was
 * @param tree that the copy holds
 * @returns null where nothing is wrong
 * @throws LedgerError 'copy-damaged' for a kept one that cannot be read
 */
export async function keepClosing(
  place: MirrorPlace,
  bytes: Uint8Array | null,
  tree: Checkpoint,
): Promise<ClosingFault | null> {
  const path = join(place.dir, CLOSED_PATH);
  const before = await readOrNull(path);
  const kept = before === null ? null : await open(place, before);
  if (before !== null && kept === null) throw new LedgerError('copy-damaged', CLOSED_PATH);
  if (kept !== null && judgeByClosing(kept, tree) === 'signed-after-close') return 'signed-after-close';
  if (bytes === null) return kept === null ? null : 'closing-withdrawn';
  const served = await open(place, bytes);
  if (served === null) return 'closing-invalid';
  const options = { temporary: join(place.dir, '.mirror', '.temp'), mode: 0o644 };
  if (kept !== null) {
    const same = kept.closedAt === served.closedAt && judgeByClosing(kept, served) === 'last';
    if (same) return null;
    const name = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
    await replaceFile(join(place.dir, '.mirror', `refused-${name}.closed`), bytes, options);
    return 'closing-contradicts';
  }
  const judged = judgeByClosing(served, tree);
  if (judged === 'earlier') return 'closing-of-later-tree';
  await replaceFile(path, bytes, options);
  return judged === 'last' ? null : 'signed-after-close';
}

/** What is wrong with the kept closing and the mirror's tree; null where nothing is, or none is kept. */
export async function auditClosing(place: MirrorPlace, tree: Checkpoint): Promise<ClosingFault | null> {
  const bytes = await readOrNull(join(place.dir, CLOSED_PATH));
  if (bytes === null) return null;
  const closing = await open(place, bytes);
  if (closing === null) return 'closing-invalid';
  const judged = judgeByClosing(closing, tree);
  if (judged === 'earlier') return 'closing-of-later-tree';
  return judged === 'last' ? null : 'signed-after-close';
}

/** Null for what this log's key has not signed as its closing. */
async function open({ vkey }: MirrorPlace, bytes: Uint8Array): Promise<Closing | null> {
  try {
    return await openClosing(nodeSha256, nodeEd25519, vkey, bytes);
  } catch (error) {
    if (error instanceof LedgerError) return null;
    throw error;
  }
}
