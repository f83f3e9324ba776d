import { spawnSync } from 'node:child_process';

/** For tests only: the name that a file of a killed process has, taken from a process that was killed. */
export function endedToken(): string {
  const module = new URL('../files/owner-token.node.ts', import.meta.url).href;
  const say = `const { ownerToken } = await import(${JSON.stringify(module)});
    process.stdout.write(ownerToken(), () => process.kill(process.pid, 'SIGKILL'));`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', say], { encoding: 'utf8' }).stdout;
}
