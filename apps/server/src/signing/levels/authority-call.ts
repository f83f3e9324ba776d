import { lookup } from 'node:dns/promises';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { AuthorityUnavailable } from '../items/unavailable.ts';

export interface AuthorityCall {
  readonly place: string;
  /** Sent by POST; without it the place is read by GET. */
  readonly post?: { readonly body: Uint8Array; readonly type: string };
  readonly accept: string;
  readonly atMost: number;
}

export interface AuthorityAnswer {
  readonly body: Uint8Array;
  /** The other side's clock, by its own word; null if it does not say. */
  readonly date: Date | null;
}

export type CallAuthority = (call: AuthorityCall) => Promise<AuthorityAnswer>;

const TIMEOUT_MS = 10_000;

/** Networks that a certificate's address must not lead into: whoever made the certificate chose the address. */
const CLOSED = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  CLOSED.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of [
  ['::', 96],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  CLOSED.addSubnet(network, bits, 'ipv6');

export function isClosedAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return CLOSED.check(mapped, 'ipv4');
  return CLOSED.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/**
 * Asks an authority over HTTP: one exchange, no redirects, at most ten seconds and `atMost` octets. The address is judged
 * where the connection is made, so that a name cannot resolve to another one in between.
 *
 * @param privateHosts hosts that may be in a closed network
 * @throws AuthorityUnavailable
 */
export function authorityCaller(privateHosts: ReadonlySet<string>): CallAuthority {
  return async ({ place, post, accept, atMost }) => {
    const url = new URL(place);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const open = privateHosts.has(host);
    if (!open && isIP(host) !== 0 && isClosedAddress(host)) throw new AuthorityUnavailable('address-refused');
    const headers = {
      accept,
      ...(post === undefined ? {} : { 'content-type': post.type, 'content-length': post.body.length }),
    };
    const options = {
      method: post === undefined ? 'GET' : 'POST',
      headers,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      agent: false,
      ...(open ? {} : { lookup: openLookup }),
    } as const;
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        const ask = url.protocol === 'https:' ? requestHttps : requestHttp;
        const sent = ask(url, options, resolve);
        sent.once('error', reject);
        sent.end(post?.body);
      });
      if (response.statusCode !== 200) {
        response.destroy();
        throw new AuthorityUnavailable(response.statusCode === 503 ? 'unreachable' : 'bad-answer');
      }
      const date = Date.parse(response.headers.date ?? '');
      return { body: await readBody(response, atMost), date: Number.isNaN(date) ? null : new Date(date) };
    } catch (error) {
      if (error instanceof AuthorityUnavailable) throw error;
      throw new AuthorityUnavailable('unreachable', { cause: error });
    }
  };
}

async function readBody(response: IncomingMessage, atMost: number): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > atMost) throw new AuthorityUnavailable('bad-answer');
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

const openLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { family: options.family === 4 || options.family === 6 ? options.family : 0, all: true })
    .then((found) => {
      const refused = found.length === 0 || found.some(({ address }) => isClosedAddress(address));
      if (refused) callback(new AuthorityUnavailable('address-refused'), '', 0);
      else if (options.all === true) callback(null, found);
      else callback(null, found[0]?.address ?? '', found[0]?.family ?? 0);
    })
    .catch((error: unknown) => callback(error as NodeJS.ErrnoException, '', 0));
};
