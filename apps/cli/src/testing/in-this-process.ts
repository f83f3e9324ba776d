import { run } from '../main.ts';

/**
 * `hocba` as its process runs it, without the half second that each process takes to load. That the program itself starts,
 * writes and ends so is held in each command's tests by one call of it.
 *
 * @returns its exit code and what it said
 */
export async function hocbaHere(
  ...args: readonly string[]
): Promise<{ status: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const status = await run(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { status, out, err };
}
