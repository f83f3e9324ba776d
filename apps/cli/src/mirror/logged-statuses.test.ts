import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  encodeLeaf,
  formatLoggedStatuses,
  type LoggedStatusReceipt,
  leafHash,
  loggedStatus,
  signStatus,
  statementCommitment,
  statusDigest,
} from '@hocba/ledger';
import { nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { command as auditCommand } from '../audit.ts';
import { invented } from '../testing/invented-leaves.ts';
import type { ServedFiles } from '../testing/served-files.ts';
import { ORIGIN, run, serveLog, signer, statusSigner, trustFolder } from '../testing/served-log.ts';
import { command as mirrorCommand } from './mirror.ts';

const folder = mkdtempSync(join(tmpdir(), 'hocba-logged-statuses-'));
afterAll(() => rmSync(folder, { recursive: true }));

const trust = trustFolder(folder, statusSigner.vkey);
let files: Map<string, Uint8Array>;
let served: ServedFiles;
let dir = '';
let receipts: LoggedStatusReceipt[];

/** A log whose leaves 3 and 300 are of status files; the published one is the later. */
beforeEach(async () => {
  const fresh = await serveLog(folder);
  ({ files, served, dir } = fresh);
  receipts = [];
  let size = 0;
  for (const count of [3, 296, 5]) {
    const leaves = [...invented(size, size + count)];
    if (size > 0) leaves.unshift(await statusLeaf(size));
    await fresh.log.append(size, leaves);
    size += leaves.length;
  }
  files.set('logged-statuses', formatLoggedStatuses(receipts));
});
afterEach(() => served.stop());

async function statusLeaf(index: number) {
  const note = await signStatus(nodeSha256, nodeEd25519, statusSigner, {
    origin: ORIGIN,
    asOf: 1_780_000_000 + index,
    size: index,
    entries: [],
  });
  files.set('status', note);
  const salt = nodeSha256(new TextEncoder().encode(`salt ${index}`));
  const commitment = statementCommitment(nodeSha256, loggedStatus(note), salt);
  const bytes = encodeLeaf({ kind: 'statement', time: 1_780_000_000 + index, commitment });
  receipts.push({ index, salt, digest: statusDigest(nodeSha256, note) });
  return { bytes, leafHash: leafHash(nodeSha256, bytes) };
}

const mirror = () => run(mirrorCommand, [served.url, dir, '--log', signer.vkey, '--trust', trust]);
const audit = async () => {
  const { status, out } = await run(auditCommand, [dir, '--json']);
  return [status, JSON.parse(out).logged];
};
const list = () => receipts.map((one) => ({ ...one }));

test('a mirror keeps which leaves are of status files, and its audit finds the kept status among them', async () => {
  expect(await mirror()).toMatchObject({ status: 0, err: expect.not.stringContaining('logged-statuses') });
  expect(await audit()).toEqual([0, { logged: 2, kept: 300, wrong: null }]);
  expect((await run(auditCommand, [dir])).out).toContain('bản tình trạng đang giữ là lá 300');
});

test('a status that was never logged is told as that', async () => {
  files.set('logged-statuses', formatLoggedStatuses(list().slice(0, 1)));
  expect((await mirror()).status).toBe(0);
  expect(await audit()).toEqual([0, { logged: 1, kept: null, wrong: null }]);
});

test('a log without such a list is mirrored as before', async () => {
  files.delete('logged-statuses');
  expect((await mirror()).status).toBe(0);
  expect(await audit()).toEqual([0, null]);
});

test.each<[string, () => Uint8Array | undefined, string]>([
  [
    'of a leaf of something else',
    () => formatLoggedStatuses(list().map((one) => ({ ...one, index: one.index + 1 }))),
    'logged-status-false',
  ],
  [
    'of a leaf beyond the tree',
    () => formatLoggedStatuses([...list(), { ...list()[0]!, index: 999 }]),
    'logged-status-false',
  ],
  [
    'with another salt',
    () => formatLoggedStatuses(list().map((one) => ({ ...one, salt: one.digest }))),
    'logged-status-false',
  ],
  ['that is none', () => new TextEncoder().encode('x\n'), 'logged-status-malformed'],
  ['that forgets one', () => formatLoggedStatuses(list().slice(1)), 'logged-status-withdrawn'],
  ['that is gone', () => undefined, 'logged-status-withdrawn'],
])('a list %s is refused, and the one before stays', async (_, made, code) => {
  expect((await mirror()).status).toBe(0);
  const bytes = made();
  if (bytes === undefined) files.delete('logged-statuses');
  else files.set('logged-statuses', bytes);
  expect(await mirror()).toMatchObject({ status: 1, err: expect.stringContaining(code) });
  expect(await audit()).toEqual([0, { logged: 2, kept: 300, wrong: null }]);
});

test('a list in the copy that says of a leaf what it is not is named by the audit', async () => {
  await mirror();
  const path = join(dir, 'logged-statuses');
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.replace('\n300 ', '\n299 '));
  expect(await audit()).toEqual([
    1,
    { logged: 0, kept: null, wrong: { code: 'logged-status-false', index: 299 } },
  ]);
});
