import type { z } from 'zod';
import type { Route } from '../../apps/server/src/http/api/index.ts';

/** The server's own refusal of a call, in its words. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(`${code}: ${message}`);
    this.status = status;
    this.code = code;
  }
}

type Answer<R extends Route> = R['response'] extends z.ZodType ? z.output<R['response']> : Uint8Array;
export interface Carry {
  params?: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
  file?: { name: string; bytes: Uint8Array };
}

/** Where the server is, and whether to wait for it to come back when it cannot be reached. */
export interface Server {
  url: string;
  /** Milliseconds to keep trying after a lost connection; 0 gives up at once. */
  patienceMs: number;
}

/** One signed-in person at the HTTP API: every call goes through the same door as the web pages'. */
export class Person {
  private readonly server: Server;
  private readonly username: string;
  private readonly password: string;
  private cookie = '';

  constructor(server: Server, username: string, password: string) {
    this.server = server;
    this.username = username;
    this.password = password;
  }

  /** Calls a route; the answer is parsed by the route's own schema, so that the contract is held from both ends. */
  async call<R extends Route>(route: R, carry: Carry = {}): Promise<Answer<R>> {
    const response = await this.send(route, carry);
    if (!('mediaType' in route.response)) return route.response.parse(await response.json()) as Answer<R>;
    return new Uint8Array(await response.arrayBuffer()) as Answer<R>;
  }

  async signIn(): Promise<void> {
    const response = await this.reach('/api/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: this.server.url },
      body: JSON.stringify({ username: this.username, password: this.password }),
    });
    if (!response.ok) throw await refusal(response);
    this.cookie = response.headers
      .getSetCookie()
      .map((line) => line.split(';')[0] ?? '')
      .join('; ');
  }

  private async send(route: Route, carry: Carry): Promise<Response> {
    if (this.cookie === '' && route.policy !== 'public') await this.signIn();
    const filled = route.path.replace(/:([A-Za-z]+)/g, (_, name: string) =>
      encodeURIComponent(carry.params?.[name] ?? ''),
    );
    const query = carry.query ? `?${new URLSearchParams(carry.query)}` : '';
    const headers: Record<string, string> = { cookie: this.cookie, origin: this.server.url };
    let body: BodyInit | null = null;
    if (carry.file) {
      const form = new FormData();
      form.append('file', new Blob([new Uint8Array(carry.file.bytes)]), carry.file.name);
      body = form;
    } else if (route.method === 'POST') {
      headers['content-type'] = 'application/json';
      body = JSON.stringify(carry.body ?? {});
    }
    const response = await this.reach(filled + query, {
      method: route.method,
      headers,
      ...(body === null ? {} : { body }),
    });
    if (!response.ok) throw await refusal(response);
    return response;
  }

  private async reach(path: string, init: RequestInit): Promise<Response> {
    const until = Date.now() + this.server.patienceMs;
    for (;;) {
      try {
        const response = await fetch(this.server.url + path, init);
        // A server that is just being killed or restarted may still answer that it cannot.
        if (response.status < 500 || Date.now() >= until) return response;
      } catch (error) {
        if (Date.now() >= until) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function refusal(response: Response): Promise<Refused> {
  const text = await response.text();
  try {
    const { error, message, details } = JSON.parse(text) as {
      error: string;
      message: string;
      details?: string[];
    };
    return new Refused(response.status, error, [message, ...(details ?? [])].join(' '));
  } catch {
    return new Refused(response.status, 'unreadable-answer', text.slice(0, 200));
  }
}
