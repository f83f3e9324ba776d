import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { SESSION_COOKIE } from './session-cookie.ts';

/** OpenAPI 3.1 out of the very schemas that check the requests, at `/api/openapi.json`. */
export async function registerOpenApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Hocba: học bạ số cấp tiểu học',
        version: '1',
        description:
          'Trường không có trong lược đồ bị từ chối. Mọi yêu cầu làm thay đổi dữ liệu phải là application/json, trừ tải tệp lên.',
      },
      components: { securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE } } },
    },
    transform: jsonSchemaTransform,
  });
  let text: string | null = null;
  app.get(
    '/api/openapi.json',
    { config: { policy: 'public' }, schema: { hide: true } as never },
    async (_request, reply) => {
      text ??= JSON.stringify(app.swagger());
      return reply.type('application/json; charset=utf-8').serializer(String).send(text);
    },
  );
}
