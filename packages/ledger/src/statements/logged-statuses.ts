import { equalBytes, toHex } from '../encoding/bytes.ts';
import { fromUtf8, parseDecimal, utf8 } from '../encoding/text.ts';
import { LedgerError } from '../error.ts';
import { documentCommitment, SALT_LENGTH } from '../leaf/issued-core.ts';
import { decodeLeaf } from '../leaf/leaf.ts';
import type { Sha256 } from '../ports.ts';
import { loggedStatus } from './statement.ts';

/**
 * What lets anybody see that a leaf commits to a status file: published beside the log, since a status is public and the salt of its
 * leaf protects nothing.
 */
export interface LoggedStatusReceipt {
  /** Of the leaf in its log. */
  readonly index: number;
  readonly salt: Uint8Array;
  /** SHA-256 of the document that the leaf is of (`loggedStatus`). */
  readonly digest: Uint8Array;
}

/** Where the file lies below the log's folder. */
export const LOGGED_STATUSES_PATH = 'logged-statuses';
/** A line is some 150 octets; a log has one a day. */
export const MAX_LOGGED_STATUSES_BYTES = 1_000_000;
const HEADER = 'hocba.vn/logged-statuses/v1';

/** One line a leaf, in the order of the leaves. @throws LedgerError 'status-invalid' */
export function formatLoggedStatuses(receipts: readonly LoggedStatusReceipt[]): Uint8Array {
  const lines = receipts.map(({ index, salt, digest }) => `${index} ${toHex(salt)} ${toHex(digest)}\n`);
  const bytes = utf8(`${HEADER}\n${lines.join('')}`);
  parseLoggedStatuses(bytes);
  return bytes;
}

/** Reads exactly what `formatLoggedStatuses` writes. @throws LedgerError 'status-invalid' */
export function parseLoggedStatuses(bytes: Uint8Array): LoggedStatusReceipt[] {
  if (bytes.length > MAX_LOGGED_STATUSES_BYTES) refuse('size');
  const [header, ...lines] = (fromUtf8(bytes) ?? '').split('\n');
  if (header !== HEADER || lines.pop() !== '') refuse('form');
  let before = -1;
  return lines.map((line) => {
    const [, number = '', salt = '', digest = ''] =
      /^(0|[1-9]\d{0,14}) ([0-9a-f]{64}) ([0-9a-f]{64})$/.exec(line) ?? refuse('line');
    const index = parseDecimal(number);
    if (index <= before) refuse('order');
    before = index;
    return { index, salt: fromHex(salt), digest: fromHex(digest) };
  });
}

/** Whether a leaf commits to the document that a receipt tells of. */
export function isLeafOfReceipt(
  sha256: Sha256,
  leaf: Uint8Array,
  { salt, digest }: LoggedStatusReceipt,
): boolean {
  try {
    const { kind, commitment } = decodeLeaf(leaf);
    return kind === 'statement' && equalBytes(commitment, documentCommitment(sha256, { kind, salt, digest }));
  } catch (error) {
    if (error instanceof LedgerError) return false;
    throw error;
  }
}

/** The digest that a receipt of this signed status has. */
export function statusDigest(sha256: Sha256, note: Uint8Array): Uint8Array {
  return sha256(loggedStatus(note));
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from({ length: SALT_LENGTH }, (_, n) =>
    Number.parseInt(text.slice(2 * n, 2 * n + 2), 16),
  );
}

function refuse(detail: string): never {
  throw new LedgerError('status-invalid', detail);
}
