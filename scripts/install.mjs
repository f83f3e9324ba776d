/*
 * What every script does before it runs: install the packages if the lock file asks for others than those
 * present, and build the web application if its sources changed. Plain JavaScript without dependencies,
 * because it runs on the user's own Node (20 or later) before anything is installed.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withFolderLock } from './folder-lock.mjs';
import { pinnedNode } from './pinned-node.mjs';

/** The repository's folder, without a trailing separator. */
export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

const INSTALL_STAMP = join('node_modules', '.hocba-install');
const BUILD_STAMP = join('apps', 'web', 'dist', '.build-stamp');

/**
 * Makes the clone ready to run. Neither installs nor builds when lock file and sources are unchanged; of two
 * at once, one does the work and the other waits for it.
 *
 * @param {{ folder?: string, build?: boolean }} [options] `build: false` leaves the web application alone
 */
export async function prepare({ folder = root, build = true } = {}) {
  const ready = () => isInstalled(folder) && (!build || isBuilt(folder));
  if (ready()) return;
  const say = (line) => process.stderr.write(`${line}\n`);
  await withFolderLock(
    join(folder, '.hocba-install.lock'),
    async () => {
      if (!isInstalled(folder)) {
        say('Đang cài đặt các gói cần thiết (lần đầu cần Internet, mất vài phút)…');
        await whileTelling('cài đặt', () => install(folder));
      }
      if (build && !isBuilt(folder)) {
        say('Đang dựng trang web…');
        await whileTelling('dựng trang web', () => buildWeb(folder));
      }
    },
    () => say('Một tiến trình khác đang cài đặt hoặc dựng trang web; đang chờ…'),
  );
}

/** @param {string} folder */
export function isInstalled(folder) {
  const lock = readText(join(folder, 'package-lock.json'));
  if (lock === undefined) throw new Error('Thiếu package-lock.json: bản sao mã nguồn không đầy đủ.');
  const stamp = installStamp(lock);
  if (readText(join(folder, INSTALL_STAMP)) === stamp) return true;
  if (!matchesInstalled(lock, readText(join(folder, 'node_modules', '.package-lock.json')))) return false;
  writeStamp(join(folder, INSTALL_STAMP), stamp);
  return true;
}

/**
 * Whether npm's own record of what it installed satisfies the lock file, so that a clone where somebody ran
 * `npm ci` by hand is not installed a second time.
 *
 * @param {string} lockText package-lock.json
 * @param {string | undefined} installedText node_modules/.package-lock.json
 */
export function matchesInstalled(lockText, installedText) {
  if (installedText === undefined) return false;
  const wanted = JSON.parse(lockText).packages;
  let present;
  try {
    present = JSON.parse(installedText).packages;
  } catch {
    return false; // npm was killed while it wrote
  }
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path.includes('node_modules/')) continue; // the root and the workspaces' own folders
    const found = present[path];
    if (found === undefined) {
      if ((entry.optional || entry.peer) && !isForThisMachine(entry)) continue;
      return false;
    }
    if (found.version !== entry.version || found.integrity !== entry.integrity) return false;
  }
  return true;
}

/** An optional package counts as wanted here only if it names this machine and no C library. */
function isForThisMachine(entry) {
  return (
    entry.os?.includes(process.platform) === true &&
    entry.cpu?.includes(process.arch) === true &&
    entry.libc === undefined
  );
}

function installStamp(lock) {
  return createHash('sha256').update(`${process.platform}-${process.arch}\n`).update(lock).digest('hex');
}

async function install(folder) {
  const args = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-update-notifier'];
  // The node that runs npm, not ours: ours may be the pinned one, inside the folder npm is about to replace.
  const npm = process.env.npm_execpath;
  const node = process.env.npm_node_execpath ?? process.execPath;
  if (npm?.endsWith('.js')) await run(node, [npm, ...args], folder, 'npm ci');
  else await run('npm', args, folder, 'npm ci', process.platform === 'win32');
  writeStamp(join(folder, INSTALL_STAMP), installStamp(readText(join(folder, 'package-lock.json')) ?? ''));
}

