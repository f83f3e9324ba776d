import type { Binaries } from './binaries.ts';

/**
 * The environment of the database's programs: what they need and nothing of ours (our own holds secrets, and
 * a stray PGDATA or PGPORT would lead them elsewhere). Messages are in English because we read them.
 */
export function programEnvironment(
  binaries: Binaries,
  more: Readonly<Record<string, string>> = {},
): NodeJS.ProcessEnv {
  const kept: NodeJS.ProcessEnv = {};
  const names = process.platform === 'win32' ? ['PATH', 'SystemRoot', 'TEMP', 'TMP', 'COMSPEC'] : ['PATH'];
  for (const name of names) {
    const value = process.env[name];
    if (value !== undefined) kept[name] = value;
  }
  return { ...kept, LC_ALL: 'C', TZ: 'UTC', ...binaries.environment, ...more };
}
