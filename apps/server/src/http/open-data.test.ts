import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeEdge } from './edge.ts';
import { makeWorld, type World } from './testing/world.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});
afterAll(() => world.close());

test('what is signed and about nobody is read from everywhere; everything else is not', async () => {
  const app = await makeEdge({
    deps: world.deps,
    bindings: [],
    pages: [
      async (pages) => {
        const open = { exposeHeadRoute: true, config: { policy: 'public', openData: true } } as const;
        pages.get('/mo/*', open, async () => 'ai cũng đọc được');
        pages.get('/kin', { config: { policy: 'public' } }, async () => 'x');
      },
    ],
  });
  // As a page elsewhere asks, or a proxy that speaks TLS for this server and hands on the name.
  const ask = (method: 'GET' | 'HEAD' | 'POST', url: string) =>
    app.inject({
      method,
      url,
      remoteAddress: '192.0.2.7',
      headers: { host: 'so-a.example', origin: 'https://bao.example', 'sec-fetch-site': 'cross-site' },
    });
  for (const method of ['GET', 'HEAD'] as const) {
    const answer = await ask(method, '/mo/tile/0/000');
    expect([answer.statusCode, answer.headers]).toEqual([
      200,
      expect.objectContaining({
        'access-control-allow-origin': '*',
        'cross-origin-resource-policy': 'cross-origin',
        'content-length': '24',
      }),
    ]);
    const closed = await ask(method, '/kin');
    expect(closed.statusCode).toBe(403);
    expect(closed.headers).not.toHaveProperty('access-control-allow-origin');
  }
  expect((await ask('POST', '/mo/tile/0/000')).statusCode).toBe(403);
  await app.close();
});
