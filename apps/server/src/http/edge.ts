import { randomBytes } from 'node:crypto';
import multipart from '@fastify/multipart';
import Fastify, {
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { Deps, RouteBinding } from '../access/binding.ts';
import { contractRoutes } from '../access/route-names.ts';
import { Refusal, type RefusalCode } from '../refusal.ts';
import type { Policy } from './api/route.ts';
import { bindRoute } from './bound-route.ts';
import { compressAnswers } from './compress.ts';
import { registerCspReports } from './csp-report.ts';
import { asRefusal, errorAnswer } from './errors.ts';
import { nameFirstLoad } from './first-load.ts';
import { parseJsonBody } from './json-body.ts';
import { registerOpenApi } from './openapi.ts';
import { refusalPage } from './refusal-page.ts';
import {
  isApi,
  letAnybodyRead,
  letVerifyHere,
  requireSafeConnection,
  requireSameOrigin,
  setSecurityHeaders,
} from './security.ts';
import { StaticFiles } from './static-files.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every route declares it; the server does not start with one that does not. */
    policy?: Policy;
    /** Signed and about nobody: readable by pages of any origin, and over a line that is not encrypted here. */
    openData?: true;
  }
}

/** 200 cells of 2,000 characters, three bytes each, and their ids. */
const BODY_LIMIT = 1_500_000;
/** A sheet of 5 MB over the poorest line; who sends a byte a minute holds no connection for ever. */
const REQUEST_MS = 300_000;
/** Refusals that pass by themselves. */
const RETRY_LATER: ReadonlySet<RefusalCode> = new Set(['too-many-tries', 'too-often', 'log-unavailable']);
/** Checks files in the browser itself: apps/web/kiem-tra-hoc-ba.html. */
const VERIFY_PAGE = '/kiem-tra-hoc-ba';

const isSpeltLike = (page: string, path: string): boolean => path.toLowerCase().replace(/\/$/, '') === page;

export interface EdgeOptions {
  readonly deps: Deps;
  readonly bindings: readonly RouteBinding[];
  /** The built web application; absent in tests of the API. */
  readonly webFolder?: string;
  /** Public pages: each of their routes declares `config: { policy: 'public' }`. */
  readonly pages?: readonly FastifyPluginAsync[];
  /** Where other machines find this server, shown to who comes over plain HTTP. */
  readonly lanUrl?: string;
  /** Addresses of the proxies whose word on a visitor's address and connection counts; none unless said. */
  readonly proxies?: readonly string[];
}

/**
 * Puts the rooms' routes behind one door: connection, origin, session, policy, strict schemas, audit, one table of
 * errors. @throws Error if a route is bound twice, is not in the contract or declares no policy
 */
export async function makeEdge(options: EdgeOptions): Promise<FastifyInstance> {
  const names = namesOf(options.bindings);
  const app = Fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_MS,
    exposeHeadRoutes: false,
    genReqId: () => randomBytes(5).toString('hex'),
    requestIdHeader: false,
    trustProxy: options.proxies && options.proxies.length > 0 ? [...options.proxies] : false,
    routerOptions: { maxParamLength: 200 },
    // An address that is none is refused before any hook runs: as everything else is, with the same headers.
    frameworkErrors: (_error, request, reply) => {
      reply.header('x-request-id', request.id);
      setSecurityHeaders(request, reply);
      return refuse(options, new Refusal('not-found'), request, reply);
    },
  });

  const undeclared: string[] = [];
  app.addHook('onRoute', (route) => {
    if (route.config?.policy === undefined) undeclared.push(`${String(route.method)} ${route.url}`);
  });

  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    async (_request: FastifyRequest, body: string) => parseJsonBody(body),
  );
  await app.register(multipart);

  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    setSecurityHeaders(request, reply);
    if (request.routeOptions.config.openData) letAnybodyRead(reply);
    else requireSafeConnection(request);
    if (request.routeOptions.url !== '/api/csp-report') requireSameOrigin(request);
  });

  compressAnswers(app);

  app.setErrorHandler((error, request, reply) => refuse(options, error, request, reply));
  const files = options.webFolder === undefined ? null : new StaticFiles(options.webFolder);
  app.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split(/[?#]/, 1);
    // As it is typed on a phone, or with a slash behind it: else who has a print is asked to sign in.
    if (request.method === 'GET' && path !== VERIFY_PAGE && isSpeltLike(VERIFY_PAGE, path))
      return reply.redirect(VERIFY_PAGE, 308);
    if (path === VERIFY_PAGE) letVerifyHere(reply);
    nameFirstLoad(request, reply);
    const page = request.method === 'GET' && !isApi(request) && files?.send(request, reply);
    if (!page) return refuse(options, new Refusal('not-found'), request, reply);
  });

  await registerOpenApi(app);
  registerCspReports(app, options.deps);
  for (const binding of options.bindings) {
    bindRoute(app, options.deps, binding, names.get(binding) ?? '');
  }
  for (const page of options.pages ?? []) await app.register(page);

  await app.ready();
  if (undeclared.length > 0) throw new Error(`routes without a policy: ${undeclared.join(', ')}`);
  return app;
}

/** The contract is served whole. @throws Error with the names of routes that no room has bound */
export function requireWholeContract(bindings: readonly RouteBinding[]): void {
  const bound = new Set(bindings.map(({ route }) => route));
  const left = contractRoutes().filter(({ route }) => !bound.has(route));
  if (left.length > 0)
    throw new Error(`routes without a binding: ${left.map(({ name }) => name).join(', ')}`);
}

/** Each route of the contract at most once, and none besides. */
function namesOf(bindings: readonly RouteBinding[]): ReadonlyMap<RouteBinding, string> {
  const contract = contractRoutes();
  const names = new Map<RouteBinding, string>();
  const bound = new Set<string>();
  for (const binding of bindings) {
    const found = contract.find(({ route }) => route === binding.route);
    if (!found) throw new Error(`route not in the contract: ${binding.route.method} ${binding.route.path}`);
    if (bound.has(found.name)) throw new Error(`route bound twice: ${found.name}`);
    bound.add(found.name);
    names.set(binding, found.name);
  }
  return names;
}

function refuse(
  options: EdgeOptions,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const refusal = asRefusal(error);
  if (refusal.code === 'internal') options.deps.log(`Lỗi ${request.id}: ${traceOf(error)}`);
  const { status, body } = errorAnswer(refusal, request.id);
  reply.code(status);
  if (RETRY_LATER.has(refusal.code)) reply.header('retry-after', '60');
  // A print that opens in a tab of its own is refused in a sentence too: the pages' own calls do not ask for HTML.
  if ((request.method === 'GET' || !isApi(request)) && (request.headers.accept ?? '').includes('text/html')) {
    return reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .serializer(String)
      .send(refusalPage(body, options.lanUrl));
  }
  return reply.type('application/json; charset=utf-8').serializer(JSON.stringify).send(body);
}

/** Kind and place of an unforeseen error. Its message may quote a row of the database, and is left out. */
function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return 'không rõ';
  const code = (error as { code?: unknown }).code;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [
    `${error.name}${typeof code === 'string' ? ` ${code}` : ''}`,
    ...frames.slice(0, 6).map((f) => f.trim()),
  ].join(' | ');
}
