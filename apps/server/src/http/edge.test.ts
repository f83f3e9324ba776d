import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { bind, type RouteBinding } from '../access/binding.ts';
import { contractRoutes } from '../access/route-names.ts';
import { accessRoutes } from '../access/routes.ts';
import { assessmentRoutes } from '../assessment/routes.ts';
import { closingWork } from '../issuing/manifest/closing-work.ts';
import { Refusal, type RefusalCode } from '../refusal.ts';
import { rosterRoutes } from '../roster/routes.ts';
import { access, defineRoute } from './api/index.ts';
import { makeEdge } from './edge.ts';
import { ANSWERS } from './errors.ts';
import { CONTENT_SECURITY_POLICY } from './security.ts';
import { clientOf, cookieOf, makeWorld, type World } from './testing/world.ts';

let world: World;
let web: string;
let cookie: string;

beforeAll(async () => {
  web = mkdtempSync(join(tmpdir(), 'hocba-web-'));
  mkdirSync(join(web, 'assets'));
  writeFileSync(
    join(web, 'index.html'),
    `<!doctype html><title>Học bạ số</title>${'<p>chữ</p>'.repeat(200)}`,
  );
  writeFileSync(join(web, 'kiem-tra-hoc-ba.html'), '<!doctype html><title>Kiểm tra</title>');
  writeFileSync(join(web, 'assets', 'app-B1c2D3e4.js'), `console.log(${JSON.stringify('x'.repeat(2000))})`);
  writeFileSync(join(web, 'assets', 'app-B1c2D3e4.js.map'), '{}');
  world = await makeWorld({ webFolder: web });
  cookie = await cookieOf(world.app, 'homeroom-1');
});
afterAll(async () => {
  await world.close();
  rmSync(web, { recursive: true });
});

const inject = (options: Record<string, unknown>) =>
  world.app.inject({ headers: { host: 'localhost' }, ...options } as never) as unknown as Promise<{
    statusCode: number;
    headers: Record<string, string | undefined>;
    body: string;
    rawPayload: Buffer;
    json(): Record<string, unknown>;
  }>;

describe('headers', () => {
  const urls = [
    '/',
    '/viec',
    '/assets/app-B1c2D3e4.js',
    '/assets/none.js',
    '/api/welcome',
    '/api/session',
    '/api/openapi.json',
    '/api/nowhere',
    '/%zz',
    '/api/%ff',
    `/api/classes/${'a'.repeat(300)}`,
    '/api/classes/not-a-uuid/sheet',
    '/%2e%2e/package.json',
    ...contractRoutes()
      .filter(({ route }) => route.method === 'GET')
      .map(({ route }) => route.path.replace(/:\w+/g, '3f2b8c1e-0000-4000-8000-000000000000')),
  ];
  test.each(urls)('of %s', async (url) => {
    for (const headers of [{ host: 'localhost' }, { host: 'localhost', cookie, accept: 'text/html' }]) {
      const answer = await inject({ method: 'GET', url, headers });
      expect(answer.headers).toMatchObject({
        'content-security-policy': CONTENT_SECURITY_POLICY,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'x-frame-options': 'DENY',
      });
      expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f]{10}$/);
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(answer.headers.server ?? answer.headers['x-powered-by']).toBeUndefined();
      if (url.startsWith('/api')) expect(answer.headers['cache-control']).toBe('no-store');
    }
  });
  test('the policy allows no inline script, no third party, no frame', () => {
    expect(CONTENT_SECURITY_POLICY).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; /,
    );
    expect(CONTENT_SECURITY_POLICY).not.toMatch(/unsafe|https?:|\*/);
  });
  test('the page that checks records, and no other, may run WebAssembly of ours and ask for the camera', async () => {
    const headersOf = async (url: string) =>
      (await inject({ method: 'GET', url, headers: { host: 'localhost', accept: 'text/html' } })).headers;
    for (const url of ['/kiem-tra-hoc-ba', '/kiem-tra-hoc-ba?a=b']) {
      const headers = await headersOf(url);
      expect(headers['content-security-policy']).toBe(
        CONTENT_SECURITY_POLICY.replace(/(script-src 'self')/, "$1 'wasm-unsafe-eval'"),
      );
      expect(headers['permissions-policy']).toMatch(/^camera=\(self\), microphone=\(\), geolocation=\(\)/);
    }
    for (const url of ['/kiem-tra-hoc-ba/', '/kiem-tra-hoc-ba.html', '/dang-nhap', '/']) {
      expect((await headersOf(url))['permissions-policy']).toMatch(/^camera=\(\), /);
    }
  });
});

