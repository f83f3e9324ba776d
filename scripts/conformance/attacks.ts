import { join } from 'node:path';
import type { Report } from './report.ts';
import { run } from './tools.ts';

const ATTACKS = join(import.meta.dirname, '../../packages/signature/src/testing/attacks/main.ts');

/** Every kept invalid vector, and bytes of whole records replaced; its table is printed as it stands. */
export async function judgeAttacks(report: Report, short: boolean): Promise<void> {
  const { code, out, err } = await run(process.execPath, [ATTACKS, ...(short ? ['--short'] : [])]);
  process.stdout.write(out);
  const [, vectors, accepted] = /^all +(\d+) +\d+ +(\d+)$/m.exec(out) ?? [];
  const problem = code === 0 && accepted === '0' ? null : `mã ${code}, nhận ${accepted}: ${err.slice(-400)}`;
  report.add('hocba', `TỪ CHỐI ${vectors} mẫu sai và mọi byte bị đổi`, problem);
}
