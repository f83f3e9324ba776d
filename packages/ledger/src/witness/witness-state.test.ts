import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { endedToken } from '../testing/litter.node.ts';
import { openWitnessState } from './witness-state.node.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hocba-witness-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const bytes = (text: string) => new TextEncoder().encode(text);

describe('a witness’s memory in files', () => {
  test('one file per origin, swapped against what is there, kept through a restart', async () => {
    const state = openWitnessState(directory);
    expect(await state.load('a.example/1')).toBeNull();
    expect(await state.swap('a.example/1', bytes('x'), bytes('y'))).toBe(false);
    expect(await state.swap('a.example/1', null, bytes('1'))).toBe(true);
    expect(await state.swap('a.example/1', null, bytes('2'))).toBe(false);
    expect(await state.swap('a.example/1', bytes('0'), bytes('2'))).toBe(false);
    expect(await state.swap('../../x', null, bytes('3'))).toBe(true);
    state.close();
    const again = openWitnessState(directory);
    expect(await again.load('a.example/1')).toEqual(bytes('1'));
    expect(await again.load('../../x')).toEqual(bytes('3'));
    expect(await again.swap('a.example/1', bytes('1'), bytes('2'))).toBe(true);
    again.close();
    const names = (await readdir(directory)).filter((name) => name.endsWith('.checkpoint'));
    expect(names).toHaveLength(2);
    expect(await readdir(join(directory, '.temp'))).toEqual([]);
  });

  test('the same again is not written again', async () => {
    const state = openWitnessState(directory);
    await state.swap('o', null, bytes('1'));
    const [file = ''] = (await readdir(directory)).filter((name) => name.endsWith('.checkpoint'));
    const { ino } = await stat(join(directory, file));
    expect(await state.swap('o', bytes('1'), bytes('1'))).toBe(true);
    expect(await state.swap('o', bytes('0'), bytes('1'))).toBe(false);
    expect((await stat(join(directory, file))).ino).toBe(ino);
    expect(await state.swap('o', bytes('1'), bytes('2'))).toBe(true);
    expect((await stat(join(directory, file))).ino).not.toBe(ino);
    state.close();
  });

  test('of many swaps at once from one record one wins', async () => {
    const state = openWitnessState(directory);
    await state.swap('o', null, bytes('start'));
    const done = await Promise.all(
      Array.from({ length: 20 }, (_, i) => state.swap('o', bytes('start'), bytes(`next ${i}`))),
    );
    expect(done.filter((won) => won)).toHaveLength(1);
    expect(await state.load('o')).toEqual(bytes(`next ${done.indexOf(true)}`));
    state.close();
  });

  test('what a killed holder left half written is removed by the next one, and by none that is refused', async () => {
    const state = openWitnessState(directory);
    await state.swap('o', null, bytes('1'));
    const temporary = join(directory, '.temp');
    const name = endedToken();
    await writeFile(join(temporary, name), bytes('half'));
    expect(() => openWitnessState(directory)).toThrow(expect.objectContaining({ code: 'folder-locked' }));
    expect(await readdir(temporary)).toEqual([name]);
    state.close();
    const next = openWitnessState(directory);
    expect(await readdir(temporary)).toEqual([]);
    expect(await next.load('o')).toEqual(bytes('1'));
    next.close();
  });

  test('a second holder is refused while the first lives', () => {
    const state = openWitnessState(directory);
    expect(() => openWitnessState(directory)).toThrow(expect.objectContaining({ code: 'folder-locked' }));
    state.close();
    openWitnessState(directory).close();
  });

  test('another process is refused, and takes over from a dead one', async () => {
    const module = new URL('./witness-state.node.ts', import.meta.url).href;
    const open = `const { openWitnessState } = await import(${JSON.stringify(module)});
      try { openWitnessState(${JSON.stringify(directory)}); console.log('held'); } catch (e) { console.log(e.code); }
      if (process.argv[1] === 'die') process.kill(process.pid, 'SIGKILL');`;
    const run = (...args: string[]) =>
      spawnSync(process.execPath, ['--input-type=module', '-e', open, ...args], {
        encoding: 'utf8',
      }).stdout.trim();
    const state = openWitnessState(directory);
    expect(run()).toBe('folder-locked');
    state.close();
    expect(run('die')).toBe('held');
    expect(await readdir(join(directory, 'lock'))).toHaveLength(1);
    expect(run()).toBe('held');
    expect(await readdir(directory)).not.toContain('lock');
  });

  test('a lock whose process number was given to another since is broken', async () => {
    await mkdir(join(directory, 'lock'));
    await writeFile(join(directory, 'lock', `${process.pid}-1-left-behind`), '');
    // Only where the system says when a process began can the two be told apart.
    if (
      await readFile('/proc/self/stat').then(
        () => true,
        () => false,
      )
    )
      openWitnessState(directory).close();
    else expect(() => openWitnessState(directory)).toThrow();
  });
});
