import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fromBase64, parseCertificate } from '@hocba/signature';
import { makeTrainingPki, nodeCrypto } from '@hocba/signature/node';
import { type DeskOutcome, messageOf } from '../../../apps/agent/src/testing/desk-here.ts';
import { Pty } from '../../../apps/agent/src/testing/pty.ts';
import { issueKeys, type Keyholder } from '../../fakes/training-keys.ts';
import type { Report } from '../report.ts';
import type { Mishap } from './shim.ts';
import { makeTokens, PIN, type SoftToken } from './soft-hsm.ts';

const TOOL = 'token ở bàn người ký';
const COUNT = 6;
/** As slow as tokens are. */
const SIGNATURE_MS = 1_000;
const AGREE = 'Gõ “ky” rồi Enter để ký, gõ khác để từ chối: ';
const ASK_PIN = 'Mã PIN của token: ';
const BACK = 'Đã thấy lại token';
const PEOPLE: readonly Keyholder[] = [
  { user: 'rsa', name: 'Nguyễn Thị Mẫu', number: '079080000001', kind: 'person', key: 'rsa-2048' },
  { user: 'ec', name: 'Phạm Văn Đàn', number: '079080000002', kind: 'person', key: 'p256' },
];

/** A signer at the agent's terminal, whose token does what it will. */
class DeskUnderTest {
  readonly pty: Pty;
  readonly #folder: string;
  readonly #token: SoftToken;
  readonly #algorithm: 'rsa-pkcs1-sha256' | 'ecdsa-p256-sha256';

  constructor(folder: string, module: string, token: SoftToken) {
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
    this.#token = token;
    this.#algorithm = token.holder.key === 'rsa-2048' ? 'rsa-pkcs1-sha256' : 'ecdsa-p256-sha256';
    this.put('none');
    writeFileSync(join(folder, 'certificate.der'), token.holder.leaf.chain[0] ?? new Uint8Array());
    const program = join(import.meta.dirname, 'softhsm-desk.ts');
    const places = [module, token.serial, join(folder, 'token'), String(SIGNATURE_MS)];
    this.pty = new Pty([
      process.execPath,
      program,
      ...places,
      join(folder, 'certificate.der'),
      this.#algorithm,
      String(COUNT),
      join(folder, 'outcome.json'),
    ]);
  }

