import type { FastifyInstance } from 'fastify';
import type { Deps } from '../access/binding.ts';

/** At most one line a minute: anybody may send these. */
const QUIET_MS = 60_000;

/** Takes what browsers report of broken content policy, and tells the operator which directive it was. */
export function registerCspReports(app: FastifyInstance, deps: Deps): void {
  let loggedAt = Number.NEGATIVE_INFINITY;
  app.register(async (scope) => {
    scope.addContentTypeParser(
      ['application/csp-report', 'application/reports+json'],
      { parseAs: 'string', bodyLimit: 16_384 },
      async (_request: unknown, body: string) => body,
    );
    scope.post(
      '/api/csp-report',
      { config: { policy: 'public' }, schema: { hide: true } as never },
      async (request, reply) => {
        const now = deps.now().getTime();
        if (typeof request.body === 'string' && now - loggedAt >= QUIET_MS) {
          loggedAt = now;
          const directive =
            /"(?:effective-directive|effectiveDirective|violated-directive)"\s*:\s*"([a-z-]{1,40})/.exec(
              request.body,
            );
          deps.log(`Trình duyệt báo vi phạm chính sách nội dung: ${directive?.[1] ?? 'không rõ'}.`);
        }
        return reply.code(204).send();
      },
    );
  });
}
