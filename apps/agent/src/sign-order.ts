import { setTimeout as pause } from 'node:timers/promises';
import { commonNameOf, fromBase64, parseCertificate, toBase64 } from '@hocba/signature';
import { type KeyPort, type KeySession, KeyTrouble, type TroubleCode } from './keys.ts';
import type { Order, ServerLine } from './server.ts';
import type { Terminal } from './terminal.ts';
import { readOrder, type SignedKind } from './what-is-signed.ts';

/** Signatures that are handed in together; what a stopped agent has not handed in is at most this and is made again. */
const PORTION = 8;
const SECONDS_BETWEEN = 2;
/** How often a token that went away is looked for. */
const LOOK_MS = 1_000;

/** What the person has agreed to in this window: one batch, so many signatures, and the PIN's session while it lasts. */
export class Desk {
  readonly #keys: KeyPort;
  readonly #terminal: Terminal;
  readonly #line: Pick<ServerLine, 'send' | 'report' | 'origin'>;
  readonly #stopped: AbortSignal;
  #agreed: { readonly batchId: string; readonly scope: string; left: number } | null = null;
  #session: KeySession | null = null;

  constructor(
    keys: KeyPort,
    terminal: Terminal,
    line: Pick<ServerLine, 'send' | 'report' | 'origin'>,
    stopped: AbortSignal,
  ) {
    this.#keys = keys;
    this.#terminal = terminal;
    this.#line = line;
    this.#stopped = stopped;
  }

  close(): void {
    this.#session?.close();
    this.#session = null;
  }