  put(mishap: Mishap): void {
    writeFileSync(join(this.#folder, 'token'), mishap);
  }

  async agree(): Promise<void> {
    await this.pty.until(AGREE);
    this.pty.type('ky\r');
  }

  async pin(typed: string, times: number): Promise<void> {
    await this.pty.until(ASK_PIN, times);
    this.pty.type(`${typed}\r`);
  }

  async outcome(): Promise<DeskOutcome> {
    await this.pty.ended();
    return JSON.parse(readFileSync(join(this.#folder, 'outcome.json'), 'utf8')) as DeskOutcome;
  }

  /** Whether these, and each once, are signatures of the token's key over what was ordered. */
  areSigned({ sent }: DeskOutcome, count: number): boolean {
    const { spki } = parseCertificate(this.#token.holder.leaf.chain[0] ?? new Uint8Array());
    const ids = new Set(sent.map(({ id }) => id));
    return (
      sent.length === count &&
      ids.size === count &&
      sent.every(({ id, value }) =>
        nodeCrypto.verify(
          this.#algorithm,
          spki,
          fromBase64(value) ?? new Uint8Array(),
          messageOf('lo', Number(id)),
        ),
      )
    );
  }

  /** What was typed as a PIN stands nowhere on the screen. */
  hides(...typed: readonly string[]): boolean {
    return typed.every((pin) => !this.pty.shown.includes(pin));
  }
}

/**
 * The agent at a real terminal (pty) with real SoftHSM tokens: PIN typed, wrong, locked; the token unplugged, asleep, swapped
 * in the middle; a second a signature; Ctrl+C.
 */
export async function judgeDesk(report: Report, folder: string, module: string): Promise<void> {
  const pki = join(folder, 'pki');
  mkdirSync(pki, { recursive: true });
  const made = await makeTrainingPki({ organisation: 'Trường Tiểu học Mẫu', now: new Date() });
  for (const part of ['root', 'issuing'] as const) {
    writeFileSync(join(pki, `${part}.pem`), made[part].certificatePem);
    writeFileSync(join(pki, `${part}.key`), made[part].privateKeyPem, { mode: 0o600 });
  }
  const tokens = makeTokens(join(folder, 'hsm'), module, await issueKeys(pki, PEOPLE));
  for (const token of tokens) {
    let nth = 0;
    const at = async (what: string, work: (desk: DeskUnderTest) => Promise<string | null>): Promise<void> => {
      const desk = new DeskUnderTest(join(folder, `${token.holder.key}-${nth++}`), module, token);
      try {
        report.add(TOOL, what, await work(desk));
      } catch (error) {
        report.add(TOOL, what, error instanceof Error ? error.message : String(error));
      } finally {
        desk.pty.kill();
      }
    };
    await at('PIN sai rồi đúng, gõ ở màn hình thật, không hiện ra; mỗi phần một chữ ký', wrongThenRight);
    await at('token rút, ngủ, đổi giữa chừng: nói rõ, ký tiếp, không ký hai lần', mishaps);
    await at('token khoá: báo, không ký', locked);
    await at('Ctrl+C giữa chừng: phần đã ký được nộp, phần còn lại không', stopped);
  }
}

const said = (outcome: DeskOutcome): string => JSON.stringify({ ...outcome, sent: outcome.sent.length });

async function wrongThenRight(desk: DeskUnderTest): Promise<string | null> {
  await desk.agree();
  await desk.pin('1111', 1);
  await desk.pty.until('Mã PIN không đúng');
  await desk.pin(PIN, 2);
  const outcome = await desk.outcome();
  const told = outcome.states.join() === 'asking,pin-wrong,signing';
  return told && desk.areSigned(outcome, COUNT) && desk.hides(PIN, '1111') ? null : said(outcome);
}

/** Each mishap comes while a signature is being made, and each is told as what it is. */
async function mishaps(desk: DeskUnderTest): Promise<string | null> {
  await desk.agree();
  await desk.pin(PIN, 1);
  const told = ['Không thấy token', 'Không thấy token', 'không có chứng thư đã đăng ký'];
  const seen = new Map<string, number>();
  for (const [n, mishap] of (['unplugged', 'asleep', 'swapped'] as const).entries()) {
    // The session is open once the question is answered; a second is one signature's time.
    await pause(1_200);
    desk.put(mishap);
    const text = told[n] ?? '';
    seen.set(text, (seen.get(text) ?? 0) + 1);
    await desk.pty.until(text, seen.get(text));
    desk.put('none');
    await desk.pty.until(BACK, n + 1);
    await desk.pin(PIN, n + 2);
  }
  const outcome = await desk.outcome();
  return desk.areSigned(outcome, COUNT) && desk.hides(PIN) ? null : said(outcome);
}

async function locked(desk: DeskUnderTest): Promise<string | null> {
  await desk.pty.until(AGREE);
  desk.put('locked');
  await desk.agree();
  await desk.pin(PIN, 1);
  await desk.pty.until('Token đã bị khoá');
  const outcome = await desk.outcome();
  const told = outcome.states.join() === 'asking,pin-locked,refused';
  return told && outcome.sent.length === 0 && desk.hides(PIN) ? null : said(outcome);
}

async function stopped(desk: DeskUnderTest): Promise<string | null> {
  await desk.agree();
  await desk.pin(PIN, 1);
  await pause(1_500);
  desk.pty.type('\u0003');
  const outcome = await desk.outcome();
  const part = outcome.sent.length;
  return outcome.stopped && part < COUNT && desk.areSigned(outcome, part) ? null : said(outcome);
}
