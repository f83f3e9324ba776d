import { isIP } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { addressOf } from '../access/network.ts';
import { Refusal } from '../refusal.ts';

/**
 * R-33, and where a browser reports a violation. No inline script, no third party; the only frame is a record's own
 * print beside its data.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "frame-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "object-src 'none'",
  'report-uri /api/csp-report',
  'report-to csp',
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'reporting-endpoints': 'csp="/api/csp-report"',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex, nofollow',
};

/**
 * A print that a page of ours shows in a frame: it may be framed by this origin alone, and the browser's own viewer of
 * PDF, which is a plug-in with a style of its own, may run in it. It is no page: nothing else may.
 */
export function letShowInFrame(reply: FastifyReply): void {
  reply.header('x-frame-options', 'SAMEORIGIN');
  reply.header(
    'content-security-policy',
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'",
  );
}

/**
 * The page that checks records in the browser itself reads foreign XML by a library in WebAssembly, and may look through
 * this device's camera for a QR, if its owner lets it. No other page may do either.
 */
export function letVerifyHere(reply: FastifyReply): void {
  reply.header(
    'content-security-policy',
    CONTENT_SECURITY_POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'"),
  );
  reply.header('permissions-policy', HEADERS['permissions-policy']?.replace('camera=()', 'camera=(self)'));
}

/**
 * The files of a log are public, signed and about nobody: pages of any origin may read them, as those of any other log
 * (c2sp.org/tlog-tiles), and so may whoever comes through a proxy that speaks TLS in this server's stead.
 */
export function letAnybodyRead(reply: FastifyReply): void {
  reply.header('access-control-allow-origin', '*');
  reply.header('cross-origin-resource-policy', 'cross-origin');
}

/** Sets what every answer carries. HSTS only where it binds this host alone: over TLS and for a real name. */
export function setSecurityHeaders(request: FastifyRequest, reply: FastifyReply): void {
  for (const [name, value] of Object.entries(HEADERS)) reply.header(name, value);
  if (isApi(request)) reply.header('cache-control', 'no-store');
  if (isTls(request) && !isLoopbackName(hostName(request)) && isIP(hostName(request)) === 0) {
    reply.header('strict-transport-security', 'max-age=31536000; includeSubDomains');
  }
}

export function isApi(request: FastifyRequest): boolean {
  return request.url === '/api' || request.url.startsWith('/api/');
}

/**
 * Over TLS all the way: with this server itself, or with a proxy that the operator has named and that hands on over this machine's own
 * loopback. Of anybody else a header that claims so is not believed, and what a named proxy took over plain HTTP is plain HTTP.
 */
export function isTls(request: FastifyRequest): boolean {
  const { encrypted, remoteAddress = '' } = request.raw.socket as {
    encrypted?: boolean;
    remoteAddress?: string;
  };
  return request.protocol === 'https' && (encrypted === true || isLoopback(remoteAddress));
}

/** An address of the server's own machine. */
export function isLoopback(address: string): boolean {
  return address === '::1' || /^(?:::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(address);
}

/** A session may travel here: TLS, or plain HTTP that does not leave this machine. */
export function isSecure(request: FastifyRequest): boolean {
  return isTls(request) || isLoopback(addressOf(request));
}

function hostName(request: FastifyRequest): string {
  const host = request.headers.host ?? '';
  return host
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase();
}

function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost') || isLoopback(name);
}

/**
 * Plain HTTP is for this machine alone, and under its own names: a page elsewhere whose name is made to point at
 * 127.0.0.1 (DNS rebinding) does not reach the API. @throws Refusal `insecure-connection`
 */
export function requireSafeConnection(request: FastifyRequest): void {
  if (isTls(request)) return;
  if (!isSecure(request) || !isLoopbackName(hostName(request))) throw new Refusal('insecure-connection');
}

/**
 * A request that changes something comes from our own page. Browsers send `Sec-Fetch-Site` and `Origin` by
 * themselves and no page can forge them; a client that is no browser sends neither and carries no browser's cookie.
 * @throws Refusal `cross-site-request`
 */
export function requireSameOrigin(request: FastifyRequest): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') throw new Refusal('cross-site-request');
  const { origin } = request.headers;
  if (origin !== undefined && origin !== baseUrlOf(request)) throw new Refusal('cross-site-request');
}

/** This server's address as the caller sees it. */
export function baseUrlOf(request: FastifyRequest): string {
  return `${isTls(request) ? 'https' : 'http'}://${request.headers.host ?? 'localhost'}`;
}
