import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};
const COMPRESSED = new Set(['.html', '.js', '.css', '.json', '.webmanifest', '.svg', '.wasm', '.txt']);

interface StaticFile {
  readonly type: string;
  readonly etag: string;
  /** A hash stands in the name, so that its content never changes. */
  readonly immutable: boolean;
  readonly identity: Buffer;
  /** Null for what is not compressed. */
  readonly codings: Readonly<Record<'br' | 'gzip', () => Buffer>> | null;
}

/**
 * The built web application, read whole into memory once: a few hundred kilobytes, no path of a request ever meets
 * the file system. Texts are compressed when they are first asked for, which at start would be a quarter of it, unless the build left
 * `.br` and `.gz` beside them.
 */
export class StaticFiles {
  readonly #files = new Map<string, StaticFile>();

  /** @param folder such as `apps/web/dist`; an absent one serves nothing */
  constructor(folder: string) {
    if (!existsSync(folder)) return;
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || /\.(?:br|gz|map)$/.test(entry.name)) continue;
      const path = join(entry.parentPath, entry.name);
      this.#files.set(`/${relative(folder, path).split(sep).join('/')}`, load(path));
    }
  }

  get empty(): boolean {
    return this.#files.size === 0;
  }

  /**
   * Sends the file of a path. A browser that asks for a page gets `<path>.html`, or the application, whose own router
   * knows the rest. @returns false if there is no such file
   */
  send(request: FastifyRequest, reply: FastifyReply): boolean {
    const path = request.url.split('?', 1)[0] ?? '/';
    const wantsPage = extname(path) === '' && (request.headers.accept ?? '').includes('text/html');
    const file =
      this.#files.get(path) ??
      (wantsPage ? this.#files.get(`${path}.html`) : undefined) ??
      (path === '/' || wantsPage ? this.#files.get('/index.html') : undefined);
    if (!file) return false;
    reply.header('etag', file.etag).header('vary', 'accept-encoding').type(file.type);
    reply.header('cache-control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
    if (request.headers['if-none-match'] === file.etag) {
      reply.code(304).send();
      return true;
    }
    const accepted = request.headers['accept-encoding'] ?? '';
    const coding = /\bbr\b/.test(accepted) ? 'br' : /\bgzip\b/.test(accepted) ? 'gzip' : null;
    if (coding === null || file.codings === null) reply.send(file.identity);
    else reply.header('content-encoding', coding).send(file.codings[coding]());
    return true;
  }
}

function load(path: string): StaticFile {
  const identity = readFileSync(path);
  const extension = extname(path);
  const compress = COMPRESSED.has(extension) && identity.length > 512;
  return {
    type: TYPES[extension] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(identity).digest('base64url').slice(0, 27)}"`,
    immutable: /[.-][A-Za-z0-9_-]{8,}\.\w+$/.test(path) && path.includes(`${sep}assets${sep}`),
    identity,
    codings: compress
      ? {
          br: beside(path, '.br', () => brotli(identity)),
          gzip: beside(path, '.gz', () => gzipSync(identity, { level: 9 })),
        }
      : null,
  };
}

/** What lies beside the file, else made once. */
function beside(path: string, suffix: string, make: () => Buffer): () => Buffer {
  let kept: Buffer | null = existsSync(path + suffix) ? readFileSync(path + suffix) : null;
  return () => {
    const bytes = kept ?? make();
    kept = bytes;
    return bytes;
  };
}

function brotli(bytes: Buffer): Buffer {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });
}