  /**
   * Shows an order, asks, signs it, hands the signatures in as they come. Whatever becomes of the token, what is
   * signed is handed in first.
   * @returns how many were handed in and kept
   */
  async sign(order: Order): Promise<number> {
    const read = readOrder(order);
    if (read === null) {
      this.#terminal.say('Máy chủ gửi nội dung không phải phần ký của học bạ hay bản in. Không ký gì.');
      await this.#line.report(order.orderId, 'refused');
      return 0;
    }
    if (!(await this.#agree(order, read.kind))) {
      await this.#line.report(order.orderId, 'refused');
      this.#terminal.say('Không ký. Đã báo cho máy chủ.');
      return 0;
    }
    return this.#signAll(order, read.messages);
  }

  /**
   * One question a batch and kind: its later portions are the same batch, role, classes and kind, and no more than was said.
   * Prints follow the records in the seal's batch, and are asked for anew.
   */
  async #agree(order: Order, kind: SignedKind): Promise<boolean> {
    const scope = [kind, order.schoolName, order.roleText, ...order.classes, order.certificate].join('\n');
    const known = this.#agreed;
    if (known?.batchId === order.batchId && known.scope === scope && order.items.length <= known.left) {
      this.#terminal.say(`Tiếp lô đã đồng ý: ${order.items.length} chữ ký, mã ${shortDigest(order.digest)}.`);
      return true;
    }
    // The PIN's session goes on only from a batch's records to its prints.
    if (known?.batchId !== order.batchId) this.close();
    const name = commonNameOf(parseCertificate(fromBase64(order.certificate) ?? new Uint8Array())) ?? '';
    this.#terminal.say('');
    this.#terminal.say('──────── Yêu cầu ký ────────');
    if (order.training) this.#terminal.say('TẬP HUẤN – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ');
    this.#terminal.say(`Máy chủ:   ${this.#line.origin}`);
    this.#terminal.say(`Trường:    ${order.schoolName}`);
    this.#terminal.say(`Vai trò:   ${order.roleText}`);
    this.#terminal.say(`Lớp:       ${order.classes.join(', ')}`);
    this.#terminal.say(
      `Số chữ ký: ${order.leftInBatch}${order.leftInBatch > order.items.length ? ` (trước hết ${order.items.length})` : ''}`,
    );
    this.#terminal.say(`Ký vào:    ${KIND_TEXT[kind]}`);
    this.#terminal.say(`Chứng thư: ${name}`);
    this.#terminal.say(`Mã lô:     ${shortDigest(order.digest)} (phải giống mã trên trang ký)`);
    await this.#line.report(order.orderId, 'asking');
    const answer = await this.#terminal.ask('Gõ “ky” rồi Enter để ký, gõ khác để từ chối: ');
    if (!/^(ky|ký)$/i.test(answer.normalize('NFC'))) return false;
    this.#agreed = { batchId: order.batchId, scope, left: order.leftInBatch };
    return true;
  }

  async #signAll(order: Order, messages: ReadonlyMap<string, Uint8Array>): Promise<number> {
    const certificate = fromBase64(order.certificate) ?? new Uint8Array();
    const left = [...messages];
    let ready: { id: string; value: string }[] = [];
    let kept = 0;
    let sentAt = Date.now();
    const handIn = async (): Promise<void> => {
      if (ready.length === 0) return;
      const answer = await this.#line.send(order.orderId, ready);
      ready = [];
      sentAt = Date.now();
      kept += answer.kept;
      if (answer.bad.length > 0) {
        throw new KeyTrouble('token-other', 'signatures do not verify');
      }
    };
    try {
      while (left.length > 0) {
        this.#stopped.throwIfAborted();
        try {
          this.#session ??= await this.#open(order, certificate);
          if (this.#session === null) return kept;
          const [id, message] = left[0] as [string, Uint8Array];
          const value = await this.#session.sign(order.algorithm, message);
          left.shift();
          if (this.#agreed !== null) this.#agreed.left -= 1;
          ready.push({ id, value: toBase64(value) });
          if (ready.length >= PORTION || Date.now() - sentAt > SECONDS_BETWEEN * 1000) await handIn();
          if (left.length % 50 === 0)
            this.#terminal.say(`Đã ký ${messages.size - left.length}/${messages.size}.`);
        } catch (error) {
          if (!(error instanceof KeyTrouble)) throw error;
          this.close();
          await handIn();
          if (!(await this.#overcome(order, error))) return kept;
        }
      }
      await handIn();
    } catch (error) {
      // Stopped in the middle: what the token has signed is not thrown away.
      if (ready.length > 0 && this.#stopped.aborted)
        await this.#line.send(order.orderId, ready).catch(() => {});
      throw error;
    }
    return kept;
  }

  /** Asks for the PIN, never twice at once and never kept, and opens the registered certificate's key. */
  async #open(order: Order, certificate: Uint8Array): Promise<KeySession | null> {
    const pin = this.#keys.asksPin ? await this.#terminal.askSecret('Mã PIN của token: ') : '';
    if (this.#keys.asksPin && pin === '') {
      await this.#line.report(order.orderId, 'refused');
      return null;
    }
    const session = await this.#keys.open(certificate, pin);
    await this.#line.report(order.orderId, 'signing');
    return session;
  }

  /** Tells what is wrong with the token and waits until it is right again. @returns false where only the person can help */
  async #overcome(order: Order, trouble: KeyTrouble): Promise<boolean> {
    this.#terminal.say(TROUBLE_TEXT[trouble.code]);
    if (ENDS.has(trouble.code)) {
      await this.#line.report(order.orderId, 'refused');
      return false;
    }
    await this.#line.report(order.orderId, REPORTED[trouble.code] ?? trouble.code);
    if (trouble.code === 'pin-locked') {
      await this.#line.report(order.orderId, 'refused');
      return false;
    }
    if (trouble.code === 'pin-wrong') return true;
    if (!this.#keys.asksPin) {
      // To look whether the key is there again would open the other program's window each time.
      await this.#terminal.ask('Xong thì nhấn Enter để ký tiếp: ');
      return true;
    }
    const wanted = Buffer.from(order.certificate, 'base64');
    for (let said = trouble.code; ; ) {
      await pause(LOOK_MS, undefined, { signal: this.#stopped });
      const there = await this.#keys.certificates().catch(() => []);
      if (there.some(({ chain: [leaf] }) => leaf !== undefined && wanted.equals(Buffer.from(leaf)))) {
        this.#terminal.say('Đã thấy lại token. Ký tiếp phần còn lại.');
        return true;
      }
      const now = there.length > 0 ? 'token-other' : 'token-missing';
      if (now !== said) {
        this.#terminal.say(TROUBLE_TEXT[now]);
        await this.#line.report(order.orderId, now);
        said = now;
      }
    }
  }
}

/** Waiting mends none of these. */
const ENDS: ReadonlySet<TroubleCode> = new Set(['refused', 'unsupported', 'service-untrusted']);
/** For the server's page it is all one: no key is here. */
const REPORTED: Readonly<Partial<Record<TroubleCode, TroubleCode>>> = { 'service-missing': 'token-missing' };

const KIND_TEXT: Readonly<Record<SignedKind, string>> = {
  record: 'học bạ (XML)',
  print: 'bản in học bạ (PDF)',
};

export const TROUBLE_TEXT: Readonly<Record<TroubleCode, string>> = {
  'token-missing': 'Không thấy token, hoặc token đã ngắt. Hãy cắm lại token; phần đã ký vẫn còn nguyên.',
  'token-other': 'Token đang cắm không có chứng thư đã đăng ký. Hãy cắm đúng token của người ký.',
  'pin-wrong': 'Mã PIN không đúng. Nhập sai nhiều lần token sẽ tự khoá.',
  'pin-locked':
    'Token đã bị khoá vì nhập sai PIN nhiều lần. Hãy liên hệ nơi cấp token để mở khoá. Chưa ký thêm gì.',
  'service-missing':
    'Không thấy chương trình VGCA Sign Service trên máy này. Hãy mở chương trình ấy; phần đã ký vẫn còn nguyên.',
  'service-untrusted':
    'Chương trình trả lời ở cổng của VGCA Sign Service không có chứng thư mà máy này tin. Chưa gửi gì cho nó. Hãy cài lại VGCA Sign Service, hoặc nêu chứng thư của nó bằng --ca.',
  refused: 'Người ký hoặc chương trình ký đã từ chối. Chưa ký thêm gì.',
  unsupported: 'Token không ký được theo thuật toán của chứng thư này.',
};

/** As the page shows it: the first sixteen digits in fours. */
export function shortDigest(digest: string): string {
  return (digest.slice(0, 16).match(/.{4}/g) ?? []).join(' ');
}
