import type { FastifyReply, FastifyRequest } from 'fastify';
import { sessionTokenOf } from './session-cookie.ts';

const SHEET = /^\/lop\/([0-9a-f-]{36})\/(?:bang|mon\/([A-Z0-9]{1,8}))(?:\/([A-Z0-9]{1,4}))?\/?$/;

/**
 * What a page asks the API for first, told by its address alone: it then travels with the scripts and not after them, a whole
 * journey on a slow line. The page takes it over by the same address (apps/web/src/api/early.ts).
 * @param path such as `/lop/<id>/bang`. @returns an address under `/api`, or null
 */
export function firstLoadOf(path: string): string | null {
  const found = SHEET.exec(path);
  if (!found) return null;
  const [, classId, subject, period] = found;
  const query = new URLSearchParams({
    ...(period === undefined ? {} : { period }),
    ...(subject === undefined ? {} : { subject }),
  });
  return `/api/classes/${classId}/sheet${query.size === 0 ? '' : `?${query}`}`;
}

/** Names it to the browser (`Link`, RFC 8288) where somebody may be signed in: nobody else would be answered. */
export function nameFirstLoad(request: FastifyRequest, reply: FastifyReply): void {
  if (sessionTokenOf(request) === null) return;
  const first = firstLoadOf(request.url.split(/[?#]/, 1)[0] ?? '');
  if (first !== null) reply.header('link', `<${first}>; rel=preload; as=fetch; crossorigin`);
}
