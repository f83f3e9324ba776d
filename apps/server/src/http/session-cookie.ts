import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * `__Host-` binds the cookie to this very host, path `/` and Secure. Chromium and Firefox keep it on plain-HTTP
 * loopback too, which they treat as trustworthy; no second, weaker name is needed.
 */
export const SESSION_COOKIE = '__Host-hocba';

export function sessionTokenOf(request: FastifyRequest): string | null {
  const values = (request.headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${SESSION_COOKIE}=`))
    .map((pair) => pair.slice(SESSION_COOKIE.length + 1));
  // Two of one name cannot come from us: neither is believed.
  return values.length === 1 ? (values[0] ?? null) : null;
}

export function setSessionCookie(reply: FastifyReply, token: string | null): void {
  const rest = 'Path=/; Secure; HttpOnly; SameSite=Strict';
  reply.header(
    'set-cookie',
    token === null ? `${SESSION_COOKIE}=; Max-Age=0; ${rest}` : `${SESSION_COOKIE}=${token}; ${rest}`,
  );
}
