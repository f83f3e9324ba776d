import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLOSED_PATH, type Log, signClosing } from '@hocba/ledger';
import { ed25519Signer, generateLogKey, nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { command as auditCommand } from '../audit.ts';
import { invented } from '../testing/invented-leaves.ts';
import type { ServedFiles } from '../testing/served-files.ts';
import { ORIGIN, run, serveLog, signer } from '../testing/served-log.ts';
import { command as mirrorCommand } from './mirror.ts';

const folder = mkdtempSync(join(tmpdir(), 'hocba-mirror-closing-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A log that its keeper closes, and may go on with all the same. */
let log: Log;
let files: Map<string, Uint8Array>;
let served: ServedFiles;
let dir = '';
beforeEach(async () => {
  ({ log, files, served, dir } = await serveLog(folder));
  await log.append(0, invented(0, 20));
  files.set(CLOSED_PATH, await closing());
});
afterEach(() => served.stop());

const closing = (change: { size?: number; closedAt?: number } = {}, by = signer) => {
  const last = { origin: ORIGIN, size: log.size, root: log.root, closedAt: 1_790_000_000 };
  return signClosing(nodeSha256, nodeEd25519, by, { ...last, ...change });
};
const mirror = () => run(mirrorCommand, [served.url, dir, '--log', signer.vkey]);
const audited = async () => {
  const { status, out } = await run(auditCommand, [dir, '--json']);
  return [status, JSON.parse(out).closing];
};

test('a closed log is kept with its last word, and nothing is wrong', async () => {
  for (let n = 0; n < 2; n++) expect(await mirror()).toMatchObject({ status: 0, err: expect.any(String) });
  expect(existsSync(join(dir, CLOSED_PATH))).toBe(true);
  expect(await audited()).toEqual([0, null]);
});

test('leaves behind its last word are named, on whichever day the mirror comes, by the audit too', async () => {
  await mirror();
  await log.append(20, invented(20, 21));
  expect(await mirror()).toMatchObject({ status: 1, err: expect.stringContaining('signed-after-close') });
  expect(await audited()).toEqual([1, 'signed-after-close']);
  // Also where the last word is hidden by then.
  files.delete(CLOSED_PATH);
  expect(await mirror()).toMatchObject({ status: 1, err: expect.stringContaining('signed-after-close') });
  // A mirror that begins afterwards sees both at once.
  dir = mkdtempSync(join(folder, 'copy-'));
  files.set(CLOSED_PATH, await closing({ size: 20 }));
  expect(await mirror()).toMatchObject({ status: 1, err: expect.stringContaining('signed-after-close') });
  expect(await audited()).toEqual([1, 'signed-after-close']);
});

const other = () => closing({}, ed25519Signer(ORIGIN, generateLogKey()));
test.each<[string, () => Promise<Uint8Array | null>, string]>([
  ['taken back', async () => null, 'closing-withdrawn'],
  ['signed on another day', () => closing({ closedAt: 1_790_000_001 }), 'closing-contradicts'],
  ['of more leaves', () => closing({ size: 25 }), 'closing-contradicts'],
  ['of another key', other, 'closing-invalid'],
  ['none', async () => new TextEncoder().encode('x'), 'closing-invalid'],
])('a last word that is %s changes nothing of the kept one', async (_, make, code) => {
  await mirror();
  const bytes = await make();
  if (bytes === null) files.delete(CLOSED_PATH);
  else files.set(CLOSED_PATH, bytes);
  expect(await mirror()).toMatchObject({ status: 1, err: expect.stringContaining(code) });
  expect(await audited()).toEqual([0, null]);
  const laid = readdirSync(join(dir, '.mirror')).filter((name) => name.endsWith('.closed'));
  expect(laid).toHaveLength(code === 'closing-contradicts' ? 1 : 0);
});

test('one of more leaves than are published is not kept; a kept one that is damaged is named', async () => {
  files.set(CLOSED_PATH, await closing({ size: 25 }));
  expect(await mirror()).toMatchObject({ status: 1, err: expect.stringContaining('closing-of-later-tree') });
  expect(existsSync(join(dir, CLOSED_PATH))).toBe(false);
  writeFileSync(join(dir, CLOSED_PATH), 'x');
  expect(await mirror()).toMatchObject({ status: 1, err: expect.stringContaining('copy-damaged: closed') });
  expect(await audited()).toEqual([1, 'closing-invalid']);
});
