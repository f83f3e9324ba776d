/**
 * Lets the page that checks records open without a network, after one visit with it. It keeps that page and the files
 * which the page's own HTML names, those that it asks for on demand among them, nothing else: no answer of the interface, no record. What to believe is kept by the
 * page itself, once it has read it (src/verify/ports.ts). Registered for `/kiem-tra-hoc-ba` alone.
 */
const PAGE = '/kiem-tra-hoc-ba';
const CACHE = 'kiem-tra-hoc-ba/trang';

/** The page last, so that it never stands there without its files; then what an older page had and this one has not. */
async function keep() {
  const page = await fetch(PAGE, {
    headers: { accept: 'text/html' },
    cache: 'no-cache',
    credentials: 'omit',
  });
  if (!page.ok || page.redirected) return;
  const html = await page.clone().text();
  const named = [...html.matchAll(/(?:src|href)="(\/[^"/][^"]*)"/g)].map(([, path]) => path);
  const [, late = ''] = html.match(/<meta name="hocba-on-demand" content="([^"]*)"/) ?? [];
  const onDemand = late.split(' ').filter((path) => path.startsWith('/'));
  const cache = await caches.open(CACHE);
  await add(cache, named);
  await cache.put(PAGE, page);
  const wanted = new Set([PAGE, ...named, ...onDemand]);
  for (const request of await cache.keys()) {
    if (!wanted.has(new URL(request.url).pathname)) await cache.delete(request);
  }
  // Half a megabyte that few files need: on a slow line the page is kept before it, and without it. Each part is kept as it
  // comes, the largest last, so that a line that breaks costs no more than what had not come.
  const largest = onDemand.splice(-1);
  for (const parts of [onDemand, largest]) {
    await Promise.allSettled(parts.map((path) => add(cache, [path])));
  }
}

async function add(cache, paths) {
  const absent = [];
  for (const path of new Set(paths)) {
    if (!(await cache.match(path, { ignoreVary: true }))) absent.push(path);
  }
  await cache.addAll(absent);
}

/** How long a line that brings nothing is waited for where the page is kept, in milliseconds. */
const PATIENCE = 8_000;

/**
 * The server's page as long as it answers: a mended page must reach everybody who has a network. The one that is kept where there is no
 * network, one that brings nothing, or a server that is ill.
 */
async function open(request) {
  const asked = fetch(request);
  const kept = await (await caches.open(CACHE)).match(PAGE, { ignoreVary: true }).catch(() => undefined);
  if (!kept) return asked;
  const tooLong = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  const answer = await Promise.race([asked.catch(() => undefined), tooLong]);
  return answer && answer.status < 500 ? answer : kept;
}

async function file(request) {
  return (await (await caches.open(CACHE)).match(request.url, { ignoreVary: true })) ?? fetch(request);
}

self.addEventListener('install', (event) => event.waitUntil(keep()));
// The page that was just opened for the first time is served from here too, for what it asks for on demand.
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  if (request.mode === 'navigate') {
    if (pathname !== PAGE) return;
    event.respondWith(open(request));
    // Without a network there is nothing newer to keep.
    event.waitUntil(keep().catch(() => undefined));
  } else if (pathname.startsWith('/assets/') || pathname === '/favicon.svg') {
    event.respondWith(file(request));
  }
});
