import { setTimeout as pause } from 'node:timers/promises';

/** What the server asks to be signed. Messages are base64. */
export interface Order {
  readonly orderId: string;
  readonly batchId: string;
  readonly schoolName: string;
  readonly training: boolean;
  readonly roleText: string;
  readonly classes: readonly string[];
  readonly leftInBatch: number;
  readonly digest: string;
  readonly certificate: string;
  readonly algorithm: string;
  readonly items: readonly { readonly id: string; readonly message: string }[];
}

/** A refusal of the server, with its sentence. */
export class ServerRefusal extends Error {
  readonly code: string;
  constructor(code: string, sentence: string) {
    super(sentence);
    this.name = 'ServerRefusal';
    this.code = code;
  }
}

/** The server's name must be one that its certificate proves; plain http is for this machine alone. @throws RangeError */
export function originOf(address: string): string {
  const url = new URL(/^https?:\/\//.test(address) ? address : `https://${address}`);
  const own = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url.protocol !== 'https:' && !own)
    throw new RangeError('Địa chỉ máy chủ phải bắt đầu bằng https:// (http chỉ dùng trên chính máy này).');
  return url.origin;
}

/** The agent's calls: it dials out, nobody dials in. A broken connection is tried again until it is stopped. */
export class ServerLine {
  readonly origin: string;
  readonly #token: string;
  readonly #stopped: AbortSignal;
  readonly #say: (line: string) => void;
  constructor(origin: string, token: string, stopped: AbortSignal, say: (line: string) => void) {
    this.origin = origin;
    this.#token = token;
    this.#stopped = stopped;
    this.#say = say;
  }

  async wait(): Promise<Order | null> {
    return (await this.#call<{ order: Order | null }>('wait', { hold: true })).order;
  }

  send(orderId: string, signatures: readonly { id: string; value: string }[]) {
    return this.#call<{ kept: number; bad: string[]; left: number }>('signatures', { orderId, signatures });
  }

  async report(orderId: string, state: string): Promise<void> {
    await this.#call('report', { orderId, state });
  }

  register(holder: 'person' | 'seal', chain: readonly string[]) {
    return this.#call<{ certificate: { subject: string; notAfter: string } }>('certificates', {
      holder,
      chain,
    });
  }

  async #call<T>(path: string, body: object): Promise<T> {
    let told = false;
    for (let delay = 500; ; delay = Math.min(delay * 2, 10_000)) {
      this.#stopped.throwIfAborted();
      try {
        return await post<T>(this.origin, path, { token: this.#token, ...body }, this.#stopped);
      } catch (error) {
        if (error instanceof ServerRefusal || this.#stopped.aborted) throw error;
        if (!told) this.#say('Mất liên lạc với máy chủ; đang thử lại. Chữ ký đã có vẫn được giữ để nộp.');
        told = true;
      }
      await pause(delay, undefined, { signal: this.#stopped });
    }
  }
}

/** @throws ServerRefusal; anything else is a broken connection */
export async function post<T>(origin: string, path: string, body: object, stopped?: AbortSignal): Promise<T> {
  const timeout = AbortSignal.timeout(45_000);
  const response = await fetch(`${origin}/api/agent/${path}`, {
    method: 'POST',
    redirect: 'error',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: stopped === undefined ? timeout : AbortSignal.any([timeout, stopped]),
  });
  const answer = (await response.json()) as T & { error?: string; message?: string; details?: string[] };
  if (response.ok) return answer;
  if (response.status >= 500) throw new Error('server error');
  throw new ServerRefusal(
    answer.error ?? 'internal',
    [answer.message, ...(answer.details ?? [])].filter(Boolean).join(' '),
  );
}
