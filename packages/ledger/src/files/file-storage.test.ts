import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { auditLog } from '../audit/audit.ts';
import { createLog, openLog } from '../log/log.ts';
import { nodeEd25519 as ed25519, nodeSha256 as sha256 } from '../note/crypto.node.ts';
import { endedToken } from '../testing/litter.node.ts';
import { pendingRange, testPorts } from '../testing/ports.node.ts';
import { fileStorage } from './file-storage.node.ts';
import { ownerToken } from './owner-token.node.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hocba-ledger-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

describe('files of a log', () => {
  test('a log on disk: written, opened again, audited', async () => {
    const ports = testPorts({ storage: fileStorage(directory) });
    await createLog(ports);
    await (await openLog(ports)).append(0, pendingRange(0, 200));
    const again = await openLog({ ...ports, storage: fileStorage(directory) });
    await again.append(200, pendingRange(200, 700));
    const report = await auditLog({
      sha256,
      ed25519,
      storage: fileStorage(directory),
      vkey: ports.signer.vkey,
    });
    expect(report).toMatchObject({ ok: true, size: 700 });
    expect(await readdir(join(directory, '.temp'))).toEqual([]);
    expect((await readdir(join(directory, 'tile/0'))).sort()).toEqual(['000', '001', '002.p']);
  });

  test('tiles are written once', async () => {
    const storage = fileStorage(directory);
    const path = 'tile/0/x001/234.p/7';
    await storage.write(path, Uint8Array.of(1));
    await storage.write(path, Uint8Array.of(1));
    await expect(storage.write(path, Uint8Array.of(2))).rejects.toMatchObject({ code: 'immutable-differs' });
    expect(await storage.read(path)).toEqual(Uint8Array.of(1));
    if (process.platform !== 'win32') expect((await stat(join(directory, path))).mode & 0o777).toBe(0o444);
  });

  test('checkpoint and status are replaced', async () => {
    const storage = fileStorage(directory);
    for (const path of ['checkpoint', 'status']) {
      await storage.write(path, Uint8Array.of(1));
      await storage.write(path, Uint8Array.of(2));
      expect(await storage.read(path)).toEqual(Uint8Array.of(2));
    }
  });

  test('a torn temporary file from a power cut never counts', async () => {
    const storage = fileStorage(directory);
    await storage.write('tile/0/000.p/1', Uint8Array.of(1));
    await writeFile(join(directory, '.temp', 'left-over'), Uint8Array.of(9));
    await storage.write('tile/0/001', Uint8Array.of(2));
    expect(await storage.read('tile/0/001')).toEqual(Uint8Array.of(2));
    expect(await storage.read('tile/0/000')).toBeNull();
  });

  test('what a killed writer left is gone when the log is opened again, and what lives or is not ours stays', async () => {
    const ports = testPorts({ storage: fileStorage(directory) });
    await createLog(ports);
    const temporary = join(directory, '.temp');
    for (const name of [endedToken(), endedToken(), ownerToken(), 'note'])
      await writeFile(join(temporary, name), Uint8Array.of(9));
    const log = await openLog({ ...ports, storage: fileStorage(directory) });
    const left = await readdir(temporary);
    expect(left).toHaveLength(2);
    expect(left).toContain('note');
    await log.append(0, pendingRange(0, 3));
    expect(await readdir(temporary)).toEqual(left);
  });

  test('a log whose litter cannot be removed is opened all the same', async () => {
    const removeLitter = () => Promise.reject(new Error('no permission'));
    const ports = testPorts({ storage: { ...fileStorage(directory), removeLitter } });
    await createLog(ports);
    expect((await openLog(ports)).size).toBe(0);
  });

  test('partial files beside a full tile are removed, and nothing else', async () => {
    const storage = fileStorage(directory);
    for (const path of ['tile/0/000.p/1', 'tile/0/000.p/2', 'tile/0/000', 'tile/0/001.p/1']) {
      await storage.write(path, Uint8Array.of(1));
    }
    await storage.removePartials?.('tile/0/000');
    await storage.removePartials?.('tile/0/005');
    expect((await readdir(join(directory, 'tile/0'))).sort()).toEqual(['000', '001.p']);
    await expect(storage.removePartials?.('tile/0/001.p/1')).rejects.toMatchObject({ code: 'path-invalid' });
  });

  test.each([
    '../secret',
    'tile/0/../../secret',
    '/etc/hostname',
    'key.pem',
    '.temp/x',
    'tile/0',
    'checkpoint/x',
    '',
  ])('%o is no path of a log', async (path) => {
    const storage = fileStorage(directory);
    await expect(async () => storage.read(path)).rejects.toMatchObject({ code: 'path-invalid' });
    await expect(async () => storage.write(path, Uint8Array.of(1))).rejects.toMatchObject({
      code: 'path-invalid',
    });
  });

  test('what the web server serves is what was written', async () => {
    await fileStorage(directory).write('checkpoint', new TextEncoder().encode('a\n'));
    expect(await readFile(join(directory, 'checkpoint'), 'utf8')).toBe('a\n');
  });
});
