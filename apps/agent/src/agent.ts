import { hostname } from 'node:os';
import { commonNameOf, parseCertificate, toBase64 } from '@hocba/signature';
import { type KeyPort, KeyTrouble } from './keys.ts';
import { forgetPairing, keepPairing, readPairing } from './pairing.ts';
import { originOf, post, ServerLine, ServerRefusal } from './server.ts';
import { Desk, TROUBLE_TEXT } from './sign-order.ts';
import { Stopped, type Terminal } from './terminal.ts';

export interface AgentOptions {
  readonly server: string;
  readonly code?: string | undefined;
  /** Registers the certificate on the token as the person's, or as the school's seal, before it waits. */
  readonly register?: 'person' | 'seal' | undefined;
  readonly pairingFolder: string;
}

/**
 * Pairs, registers where asked to, then signs what the person orders on the server's pages until it is stopped.
 * @returns exit code: 0 stopped in order, 1 not paired or refused
 */
export async function runAgent(
  options: AgentOptions,
  keys: KeyPort,
  terminal: Terminal,
  stopped: AbortSignal,
): Promise<number> {
  const origin = originOf(options.server);
  let desk: Desk | null = null;
  try {
    const token = await pairedToken(options, origin, terminal);
    const line = new ServerLine(origin, token, stopped, (text) => terminal.say(text));
    if (options.register !== undefined) await registerFrom(line, options.register, keys, terminal);
    desk = new Desk(keys, terminal, line, stopped);
    terminal.say('Máy ký sẵn sàng. Hãy bấm ký trên trang học bạ số; nhấn Ctrl+C để dừng.');
    while (!stopped.aborted) {
      const order = await line.wait();
      if (order === null) continue;
      try {
        const kept = await desk.sign(order);
        if (kept > 0) terminal.say(`Đã nộp ${kept} chữ ký.`);
      } catch (error) {
        if (!(error instanceof ServerRefusal) || error.code === 'agent-unpaired') throw error;
        terminal.say(error.message);
      }
    }
    return 0;
  } catch (error) {
    if (stopped.aborted || error instanceof Stopped) {
      terminal.say('Đã dừng. Những chữ ký đã nộp vẫn còn; phần còn lại ký tiếp khi mở lại máy ký.');
      return 0;
    }
    if (error instanceof ServerRefusal) {
      if (error.code === 'agent-unpaired') forgetPairing(options.pairingFolder, origin);
      terminal.say(error.message);
      return 1;
    }
    throw error;
  } finally {
    desk?.close();
  }
}

async function pairedToken(options: AgentOptions, origin: string, terminal: Terminal): Promise<string> {
  const known = options.code === undefined ? readPairing(options.pairingFolder, origin, new Date()) : null;
  if (known !== null) return known.token;
  const code = options.code ?? (await terminal.ask('Mã ghép (xem ở trang “Cách ký”): '));
  const paired = await post<{ token: string; person: string; schoolName: string; expiresAt: string }>(
    origin,
    'pair',
    { code, name: hostname().slice(0, 60) || 'máy ký' },
  );
  keepPairing(options.pairingFolder, { origin, token: paired.token, expiresAt: paired.expiresAt });
  terminal.say(`Đã ghép với ${paired.person}, ${paired.schoolName}.`);
  return paired.token;
}

async function registerFrom(
  line: ServerLine,
  holder: 'person' | 'seal',
  keys: KeyPort,
  terminal: Terminal,
): Promise<void> {
  const found = await keys.certificates().catch((error) => {
    if (!(error instanceof KeyTrouble)) throw error;
    terminal.say(TROUBLE_TEXT[error.code]);
    return null;
  });
  if (found === null) return;
  if (found.length === 0) {
    terminal.say('Không thấy chứng thư nào trên token. Hãy cắm token rồi chạy lại.');
    return;
  }
  for (const { token, chain } of found) {
    const [leaf] = chain;
    if (leaf === undefined) continue;
    const name = commonNameOf(parseCertificate(leaf)) ?? '';
    try {
      await line.register(holder, chain.map(toBase64));
      terminal.say(`Đã đăng ký chứng thư “${name}” trên ${token}.`);
      return;
    } catch (error) {
      if (!(error instanceof ServerRefusal)) throw error;
      terminal.say(`“${name}” trên ${token}: ${error.message}`);
    }
  }
}
