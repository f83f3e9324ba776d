/*
 * `npm run dev`: the server, started anew when one of its sources changes, and the pages with reload. The pages'
 * address is printed by Vite; what is not a page or a source goes to the server. Arguments go to the server.
 */
import { spawn } from 'node:child_process';
import { createServer as createSocket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));

const port = await new Promise<number>((resolve, reject) => {
  const probe = createSocket();
  probe.once('error', reject);
  probe.listen(0, '127.0.0.1', () => {
    const address = probe.address();
    probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
  });
});

const main = join(root, 'apps', 'server', 'src', 'main.ts');
const server = spawn(
  process.execPath,
  ['--watch', '--watch-preserve-output', main, '--port', String(port), ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);

const target = `http://127.0.0.1:${port}`;
const pages = await createServer({
  root: join(root, 'apps', 'web'),
  server: { host: '127.0.0.1', proxy: { '/api': target, '/x': target, '/log': target } },
});
await pages.listen();
pages.printUrls();

let ending = false;
async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  const gone = new Promise((resolve) => server.once('exit', resolve));
  if (server.exitCode === null) {
    server.kill('SIGTERM');
    await gone;
  }
  await pages.close();
  process.exit(0);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end);
server.once('exit', (code) => {
  if (!ending) process.exitCode = code ?? 1;
  void end();
});