/** @param {string} folder */
export function isBuilt(folder) {
  if (!existsSync(join(folder, 'apps', 'web', 'vite.config.ts'))) return true;
  return readText(join(folder, BUILD_STAMP)) === sourceStamp(folder);
}

async function buildWeb(folder) {
  // Taken before the build: a source that changes while it runs makes the next start build again.
  const stamp = sourceStamp(folder);
  const vite = join(folder, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = [
    'build',
    '--logLevel',
    'warn',
    '--outDir',
    join(folder, 'apps', 'web', 'dist'),
    '--emptyOutDir',
  ];
  // A test that builds says `test`, and Vite would then leave development code in the pages.
  const env = { ...process.env, NODE_ENV: 'production' };
  await run(pinnedNode(folder), [vite, ...args], join(folder, 'apps', 'web'), 'vite build', false, env);
  writeFileSync(join(folder, BUILD_STAMP), stamp);
}

/** Hash of everything that the web application is built from: path and content of each file. */
function sourceStamp(folder) {
  const hash = createHash('sha256');
  const take = (path) => {
    const content = readFileSync(path);
    hash.update(`${relative(folder, path).split(sep).join('/')}\0${content.length}\0`).update(content);
  };
  const walk = (path) => {
    for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      if (['node_modules', 'dist'].includes(entry.name) || /\.test\.tsx?$/.test(entry.name)) continue;
      const child = join(path, entry.name);
      if (entry.isDirectory()) walk(child);
      else if (entry.isFile()) take(child);
    }
  };
  take(join(folder, 'package-lock.json'));
  walk(join(folder, 'apps', 'web'));
  walk(join(folder, 'packages'));
  return hash.digest('hex');
}

/** So often it is said that a long step goes on: on a slow machine it takes many minutes. */
const STILL_MS = 30_000;
/** So long a program may tidy up after it was asked to stop: npm would for a minute, and the next run begins anew anyway. */
const TIDY_MS = 2_000;

/** Somebody has asked to stop. */
class Stopped extends Error {}

async function whileTelling(step, work) {
  const begun = Date.now();
  const told = setInterval(() => {
    process.stderr.write(`  vẫn đang ${step}, đã ${Math.round((Date.now() - begun) / 1000)} giây…\n`);
  }, STILL_MS);
  try {
    await work();
  } finally {
    clearInterval(told);
  }
}

/** Runs a program quietly; what it said is shown only when it fails. */
function run(command, args, cwd, name, shell = false, env = process.env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, shell, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const said = [];
    child.stdout.on('data', (chunk) => said.push(chunk));
    child.stderr.on('data', (chunk) => said.push(chunk));
    let patience;
    const stop = (signal) => {
      child.kill(signal);
      patience ??= setTimeout(() => child.kill('SIGKILL'), TIDY_MS);
    };
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop);
    const done = () => {
      clearTimeout(patience);
      for (const signal of ['SIGINT', 'SIGTERM']) process.removeListener(signal, stop);
    };
    child.once('error', (error) => {
      done();
      reject(new Error(`Không chạy được ${name}: ${error.message}`));
    });
    child.once('close', (code, signal) => {
      done();
      if (patience !== undefined)
        return reject(
          new Stopped('Đã dừng giữa chừng; chưa động đến dữ liệu nào. Lần chạy sau làm lại bước này.'),
        );
      if (code === 0) return resolve();
      process.stderr.write(Buffer.concat(said));
      reject(new Error(`${name} không xong (${signal ?? `mã ${code}`}).`));
    });
  });
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  }
}

function writeStamp(path, stamp) {
  try {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, stamp);
  } catch (error) {
    // A clone that somebody else installed and that we may only read: checked again next time.
    if (!['EACCES', 'EPERM', 'EROFS'].includes(error.code)) throw error;
  }
}

/**
 * Runs a script's body and turns an error into one sentence and exit code 1, 130 where somebody asked to stop.
 *
 * @param {() => Promise<number>} body returns the exit code
 */
export async function runScript(body) {
  try {
    process.exitCode = await body();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = error instanceof Stopped ? 130 : 1;
  }
}
