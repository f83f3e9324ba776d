import { constants, privateEncrypt, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { p256 } from '@noble/curves/nist.js';
import { type HeldKey, issueKeys, type Keyholder } from './training-keys.ts';

/** How a service that is played here behaves; all of it by the command line. */
export interface Behaviour {
  readonly holders: readonly HeldKey[];
  readonly latencyMs: number;
  readonly expiresMs: number;
  readonly limit: number;
  /** What the person does with a confirmation that the service asks for on the phone; `wait` confirms when told to (`Phone.confirm`). */
  readonly phone: 'confirm' | 'refuse' | 'ignore' | 'wait';
  readonly phoneMs: number;
  /** How long an authorisation at a CSC service holds. */
  readonly sadMs: number;
  /** How long an access token there holds. */
  readonly tokenS: number;
  /** How much longer it is taken: a call that was made in time is not refused because its way was slow. */
  readonly lateMs: number;
}

export interface Call {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly bearer: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}
export type Reply =
  | { readonly status: number; readonly json: unknown }
  | { readonly status: number; readonly html: string }
  | { readonly redirect: string }
  /** The work was done, and its answer never arrives: the connection breaks, or nothing comes. */
  | { readonly lost: 'cut' | 'held' };

/**
 * Starts a service as this process: on the loopback only, with keys of the training CA that `--pki` names, for the people
 * of `--people`. Prints its address.
 */
export async function play(
  handler: (behaviour: Behaviour, call: Call) => Promise<Reply> | Reply,
): Promise<void> {
  const { values } = parseArgs({
    options: {
      pki: { type: 'string' },
      people: { type: 'string' },
      port: { type: 'string', default: '0' },
      latency: { type: 'string', default: '50' },
      expires: { type: 'string', default: '300000' },
      limit: { type: 'string', default: '500' },
      phone: { type: 'string', default: 'confirm' },
      'phone-ms': { type: 'string', default: '1000' },
      asynchronous: { type: 'boolean' },
      explicit: { type: 'boolean' },
      'break-once': { type: 'string', default: '' },
      'token-s': { type: 'string', default: '3600' },
      'late-ms': { type: 'string', default: '0' },
      'no-extend': { type: 'boolean' },
      'sad-ms': { type: 'string', default: '300000' },
    },
  });
  if (values.pki === undefined || values.people === undefined)
    throw new Error('cần --pki THƯ_MỤC --people TỆP.json');
  const people = JSON.parse(readFileSync(values.people, 'utf8')) as Keyholder[];
  const behaviour: Behaviour = {
    holders: await issueKeys(values.pki, people),
    latencyMs: Number(values.latency),
    expiresMs: Number(values.expires),
    limit: Number(values.limit),
    phone: values.phone as Behaviour['phone'],
    phoneMs: Number(values['phone-ms']),
    sadMs: Number(values['sad-ms']),
    tokenS: Number(values['token-s']),
    lateMs: Number(values['late-ms']),
  };
  // The first answer to this path never arrives, though the work was done.
  let broken = values['break-once'];
  const server = createServer((request, response) => {
    void (async () => {
      const call = await callOf(request);
      await pause(behaviour.latencyMs);
      const reply = await handler(behaviour, call);
      if (broken !== '' && call.path.endsWith(broken)) {
        broken = '';
        request.socket.destroy();
        return;
      }
      if ('lost' in reply) {
        if (reply.lost === 'cut') request.socket.destroy();
      } else if ('redirect' in reply) response.writeHead(302, { location: reply.redirect }).end();
      else if ('html' in reply)
        response.writeHead(reply.status, { 'content-type': 'text/html; charset=utf-8' }).end(reply.html);
      else
        response
          .writeHead(reply.status, { 'content-type': 'application/json' })
          .end(JSON.stringify(reply.json));
    })().catch(() => response.writeHead(500).end());
  });
  server.listen(Number(values.port), '127.0.0.1', () => {
    process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
  });
}

async function callOf(request: IncomingMessage): Promise<Call> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const form = (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  const body = form ? Object.fromEntries(new URLSearchParams(text)) : text === '' ? {} : JSON.parse(text);
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? null;
  return { path: url.pathname, query: url.searchParams, bearer, body };
}

export const secret = (): string => randomBytes(24).toString('base64url');
export const refused = (status: number, error: string, description?: string): Reply => ({
  status,
  json: { error, ...(description === undefined ? {} : { error_description: description }) },
});

/** DigestInfo of SHA-256 (RFC 8017 §9.2). */
const DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/** Signs a SHA-256 hash that was made elsewhere, as such services do: PKCS#1 v1.5, or ECDSA as DER. */
export function signHash(key: HeldKey, hash: Buffer): Buffer {
  if (key.privateKey.asymmetricKeyType === 'rsa') {
    return privateEncrypt(
      { key: key.privateKey, padding: constants.RSA_PKCS1_PADDING },
      Buffer.concat([DIGEST_INFO, hash]),
    );
  }
  const { d = '' } = key.privateKey.export({ format: 'jwk' });
  return Buffer.from(p256.sign(hash, Buffer.from(d, 'base64url'), { prehash: false, format: 'der' }));
}

/** The phone of a person, as far as it goes: when it answers, and how. */
export class Phone {
  readonly #asked = new Map<
    string,
    { readonly at: number; readonly key: HeldKey; readonly hashes: readonly Buffer[] }
  >();
  readonly #behaviour: Behaviour;
  #told = false;
  constructor(behaviour: Behaviour) {
    this.#behaviour = behaviour;
  }
  ask(key: HeldKey, hashes: readonly Buffer[]): string {
    const id = secret();
    this.#asked.set(id, { at: Date.now(), key, hashes });
    return id;
  }
  /** From now on what is asked is confirmed, and what was asked. */
  confirm(): void {
    this.#told = true;
  }
  answer(id: string): 'unknown' | 'waiting' | 'expired' | 'refused' | readonly Buffer[] {
    const asked = this.#asked.get(id);
    if (asked === undefined) return 'unknown';
    const age = Date.now() - asked.at;
    const { phone, phoneMs, expiresMs } = this.#behaviour;
    const answers =
      phone === 'wait' ? this.#told : phone !== 'ignore' && age >= phoneMs && phoneMs < expiresMs;
    if (answers) {
      return phone === 'refuse' ? 'refused' : asked.hashes.map((hash) => signHash(asked.key, hash));
    }
    return age >= expiresMs ? 'expired' : 'waiting';
  }
}
