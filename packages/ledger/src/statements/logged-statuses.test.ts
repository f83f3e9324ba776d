import { describe, expect, test } from 'vitest';
import { encodeLeaf } from '../leaf/leaf.ts';
import { nodeSha256 } from '../note/crypto.node.ts';
import {
  formatLoggedStatuses,
  isLeafOfReceipt,
  parseLoggedStatuses,
  statusDigest,
} from './logged-statuses.ts';
import { loggedStatus, statementCommitment } from './statement.ts';

const note = new TextEncoder().encode('a signed status\n');
const salt = new Uint8Array(32).fill(3);
const receipt = { index: 7, salt, digest: statusDigest(nodeSha256, note) };
const commitment = statementCommitment(nodeSha256, loggedStatus(note), salt);
const leaf = encodeLeaf({ kind: 'statement', time: 1_780_000_000, commitment });

describe('receipts of logged statuses', () => {
  test('come back as they were written, none too', () => {
    for (const list of [[], [receipt], [receipt, { ...receipt, index: 8 }]])
      expect(parseLoggedStatuses(formatLoggedStatuses(list))).toEqual(list);
  });

  test.each([
    ['no line end', (text: string) => text.slice(0, -1)],
    ['another header', (text: string) => text.replace('v1', 'v2')],
    ['a number with a zero before it', (text: string) => text.replace('\n7 ', '\n07 ')],
    ['a letter in capitals', (text: string) => text.replace('03 ', '0A ')],
    ['a salt too short', (text: string) => text.replace('0303 ', '03 ')],
    ['a line twice', (text: string) => `${text}${text.split('\n')[1]}\n`],
    ['a further field', (text: string) => text.replace(/\n$/, ' x\n')],
  ])('with %s are refused', (_, change) => {
    const text = new TextDecoder().decode(formatLoggedStatuses([receipt]));
    expect(() => parseLoggedStatuses(new TextEncoder().encode(change(text)))).toThrow('status-invalid');
  });

  test('tell of their leaf and of no other', () => {
    expect(isLeafOfReceipt(nodeSha256, leaf, receipt)).toBe(true);
    const others = [
      { ...receipt, salt: new Uint8Array(32) },
      { ...receipt, digest: statusDigest(nodeSha256, new TextEncoder().encode('another status\n')) },
    ];
    for (const other of others) expect(isLeafOfReceipt(nodeSha256, leaf, other)).toBe(false);
    for (const kind of ['manifest', 'issue'] as const)
      expect(
        isLeafOfReceipt(nodeSha256, encodeLeaf({ kind, time: 1_780_000_000, commitment }), receipt),
      ).toBe(false);
    expect(isLeafOfReceipt(nodeSha256, leaf.slice(1), receipt)).toBe(false);
  });
});
