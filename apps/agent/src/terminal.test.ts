import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

/** The PIN at a real terminal (a pty, by util-linux' `script`): what it shows is read as the person sees it. */
const PIN = '70418-bí-mật';
const AGREE = 'Gõ “ky” rồi Enter để ký, gõ khác để từ chối: ';
const ASK_PIN = 'Mã PIN của token: ';
let folder: string;
let outcomeFile: string;
let child: ChildProcess;
let shown: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hocba-pty-'));
  outcomeFile = join(folder, 'outcome.json');
  shown = '';
  const program = join(import.meta.dirname, 'testing/desk-at-a-terminal.ts');
  const digest = createHash('sha256').update(PIN).digest('hex');
  const command = [process.execPath, program, digest, outcomeFile].map((word) => `'${word}'`).join(' ');
  child = spawn('script', ['-qfec', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdout?.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
  });
});
afterEach(() => {
  child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Waits until the terminal shows it for the nth time. */
const until = (text: string, times: number): Promise<void> =>
  vi.waitFor(
    () => {
      if (shown.split(text).length - 1 < times) throw new Error(JSON.stringify(shown));
    },
    { timeout: 60_000, interval: 20 },
  );
const type = (keys: string): void => void child.stdin?.write(keys);
const outcome = async (): Promise<unknown> => {
  await new Promise((resolve) => (child.exitCode === null ? child.once('exit', resolve) : resolve(null)));
  return JSON.parse(readFileSync(outcomeFile, 'utf8'));
};

test('answers are echoed, the PIN is not, and it answers no other question', async () => {
  await until(AGREE, 1);
  type('ky\r');
  await until(ASK_PIN, 1);
  // A wrong one, a correction by the backspace key, the right one.
  type('1111\r');
  await until('Mã PIN không đúng', 1);
  await until(ASK_PIN, 2);
  type(`9\u007f${PIN}\r`);
  // The next batch asks anew: what was typed as the PIN is no answer to it.
  await until(AGREE, 2);
  type('ky\r');
  await until(ASK_PIN, 3);
  type(`${PIN}\r`);
  expect(await outcome()).toEqual({
    states: ['asking', 'pin-wrong', 'signing', 'asking', 'signing'],
    signatures: 2,
    stopped: false,
  });
  expect(shown).toContain(`${AGREE}ky`);
  for (const secret of [PIN, '1111', '70418']) expect(shown).not.toContain(secret);
  expect(shown).not.toMatch(/PIN của token: [^\r\n]/);
}, 90_000);

test('Ctrl+C at the PIN stops the agent, shows nothing of what was typed, and signs nothing', async () => {
  await until(AGREE, 1);
  type('ky\r');
  await until(ASK_PIN, 1);
  type('70418\u0003');
  expect(await outcome()).toMatchObject({ signatures: 0, stopped: true });
  expect(shown).not.toContain('70418');
}, 90_000);
