import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, win32 } from 'node:path';
import { formatCheckpointText, formatNote, parseCheckpointText, parseNote, signNote } from '@hocba/ledger';
import { ed25519Signer, generateLogKey } from '@hocba/ledger/node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ed25519, sha256 } from '../log/keys.ts';
import { forkFile, keepContradiction, keptForks } from './forks.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hocba-names-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

async function shown(origin: string, size = 9): Promise<Uint8Array> {
  const text = formatCheckpointText({ origin, size, root: new Uint8Array(32).fill(7) });
  const key = ed25519Signer(origin, generateLogKey());
  return formatNote({ text, signatures: [await signNote(sha256, ed25519, key, text)] });
}

/** As a school may call its log; whoever takes its key in copies the line. */
const NAMES = [
  'hocba.truong.example/79000007/2025-2026',
  'a/b/2025-2026',
  'a_b/2025-2026',
  'a/b_2025-2026',
  'a%2Fb/2025-2026',
  'a%5Fb/2025-2026',
  '../../../x/2025-2026',
  '..\\..\\..\\x/2025-2026',
  'C:\\x/2025-2026',
  'a:b/2025-2026',
  'a*b?c|d<e>"f/2025-2026',
  '\u202e6202/2025-2026',
];

test('evidence against each log has its own folder, and none is anywhere else', async () => {
  for (const origin of NAMES) await keepContradiction(dataDir, { origin, held: 5 }, await shown(origin), []);
  expect(await readdir(dataDir)).toEqual(['forked']);
  const folders = await readdir(join(dataDir, 'forked'));
  expect(folders).toHaveLength(NAMES.length);
  expect(folders).toContain('hocba.truong.example_79000007_2025-2026');
  for (const name of folders) {
    expect(name).toMatch(/^[\w.%()!'~-]+$/);
    expect(win32.relative('C:\\data', win32.join('C:\\data', name))).toBe(name);
  }
  expect((await keptForks(dataDir)).map(({ origin }) => origin).sort()).toEqual([...NAMES].sort());
  for (const origin of NAMES) {
    const bytes = (await forkFile(dataDir, { origin, held: 5 }, 'checkpoint')) ?? new Uint8Array();
    expect(parseCheckpointText(parseNote(bytes).text).origin).toBe(origin);
  }
});
