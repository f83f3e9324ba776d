import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Deps } from '../access/binding.ts';
import { addressOf } from '../access/network.ts';
import { makeEdge } from './edge.ts';
import { baseUrlOf } from './security.ts';

/** A web server in front, over a real hop: what it says of a visitor counts where the operator has named it, and nowhere else. */
const NAME = 'hocba.truong.example';
const told: FastifyInstance[] = [];
const servers: Server[] = [];
/** By whether the edge behind it has named it. */
const hops = new Map<boolean, number>();
let said: IncomingHttpHeaders = {};

const listen = async (server: Server): Promise<number> => {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};

beforeAll(async () => {
  for (const named of [true, false]) {
    const app = await makeEdge({
      deps: { now: () => new Date(), log: () => {} } as unknown as Deps,
      bindings: [],
      proxies: named ? ['127.0.0.1'] : [],
      pages: [
        async (pages) => {
          const config = { policy: 'public' } as const;
          pages.all('/ai', { config }, async (one) => ({ from: addressOf(one), at: baseUrlOf(one) }));
        },
      ],
    });
    await app.listen({ host: '127.0.0.1', port: 0 });
    told.push(app);
    const { port } = app.server.address() as AddressInfo;
    const hop = createServer((from, to) => {
      const headers = { ...from.headers, ...said };
      from.pipe(
        request({ host: '127.0.0.1', port, path: from.url, method: from.method, headers }, (answer) => {
          to.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(to);
        }),
      );
    });
    hops.set(named, await listen(hop));
  }
});
afterAll(async () => {
  for (const server of servers) server.close().closeAllConnections();
  for (const app of told) await app.close();
});

/** What a visitor gets who also claims things of himself. */
async function visit(by: { named: boolean; hop: IncomingHttpHeaders; method?: string }) {
  said = { host: NAME, ...by.hop };
  const method = by.method ?? 'GET';
  const answer = await fetch(`http://127.0.0.1:${hops.get(by.named)}/ai`, {
    method,
    headers: { origin: `https://${NAME}`, 'x-forwarded-host': 'khac.example', forwarded: 'for=192.0.2.66' },
  });
  const body = (await answer.json()) as { from?: string; at?: string; error?: string };
  return { status: answer.status, hsts: answer.headers.has('strict-transport-security'), ...body };
}

/** As the guide has nginx say it, and as it would append. */
const BY_TLS = { 'x-forwarded-for': '198.51.100.7', 'x-forwarded-proto': 'https' };
const APPENDED = { ...BY_TLS, 'x-forwarded-for': '127.0.0.1, 192.0.2.1, 198.51.100.7' };

test.each([
  ['its one address', BY_TLS],
  ['the last of several, of which the visitor has written the first', APPENDED],
])('that is named: the visitor is %s, and pages are of the proxy’s own name by TLS', async (_, hop) => {
  for (const method of ['GET', 'POST'])
    expect(await visit({ named: true, hop, method })).toEqual({
      status: 200,
      hsts: true,
      from: '198.51.100.7',
      at: `https://${NAME}`,
    });
});

test.each<[string, boolean, IncomingHttpHeaders]>([
  ['that nobody has named', false, BY_TLS],
  ['that took it over plain HTTP', true, { ...BY_TLS, 'x-forwarded-proto': 'http' }],
  [
    'that took it over plain HTTP, and whose visitor says it was not',
    true,
    { ...BY_TLS, 'x-forwarded-proto': 'https, http' },
  ],
  ['that says nothing of the connection', true, { 'x-forwarded-for': '198.51.100.7' }],
  [
    'that hands on the visitor’s word as an address',
    true,
    { 'x-forwarded-for': 'ai do', 'x-forwarded-proto': 'http' },
  ],
])('one %s lets no page through', async (_, named, hop) => {
  expect(await visit({ named, hop })).toMatchObject({
    status: 403,
    error: 'insecure-connection',
    hsts: false,
  });
});

test('who sits at this machine needs no proxy, and is nobody from elsewhere', async () => {
  const { port } = (told[0] as FastifyInstance).server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/ai`);
  expect([answer.status, await answer.json()]).toEqual([
    200,
    { from: '127.0.0.1', at: `http://127.0.0.1:${port}` },
  ]);
});