describe('a request that changes something', () => {
  const payload = { username: 'homeroom-1', password: 'x' };
  test.each([
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ 'sec-fetch-site': 'none' }, 403],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ origin: 'https://localhost' }, 403],
    [{ origin: 'http://localhost:81' }, 403],
    [{ 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' }, 403],
    [{ 'sec-fetch-site': 'same-origin', origin: 'http://localhost' }, 401],
    [{}, 401],
  ])('with %j: %i', async (headers, status) => {
    const answer = await inject({
      method: 'POST',
      url: '/api/session',
      headers: { host: 'localhost', ...headers },
      payload,
    });
    expect(answer.statusCode).toBe(status);
    if (status === 403) expect(answer.json()).toMatchObject({ error: 'cross-site-request' });
  });

  test.each([
    ['application/x-www-form-urlencoded', 'username=homeroom-1&password=x'],
    ['text/plain', JSON.stringify(payload)],
    ['application/jsonp', '{}'],
    ['application/json', '{"username":'],
    ['application/json', ''],
    ['application/json', '{"username":"a","password":"b","__proto__":{"x":1}}'],
    ['application/json', '{"username":"a","password":"b","constructor":{"x":1}}'],
    ['application/json', `${'['.repeat(60)}${']'.repeat(60)}`],
    ['application/json', '{"username":"\\u0000","password":"b"}'],
    ['application/json', '{"username":"\\ud800","password":"b"}'],
    ['application/csp-report', '{}'],
    ['multipart/form-data; boundary=x', '--x--'],
  ])('as %s %j is refused', async (type, body) => {
    const answer = await inject({
      method: 'POST',
      url: '/api/session',
      headers: { host: 'localhost', 'content-type': type },
      payload: body,
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ error: 'invalid-input' });
  });

  test('larger than the limit is refused', async () => {
    const answer = await inject({
      method: 'POST',
      url: '/api/session',
      payload: { username: 'x', password: 'y'.repeat(2_000_000) },
    });
    expect(answer.statusCode).toBe(413);
  });

  test.each(['GET', 'PUT', 'PATCH', 'OPTIONS', 'HEAD'])('%s does not change anything', async (method) => {
    const answer = await inject({
      method,
      url: '/api/classes/3f2b8c1e-0000-4000-8000-000000000000/ops',
      headers: { host: 'localhost', cookie },
    });
    expect(answer.statusCode).toBe(404);
  });
});

