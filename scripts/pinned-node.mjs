import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';

const NEEDED_MAJOR = 24;
const PARENT = process.ppid;

/**
 * The Node that runs the project: the one pinned through npm for this platform, else the running one if it
 * is new enough.
 *
 * @param {string} root the repository's folder
 * @returns {string} path of the executable
 * @throws {Error} with a sentence for the user when there is none
 */
export function pinnedNode(root) {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const executable = process.platform === 'win32' ? 'node.exe' : 'node';
  const pinned = join(root, 'node_modules', `node-${system}-${process.arch}`, 'bin', executable);
  if (existsSync(pinned)) return pinned;
  if (Number.parseInt(process.versions.node, 10) >= NEEDED_MAJOR) return process.execPath;
  throw new Error(
    `Cần Node.js ${NEEDED_MAJOR} trở lên (máy đang dùng ${process.versions.node}). ` +
      `Với hệ điều hành này (${process.platform}-${process.arch}) phần mềm không mang sẵn Node.js; ` +
      `hãy cài Node.js ${NEEDED_MAJOR} rồi chạy lại.`,
  );
}

/**
 * Runs the pinned Node with `args` in place of this process: same terminal, same exit code, signals passed on.
 *
 * A terminal's Ctrl+C reaches the child by itself and once more through us, so whatever runs here has to
 * take a second signal as the same request to stop. Only when this process alone was signalled is our
 * copy the one that counts.
 *
 * npm runs a script through a shell, and a signal to npm alone ends that shell without a word to us; so under
 * npm the loss of the parent is taken as a request to stop.
 *
 * @param {string} root the repository's folder, also the working directory
 * @param {readonly string[]} args
 * @returns {Promise<number>} the exit code, 128 + n when ended by signal n
 */
export function runPinned(root, args) {
  return new Promise((resolve, reject) => {
    // Sources are run as they are written; what Node made of them last time is kept, which halves a second start.
    const cache = process.env.NODE_COMPILE_CACHE ?? join(root, 'node_modules', '.cache', 'node');
    const env = { ...process.env, NODE_COMPILE_CACHE: cache };
    const child = spawn(pinnedNode(root), args, { cwd: root, stdio: 'inherit', env });
    const forward = (signal) => child.kill(signal);
    const signals = process.platform === 'win32' ? ['SIGINT', 'SIGTERM'] : ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, forward);
    const watch = setInterval(() => {
      if (process.env.npm_lifecycle_event === undefined || process.ppid === PARENT) return;
      clearInterval(watch);
      child.kill('SIGTERM');
    }, 250);
    const done = () => {
      clearInterval(watch);
      for (const signal of signals) process.removeListener(signal, forward);
    };
    child.once('error', (error) => {
      done();
      reject(new Error(`Không chạy được Node.js đi kèm: ${error.message}`));
    });
    child.once('exit', (code, signal) => {
      done();
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}
