#!/usr/bin/env node
// Starts `hocba` under Node 24, which reads the TypeScript sources as they are. This file must run on Node 20.
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const NEEDED = 24;
const here = dirname(realpathSync(fileURLToPath(import.meta.url)));
const main = join(here, '..', 'src', 'main.ts');
const major = Number(process.versions.node.split('.')[0]);

if (major >= NEEDED) {
  // A reader that has seen enough (`| head`) is no error.
  process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? 0 : 74));
  process.exitCode = await start();
} else {
  const node = pinnedNode();
  if (node === null) {
    process.stderr.write(
      `hocba cần Node ${NEEDED} trở lên; máy đang dùng Node ${process.versions.node}. ` +
        'Hãy chạy “npm ci” ở thư mục gốc của dự án (bản Node kèm theo sẽ được cài), hoặc cài Node 24.\n',
    );
    process.exitCode = 69;
  } else {
    restart(node);
  }
}

async function start() {
  // What Node made of the sources last time is kept beside the packages; a folder that cannot be written is no fault.
  module.enableCompileCache?.(join(here, '..', '..', '..', 'node_modules', '.cache', 'node'));
  try {
    const { run } = await import(pathToFileURL(main).href);
    return await run(process.argv.slice(2));
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    process.stderr.write('Chưa cài đủ thư viện. Hãy chạy “npm ci” ở thư mục gốc của dự án.\n');
    return 69;
  }
}

/** Path of the Node that npm installed beside the project, null where there is none for this machine. */
function pinnedNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const binary = process.platform === 'win32' ? 'node.exe' : 'node';
  for (let folder = here; ; folder = dirname(folder)) {
    const node = join(folder, 'node_modules', `node-${platform}-${process.arch}`, 'bin', binary);
    if (existsSync(node)) return node;
    if (dirname(folder) === folder) return null;
  }
}

/** The same command under another Node; its answer and its end become ours. */
function restart(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  const forward = (signal) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward);
  child.on('error', (error) => {
    process.stderr.write(`Không chạy được Node kèm theo dự án: ${error.message}\n`);
    process.exitCode = 69;
  });
  child.on('exit', (code, signal) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(name, forward);
    if (signal !== null) process.kill(process.pid, signal);
    else process.exitCode = code ?? 1;
  });
}
