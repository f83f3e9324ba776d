import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DeskOutcome } from './testing/desk-here.ts';
import { Pty } from './testing/pty.ts';

/** The PIN at a real terminal: what it shows is read as the person sees it. */
const PIN = '70418-bí-mật';
const AGREE = 'Gõ “ky” rồi Enter để ký, gõ khác để từ chối: ';
const ASK_PIN = 'Mã PIN của token: ';
let folder: string;
let outcomeFile: string;
let pty: Pty;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hocba-pty-'));
  outcomeFile = join(folder, 'outcome.json');
  const program = join(import.meta.dirname, 'testing/desk-at-a-terminal.ts');
  const digest = createHash('sha256').update(PIN).digest('hex');
  pty = new Pty([process.execPath, program, digest, outcomeFile]);
});
afterEach(() => {
  pty.kill();
  rmSync(folder, { recursive: true, force: true });
});

const until = (text: string, times: number): Promise<void> => pty.until(text, times);
const type = (keys: string): void => pty.type(keys);
const outcome = async () => {
  await pty.ended();
  const { states, sent, stopped } = JSON.parse(readFileSync(outcomeFile, 'utf8')) as DeskOutcome;
  return { states, signatures: sent.length, stopped };
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
  expect(pty.shown).toContain(`${AGREE}ky`);
  for (const secret of [PIN, '1111', '70418']) expect(pty.shown).not.toContain(secret);
  expect(pty.shown).not.toMatch(/PIN của token: [^\r\n]/);
});

test('Ctrl+C at the PIN stops the agent, shows nothing of what was typed, and signs nothing', async () => {
  await until(AGREE, 1);
  type('ky\r');
  await until(ASK_PIN, 1);
  type('70418\u0003');
  expect(await outcome()).toMatchObject({ signatures: 0, stopped: true });
  expect(pty.shown).not.toContain('70418');
});
