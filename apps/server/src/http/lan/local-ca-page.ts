import type { FastifyPluginAsync } from 'fastify';

export const CA_PATH = '/chung-thu-mang-noi-bo.crt';

/** Offers the local CA's certificate for download; who installs it compares the fingerprint that the server printed. */
export function localCaPage(caPem: string): FastifyPluginAsync {
  return async (app) => {
    app.get(CA_PATH, { config: { policy: 'public' } }, async (_request, reply) =>
      reply
        .type('application/x-x509-ca-cert')
        .header('content-disposition', 'attachment; filename="chung-thu-mang-noi-bo.crt"')
        .send(caPem),
    );
  };
}
