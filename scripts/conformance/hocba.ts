import { join } from 'node:path';
import { type Outcome, run } from './tools.ts';

const ROOT = join(import.meta.dirname, '../..');

export interface Verified {
  readonly file: string;
  readonly verdict: string;
  readonly fragments: readonly { readonly name: string; readonly state: string; readonly code: string }[];
}

/** `npx hocba …`, as a person calls it from the root. */
export function hocba(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  return run('npx', ['--no', 'hocba', ...args], {
    cwd: ROOT,
    env: { ...process.env, DATABASE_URL: '', ...env },
  });
}

export function hocbaVerify(
  files: readonly string[],
  trust: string,
  more: readonly string[] = [],
): Promise<Outcome> {
  return hocba(['verify', ...files, '--trust', trust, ...more]);
}

/** Exit code and the verdict on each file; stdout must hold one JSON value and nothing else. */
export async function hocbaVerdicts(
  files: readonly string[],
  trust: string,
): Promise<{ code: number | null; verdicts: readonly Verified[] }> {
  const { code, out, err } = await hocbaVerify(files, trust, ['--json']);
  try {
    return { code, verdicts: (JSON.parse(out) as { files: Verified[] }).files };
  } catch {
    throw new Error(
      `hocba verify --json không in JSON (mã ${code}): ${out.slice(0, 200)}${err.slice(0, 500)}`,
    );
  }
}