describe('errors', () => {
  test('every code has a status and a whole sentence', () => {
    for (const { status, sentence } of Object.values(ANSWERS)) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(sentence).toMatch(/^\p{Lu}[^<>]{40,}\.$/u);
      expect(sentence).toBe(sentence.normalize('NFC'));
    }
  });

  test('what nobody foresaw says nothing of its cause, and the log nothing of its data', async () => {
    const broken = edgeWith(() => {
      throw Object.assign(new Error('duplicate key value (full_name)=(Nguyễn Thị Bí Mật)'), {
        code: '23505',
      });
    });
    const app = await broken;
    const answer = await clientOf(app, null)<{ error: string; reference: string }>('GET', '/api/welcome');
    expect(answer.status).toBe(500);
    expect(answer.body).toMatchObject({ error: 'internal' });
    expect(answer.text).not.toMatch(/Bí Mật|duplicate|23505|at /);
    const line = world.lines.find((l) => l.includes(answer.body.reference));
    expect(line).toContain('23505');
    expect(line).not.toContain('Bí Mật');
    await app.close();
  });

  test('an answer that its schema does not allow is not sent', async () => {
    const app = await edgeWith(
      async () => ({ schoolName: 'x', training: true, accounts: [], secret: 'lộ' }) as never,
    );
    const answer = await clientOf(app, null)('GET', '/api/welcome');
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('lộ');
    await app.close();
  });

  test.each(Object.keys(ANSWERS) as RefusalCode[])(
    '%s reaches the caller as the table says',
    async (code) => {
      const app = await edgeWith(async () => {
        throw new Refusal(code, ['Chi tiết.']);
      });
      const answer = await clientOf(app, null)('GET', '/api/welcome');
      expect(answer.status).toBe(ANSWERS[code].status);
      expect(answer.body).toMatchObject({
        error: code,
        message: ANSWERS[code].sentence,
        details: ['Chi tiết.'],
      });
      const page = await clientOf(app, null)('GET', '/x/nowhere', undefined, { accept: 'text/html' });
      expect(page.text).toContain('<!doctype html>');
      // As a print that is opened in a tab of its own.
      const tab = await clientOf(app, null)('GET', '/api/welcome', undefined, { accept: 'text/html' });
      expect([tab.status, tab.text]).toEqual([ANSWERS[code].status, expect.stringContaining('<h1>')]);
      await app.close();
    },
  );

  const edgeWith = (handle: () => Promise<{ schoolName: string; training: boolean; accounts: [] }>) =>
    makeEdge({ deps: world.deps, bindings: [bind(access.welcome, handle)] });
});

describe('the start', () => {
  const all = [...accessRoutes([]), ...rosterRoutes, ...assessmentRoutes(closingWork)];
  const edge = (bindings: RouteBinding[]) => makeEdge({ deps: world.deps, bindings });
  const stray = defineRoute({
    method: 'GET',
    path: '/api/stray',
    policy: 'public',
    summary: 'Lạc',
    response: z.strictObject({}),
  });
  test('refuses a route bound twice', async () => {
    await expect(edge([...all, ...accessRoutes([])])).rejects.toThrow('bound twice');
  });
  test('refuses a route outside the contract', async () => {
    await expect(edge([...all, bind(stray, async () => ({}))])).rejects.toThrow('not in the contract');
  });
  test('refuses a page that declares no policy', async () => {
    const page = async (app: Parameters<NonNullable<Parameters<typeof makeEdge>[0]['pages']>[number]>[0]) => {
      app.get('/trang', async () => 'x');
    };
    await expect(makeEdge({ deps: world.deps, bindings: all, pages: [page] })).rejects.toThrow('GET /trang');
  });
});

