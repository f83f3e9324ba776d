import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { endedToken } from '../testing/litter.node.ts';
import { removeLitter, replaceFile } from './durable-file.node.ts';
import { isOfEndedOwner, ownerToken } from './owner-token.node.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const UUID = '11111111-2222-4333-8444-555555555555';

let directory = '';
let temporary = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hocba-durable-'));
  temporary = join(directory, '.temp');
  await mkdir(temporary);
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

describe('what a killed write left', () => {
  test('is removed, however often one was killed; what was written whole stays', async () => {
    for (let n = 0; n < 3; n++) await writeFile(join(temporary, endedToken()), bytes('half'));
    await replaceFile(join(directory, 'whole'), bytes('whole'), { temporary, mode: 0o644 });
    expect(removeLitter(temporary)).toBe(3);
    expect(await readdir(temporary)).toEqual([]);
    expect(await readFile(join(directory, 'whole'), 'utf8')).toBe('whole');
    expect(removeLitter(temporary)).toBe(0);
  });

  test('of a process that was killed in the middle of a write', async () => {
    const module = new URL('./durable-file.node.ts', import.meta.url).href;
    // It dies at the first that it sees of its own file; where the file had its name by then, again.
    const write = `const { replaceFile } = await import(${JSON.stringify(module)});
      const { watch } = await import('node:fs');
      watch(${JSON.stringify(temporary)}, () => process.kill(process.pid, 'SIGKILL'));
      for (;;) await replaceFile(${JSON.stringify(join(directory, 'x'))}, new Uint8Array(1 << 20),
        { temporary: ${JSON.stringify(temporary)}, mode: 0o444 });`;
    for (let tries = 0; (await readdir(temporary)).length === 0 && tries < 50; tries++)
      expect(spawnSync(process.execPath, ['--input-type=module', '-e', write]).signal).toBe('SIGKILL');
    expect(removeLitter(temporary)).toBe(1);
    expect(await readdir(temporary)).toEqual([]);
  });

  test('nothing else is touched: a living writer’s file, a link, a folder, a name that is not ours', async () => {
    const outside = join(directory, 'outside');
    await writeFile(outside, bytes('outside'));
    await writeFile(join(temporary, ownerToken()), bytes('being written'));
    await writeFile(join(temporary, `${process.ppid}-0-${UUID}`), bytes('of another living process'));
    await symlink(outside, join(temporary, endedToken()));
    await mkdir(join(temporary, endedToken()));
    for (const name of [UUID, 'half-written', `${endedToken()}.bak`, `.${endedToken()}`])
      await writeFile(join(temporary, name), bytes('not ours'));
    const before = await readdir(temporary);
    expect(removeLitter(temporary)).toBe(0);
    expect(await readdir(temporary)).toEqual(before);
    expect(await readFile(outside, 'utf8')).toBe('outside');
  });

  test('a link in the place of the directory is not gone through', async () => {
    const name = endedToken();
    await writeFile(join(temporary, name), bytes('half'));
    const link = join(directory, 'link');
    await symlink(temporary, link);
    expect(removeLitter(link)).toBe(0);
    expect(await readdir(temporary)).toEqual([name]);
  });

  test('no directory, no litter', () => {
    expect(removeLitter(join(directory, 'none'))).toBe(0);
  });
});

describe('whose a temporary file is', () => {
  test('a process that lives is no ended owner, one that has ended is', () => {
    expect(isOfEndedOwner(ownerToken())).toBe(false);
    expect(isOfEndedOwner(endedToken())).toBe(true);
  });

  test('a number that was given to another process since is no living owner', async () => {
    const stat = await readFile('/proc/self/stat', 'utf8').catch(() => null);
    // Only where the system says when a process began can the two be told apart.
    expect(isOfEndedOwner(`${process.pid}-1-${UUID}`)).toBe(stat !== null);
  });

  test.each([
    '',
    UUID,
    `-1-1-${UUID}`,
    `0-1-${UUID}`,
    `01-1-${UUID}`,
    `1e3-1-${UUID}`,
    `99999999999-1-${UUID}`,
    `4194305--${UUID}`,
    `4194305-1-${UUID.toUpperCase().replaceAll('1', 'A')}`,
    `4194305-1-${UUID}\n`,
    `4194305-1-${UUID.slice(1)}`,
    `../4194305-1-${UUID}`,
  ])('%o is nobody’s', (name) => {
    expect(isOfEndedOwner(name)).toBe(false);
  });
});
