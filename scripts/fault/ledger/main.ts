/*
 * `npm run fault -- --ledger`: the log alone, on disk. Each step of a signing × each fault, then a reload and a check of the whole
 * log; then attacks by whoever owns disk, clock or key. Prints counts; ends with 1 when anything was lost, doubled or not found.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Attack, runAttacks } from './attacks.ts';
import { FAULTS, type Fault, STEPS } from './steps.ts';
import { type Outcome, runTable } from './table.ts';

const NAMES: Readonly<Record<Fault, string>> = {
  error: 'lỗi',
  'error-after': 'lỗi sau khi xong',
  kill: 'kill -9',
  'kill-after': 'kill -9 sau khi xong',
  torn: 'ghi dở rồi chết',
  full: 'đĩa đầy',
  'nearly-full': 'đĩa còn 4 KB',
};

/** @returns how many things are wrong */
export async function faultsOfLedger(out: (line: string) => void): Promise<number> {
  const work = await mkdtemp(join(tmpdir(), 'hocba-fault-ledger-'));
  try {
    const outcomes = await runTable(work, ({ step, fault, wrong }) => {
      if (wrong.length > 0) out(`HỎNG  ${step} × ${fault}: ${wrong.join('; ')}`);
    });
    printTable(outcomes, out);
    const attacks = await runAttacks(work);
    printAttacks(attacks, out);
    return (
      outcomes.filter((one) => one.wrong.length > 0).length +
      attacks.reduce((n, { tried, found }) => n + tried - found, 0)
    );
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function printTable(outcomes: readonly Outcome[], out: (line: string) => void): void {
  out(
    '\nnhật ký: bước × lỗi → mở lại → kiểm tra toàn bộ (đạt / đã thử; † tiến trình chết, ! báo lỗi, – đi tiếp)',
  );
  out(['bước'.padEnd(28), ...FAULTS.map((fault) => NAMES[fault].padEnd(20))].join(' '));
  for (const step of STEPS) {
    const cells = FAULTS.map((fault) => {
      const one = outcomes.find((outcome) => outcome.step === step && outcome.fault === fault);
      const mark = one?.ended === 'killed' ? '†' : one?.ended === 'error' ? '!' : '–';
      return `${mark} ${one?.wrong.length === 0 ? 'đạt' : 'HỎNG'}`.padEnd(20);
    });
    out([step.padEnd(28), ...cells].join(' '));
  }
  const good = outcomes.filter((one) => one.wrong.length === 0).length;
  const count = (ended: Outcome['ended']) => outcomes.filter((one) => one.ended === ended).length;
  out(
    `${good}/${outcomes.length} trường hợp: 300 lá đúng một lần, không có hai cây đã ký trái nhau ` +
      `(${count('killed')} tiến trình bị giết, ${count('error')} báo lỗi, ${count('went on')} đi tiếp vì bước ấy không thiết yếu)`,
  );
}

function printAttacks(attacks: readonly Attack[], out: (line: string) => void): void {
  out('\ntấn công nhật ký                                              đã thử  bị phát hiện  bởi');
  for (const { what, tried, found, by } of attacks)
    out(`${what.padEnd(60)}${String(tried).padStart(8)}${String(found).padStart(14)}  ${by}`);
}
