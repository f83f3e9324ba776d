import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isBuilt, isInstalled, matchesInstalled, root } from '../scripts/install.mjs';

describe('what npm says it installed', () => {
  const here = { os: [process.platform], cpu: [process.arch] };
  const elsewhere = { os: ['aix'], cpu: ['ppc64'] };
  const a = { version: '1.0.0', integrity: 'sha512-a' };
  const lock = (packages: object) => JSON.stringify({ packages: { '': {}, 'apps/web': {}, ...packages } });

  test.each([
    ['the same', { 'node_modules/a': a }, { 'node_modules/a': a }, true],
    ['one more than asked for', { 'node_modules/a': a }, { 'node_modules/a': a, 'node_modules/b': a }, true],
    [
      'an optional one for another machine left out',
      { 'node_modules/a': { ...a, optional: true, ...elsewhere } },
      {},
      true,
    ],
    ['one missing', { 'node_modules/a': a }, {}, false],
    ['another version', { 'node_modules/a': a }, { 'node_modules/a': { ...a, version: '1.0.1' } }, false],
    ['other content', { 'node_modules/a': a }, { 'node_modules/a': { ...a, integrity: 'sha512-b' } }, false],
    ['the one for this machine missing', { 'node_modules/a': { ...a, optional: true, ...here } }, {}, false],
    ['a nested one missing', { 'node_modules/a/node_modules/b': a }, { 'node_modules/b': a }, false],
  ])('%s', (_, wanted, present, expected) => {
    expect(matchesInstalled(lock(wanted), lock(present))).toBe(expected);
  });

  test.each([undefined, '', '{"packages":', 'null'])(
    'nothing or a torn file (%j) is not installed',
    (installed) => {
      expect(matchesInstalled(lock({ 'node_modules/a': a }), installed)).toBe(false);
    },
  );
});

describe('making a clone ready', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hocba-install-'));
    await mkdir(join(folder, 'apps', 'web'), { recursive: true });
    await mkdir(join(folder, 'packages'));
    await writeFile(join(folder, 'package-lock.json'), '{"packages":{"":{}}}');
    await writeFile(join(folder, 'apps', 'web', 'vite.config.ts'), '');
    await writeFile(
      join(folder, 'npm.js'),
      `const { appendFileSync, mkdirSync, rmSync, writeFileSync } = require('node:fs');
       appendFileSync('installs', process.argv.slice(2).join(' ') + '\\n');
       rmSync('node_modules', { recursive: true, force: true });
       setTimeout(() => {
         mkdirSync('node_modules/vite/bin', { recursive: true });
         writeFileSync('node_modules/vite/bin/vite.js',
           \`const { appendFileSync, mkdirSync, rmSync } = require('node:fs');
            appendFileSync('../../builds', 'x');
            rmSync('dist', { recursive: true, force: true });
            mkdirSync('dist');\`);
       }, 300);`,
    );
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** A process that does what every script does first. */
  function start(npm: string, stdio: 'ignore' | 'pipe') {
    const module = pathToFileURL(join(root, 'scripts', 'install.mjs')).href;
    const body = `import { prepare, runScript } from ${JSON.stringify(module)};
      await runScript(async () => { await prepare({ folder: ${JSON.stringify(folder)} }); return 0; });`;
    return spawn(process.execPath, ['--input-type=module', '-e', body], {
      env: { ...process.env, npm_execpath: join(folder, npm), npm_node_execpath: process.execPath },
      stdio,
    });
  }
  /** @returns its exit code */
  async function prepare(npm = 'npm.js'): Promise<number | null> {
    const [code] = await once(start(npm, 'ignore'), 'exit');
    return code;
  }
  const count = (name: string) =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8').length : 0;
  const installs = () =>
    count('installs') && readFileSync(join(folder, 'installs'), 'utf8').trim().split('\n').length;

  test('installs without scripts and builds; a second time does neither', async () => {
    expect(await prepare()).toBe(0);
    expect(readFileSync(join(folder, 'installs'), 'utf8')).toContain('ci --ignore-scripts');
    expect([installs(), count('builds')]).toEqual([1, 1]);
    expect(await prepare()).toBe(0);
    expect([installs(), count('builds')]).toEqual([1, 1]);
    expect((await readdir(folder)).filter((name) => name.includes('lock'))).toEqual(['package-lock.json']);
  });

  test('a changed lock file installs, a changed source builds, and nothing more', async () => {
    await prepare();
    await writeFile(join(folder, 'packages', 'source.ts'), 'export {};');
    expect([isInstalled(folder), isBuilt(folder)]).toEqual([true, false]);
    await prepare();
    expect([installs(), count('builds')]).toEqual([1, 2]);
    await writeFile(join(folder, 'packages', 'source.test.ts'), 'export {};');
    expect(isBuilt(folder)).toBe(true);
    await writeFile(join(folder, 'package-lock.json'), '{"packages":{"":{"a":1}}}');
    expect(isInstalled(folder)).toBe(false);
    await prepare();
    expect(installs()).toBe(2);
  });

  test('of four at once one installs and builds', async () => {
    expect(await Promise.all([prepare(), prepare(), prepare(), prepare()])).toEqual([0, 0, 0, 0]);
    expect([installs(), count('builds')]).toEqual([1, 1]);
  });

  test('the lock of a process that died is taken over', async () => {
    const gone = spawn(process.execPath, ['-e', '']);
    await once(gone, 'exit');
    const lock = join(folder, '.hocba-install.lock');
    await mkdir(lock);
    await writeFile(join(lock, `${gone.pid}-0011`), '');
    expect(await Promise.all([prepare(), prepare()])).toEqual([0, 0]);
    expect(installs()).toBe(1);
    expect(existsSync(lock)).toBe(false);
  });

  test('asked to stop in the middle it ends at once, though npm would tidy up for long, and begins anew the next time', async () => {
    await writeFile(
      join(folder, 'slow.js'),
      `process.on('SIGINT', () => {}); process.on('SIGTERM', () => {});
       require('node:fs').mkdirSync('node_modules', { recursive: true });
       require('node:fs').writeFileSync('began', ''); setTimeout(() => {}, 600_000);`,
    );
    const child = start('slow.js', 'pipe');
    const said: string[] = [];
    child.stderr?.on('data', (chunk) => said.push(String(chunk)));
    while (!existsSync(join(folder, 'began'))) await pause(20);
    // Of a terminal the signal comes twice: by itself, and handed on by npm.
    for (const _ of [1, 2]) child.kill('SIGINT');
    expect((await once(child, 'exit'))[0]).toBe(130);
    expect(said.join('')).toContain('Đã dừng giữa chừng; chưa động đến dữ liệu nào.');
    expect(existsSync(join(folder, '.hocba-install.lock'))).toBe(false);
    expect(await prepare()).toBe(0);
  });

  test('an installation that fails ends with 1, leaves no lock, and is tried again', async () => {
    await writeFile(join(folder, 'bad.js'), 'process.exit(7)');
    expect(await prepare('bad.js')).toBe(1);
    expect(existsSync(join(folder, '.hocba-install.lock'))).toBe(false);
    expect(await prepare()).toBe(0);
  });
});
