import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { nodeCrypto } from '@hocba/signature/node';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { addressOf } from '../access/network.ts';
import type { IssuingRoom } from '../issuing/background.ts';
import { LookupLimits } from './limits.ts';
import { logFile } from './log-files.ts';
import { lookUp } from './lookup.ts';
import { recordPage, tooOftenPage, unknownPage } from './page.ts';
import { PAGE_POLICY } from './page-style.ts';

const zip = promisify(gzip);

export interface PublicDeps {
  readonly room: Pick<IssuingRoom, 'db' | 'signers' | 'logHost' | 'dataDir' | 'now'>;
  log(line: string): void;
  readonly limits?: LookupLimits;
}

/** Pages and files that anybody may read: the page behind a record's QR, and the transparency log. */
export function publicPages({ room, log, limits = new LookupLimits() }: PublicDeps): FastifyPluginAsync {
  return async (app) => {
    const record = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const token = tokenIn(request.params as { token?: string; '*'?: string });
      if (!(await limits.mayLookUp(addressOf(request)))) {
        return page(reply.code(429).header('retry-after', '60'), tooOftenPage());
      }
      const view = await lookUp({ ...room, crypto: nodeCrypto, now: () => room.now() }, token);
      if (view !== null) return page(reply, recordPage(view));
      if (await limits.wasWrong(addressOf(request)))
        log('Nhiều mã tra cứu sai liên tiếp từ một mạng: đã làm chậm lại.');
      return page(reply.code(404), unknownPage());
    };
    // Whatever else stands below is somebody's address of a print too, and no page of the staff's.
    for (const url of ['/x', '/x/:token', '/x/*']) app.get(url, { config: { policy: 'public' } }, record);

    const open = { exposeHeadRoute: true, config: { policy: 'public', openData: true } } as const;
    app.get('/log/*', open, async (request, reply) => {
      const file = await logFile(room.dataDir, (request.params as { '*'?: string })['*'] ?? '');
      if (file === null) {
        return reply
          .code(404)
          .type('text/plain; charset=utf-8')
          .header('cache-control', 'no-store')
          .send('Không có tệp này.\n');
      }
      reply.type(file.contentType).header('cache-control', file.cacheControl);
      if (!file.packable) return reply.send(Buffer.from(file.bytes));
      reply.header('vary', 'accept-encoding');
      if (!/(^|,)\s*gzip\s*(,|$)/.test(request.headers['accept-encoding'] ?? ''))
        return reply.send(Buffer.from(file.bytes));
      return reply.header('content-encoding', 'gzip').send(await zip(file.bytes));
    });
  };
}

/** The token of an address; what a message has put behind it (a full stop, a slash) is none of it. */
function tokenIn({ token, '*': rest }: { token?: string; '*'?: string }): string {
  const said = token ?? rest ?? '';
  return /^([0-9A-Za-z]{22})(?![0-9A-Za-z])/.exec(said)?.[1] ?? said;
}

function page(reply: FastifyReply, html: string): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .headers({
      'content-security-policy': PAGE_POLICY,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex',
    })
    .send(html);
}