describe('files', () => {
  test('with a hash in the name are kept for ever, compressed', async () => {
    const answer = await inject({
      method: 'GET',
      url: '/assets/app-B1c2D3e4.js',
      headers: { host: 'localhost', 'accept-encoding': 'gzip, br' },
    });
    expect(answer.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-encoding': 'br',
      'content-type': 'text/javascript; charset=utf-8',
    });
    expect(brotliDecompressSync(answer.rawPayload).toString()).toContain('console.log');
  });
  test('without one are asked for again, and not sent again when unchanged', async () => {
    const first = await inject({ method: 'GET', url: '/' });
    expect(first.headers).toMatchObject({
      'cache-control': 'no-cache',
      'content-type': 'text/html; charset=utf-8',
    });
    const again = await inject({
      method: 'GET',
      url: '/',
      headers: { host: 'localhost', 'if-none-match': first.headers.etag },
    });
    expect(again.statusCode).toBe(304);
  });
  test.each(['/viec', '/lop/3f2b8c1e-0000-4000-8000-000000000000/mon/TV', '/dang-nhap'])(
    '%s is the application',
    async (url) => {
      const answer = await inject({
        method: 'GET',
        url,
        headers: { host: 'localhost', accept: 'text/html' },
      });
      expect(answer.statusCode).toBe(200);
      expect(answer.body).toContain('Học bạ số');
    },
  );
  test('a page of its own is found by its name', async () => {
    const answer = await inject({
      method: 'GET',
      url: '/kiem-tra-hoc-ba',
      headers: { host: 'localhost', accept: 'text/html' },
    });
    expect(answer.body).toContain('<title>Kiểm tra</title>');
    // Who has a print and types its name otherwise is asked for no password.
    for (const url of ['/kiem-tra-hoc-ba/', '/Kiem-tra-hoc-ba', '/KIEM-TRA-HOC-BA/?a=b']) {
      const led = await inject({ method: 'GET', url, headers: { host: 'localhost', accept: 'text/html' } });
      expect([url, led.statusCode, led.headers.location]).toEqual([url, 308, '/kiem-tra-hoc-ba']);
    }
  });
  test.each([
    '/assets/app-B1c2D3e4.js.map',
    '/assets/missing.js',
    '/..%2f..%2fetc/passwd',
    '/assets/%2e%2e/%2e%2e/package.json',
    '//etc/passwd.txt',
    '/assets/app-B1c2D3e4.js%00.html',
  ])('%s is not found', async (url) => {
    const answer = await inject({ method: 'GET', url });
    expect([400, 404]).toContain(answer.statusCode);
    expect(answer.body).not.toMatch(/root:|"workspaces"/);
  });
});

describe('the OpenAPI document', () => {
  test('is 3.1, has every bound route with its session, and refuses unknown fields as the server does', async () => {
    const answer = await inject({ method: 'GET', url: '/api/openapi.json' });
    const document = answer.json() as {
      openapi: string;
      paths: Record<
        string,
        Record<string, { security?: unknown; requestBody?: unknown; responses: Record<string, unknown> }>
      >;
    };
    expect(document.openapi).toBe('3.1.0');
    for (const { route } of [...accessRoutes([]), ...rosterRoutes, ...assessmentRoutes(closingWork)]) {
      const path = route.path.replace(/:(\w+)/g, '{$1}');
      const found = document.paths[path]?.[route.method.toLowerCase()];
      expect(found, `${route.method} ${path}`).toBeDefined();
      expect(found?.security !== undefined).toBe(route.policy !== 'public');
      expect(found?.responses['200']).toBeDefined();
      if (route.body) expect(JSON.stringify(found?.requestBody)).toContain('"additionalProperties":false');
    }
  });
});

test('a large answer is compressed, and says what it depends on', async () => {
  const url = `/api/classes/${world.schools[0].classId}/sheet`;
  const answer = await inject({
    method: 'GET',
    url,
    headers: { host: 'localhost', cookie, 'accept-encoding': 'br' },
  });
  expect(answer.headers).toMatchObject({ 'content-encoding': 'br', vary: 'accept-encoding' });
  expect(JSON.parse(brotliDecompressSync(answer.rawPayload).toString())).toMatchObject({ className: '4A' });
});

test('a browser reports a broken policy; the operator hears it once a minute, without the page', async () => {
  const report = (directive: string) =>
    inject({
      method: 'POST',
      url: '/api/csp-report',
      headers: {
        host: 'localhost',
        'content-type': 'application/csp-report',
        'sec-fetch-site': 'cross-site',
      },
      payload: JSON.stringify({
        'csp-report': { 'violated-directive': directive, 'document-uri': 'http://localhost/x/bi-mat' },
      }),
    });
  expect((await report('script-src')).statusCode).toBe(204);
  await report('img-src');
  const lines = world.lines.filter((line) => line.includes('chính sách nội dung'));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('script-src');
  expect(lines[0]).not.toContain('bi-mat');
});
