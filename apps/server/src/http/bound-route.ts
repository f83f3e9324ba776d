import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import { appendAudit } from '../access/audit.ts';
import type { Deps, Exchange, FileBody, RouteBinding } from '../access/binding.ts';
import { addressOf } from '../access/network.ts';
import { mayCall, needsSession } from '../access/policy.ts';
import { requireSecondFactor } from '../access/second-factor/state.ts';
import { sessionOf } from '../access/session.ts';
import { Refusal } from '../refusal.ts';
import type { Route } from './api/route.ts';
import { ErrorAnswer } from './api/values.ts';
import { asRefusal } from './errors.ts';
import { baseUrlOf, isSecure, letShowInFrame } from './security.ts';
import { sessionTokenOf, setSessionCookie } from './session-cookie.ts';
import { readUpload } from './upload.ts';

/** Who called, found before the body is read. */
const ACTORS = new WeakMap<FastifyRequest, Actor>();

/** Polled or without personal data: the trail would drown in them. */
const UNAUDITED_READS: ReadonlySet<string> = new Set([
  'access.whoAmI',
  'access.welcome',
  'access.mySecondFactor',
  'assessment.changedCells',
  'assessment.myWork',
  'assessment.listSentences',
  'roster.listClasses',
  'signing.signingProgress',
  'issuing.classBook',
  'issuing.issuedClasses',
  'signing.signingTasks',
  'issuing.trustBundle',
  'issuing.logAlarms',
  'signers.mySigners',
  // An agent asks every few seconds; what it does is in the trail.
  'signers.agentWait',
]);

/** What an open page asks by itself, every half minute or more often. */
const ASKED_BY_THE_PAGE: ReadonlySet<string> = new Set([
  'assessment.changedCells',
  'signing.signingProgress',
  'issuing.classBook',
  'issuing.logAlarms',
]);

/** Registers one route of the contract: session and policy before the body is read, schemas, use case, audit. */
export function bindRoute(app: FastifyInstance, deps: Deps, binding: RouteBinding, name: string): void {
  const { route } = binding;
  const audited = !UNAUDITED_READS.has(name);
  const takesUpload = route.method === 'POST' && route.body === undefined;
  app.route({
    method: route.method,
    url: route.path,
    config: { policy: route.policy },
    ...(route.bodyLimit === undefined ? {} : { bodyLimit: route.bodyLimit }),
    schema: {
      summary: route.summary,
      operationId: name.replace('.', '_'),
      tags: [name.split('.')[0] ?? ''],
      params: route.params ?? z.strictObject({}),
      querystring: route.query ?? z.strictObject({}),
      ...(route.body ? { body: route.body } : {}),
      ...(takesUpload ? { consumes: ['multipart/form-data'] } : {}),
      ...(needsSession(route.policy) ? { security: [{ session: [] }] } : {}),
      response: { 200: answerSchema(route), default: ErrorAnswer },
    } as never,
    onRequest: async (request) => {
      const token = sessionTokenOf(request);
      const session =
        token === null
          ? null
          : await sessionOf(deps, token, addressOf(request), !ASKED_BY_THE_PAGE.has(name));
      if (session) ACTORS.set(request, session.actor);
      if (!needsSession(route.policy)) return;
      if (!session) throw new Refusal('not-signed-in');
      const { actor, factor } = session;
      try {
        if (!mayCall(route.policy, actor)) throw new Refusal('not-allowed');
        requireSecondFactor(route, factor, deps.now());
      } catch (error) {
        await appendAudit(deps, actor, { act: name, object: null, outcome: asRefusal(error).code });
        throw error;
      }
    },
    handler: async (request, reply) => {
      const trail: Trail = { actor: ACTORS.get(request) ?? null, object: objectOf(request.params) };
      const call = {
        deps,
        actor: trail.actor,
        params: request.params,
        query: request.query,
        body: request.body,
        request: exchangeOf(request, reply, trail),
      };
      try {
        const answer = await binding.handle(call);
        if (audited && trail.actor) await appendAudit(deps, trail.actor, entry(name, trail, 'ok'));
        return send(reply, route, answer);
      } catch (error) {
        if (audited && trail.actor) {
          await appendAudit(deps, trail.actor, entry(name, trail, asRefusal(error).code));
        }
        throw error;
      }
    },
  });
}

interface Trail {
  actor: Actor | null;
  object: string | null;
}

function entry(
  act: string,
  trail: Trail,
  outcome: string,
): { act: string; object: string | null; outcome: string } {
  return { act, object: trail.object, outcome };
}

const KINDS: readonly (readonly [param: string, kind: string])[] = [
  ['recordId', 'record'],
  ['importId', 'import'],
  ['batchId', 'batch'],
  ['classId', 'class'],
  ['sentenceId', 'sentence'],
  ['staffId', 'staff'],
];

/** What the path names, such as `record:…`; ids only. */
function objectOf(params: unknown): string | null {
  const values = params as Readonly<Record<string, unknown>>;
  for (const [param, kind] of KINDS) {
    if (typeof values[param] === 'string') return `${kind}:${values[param]}`;
  }
  return null;
}

function exchangeOf(request: FastifyRequest, reply: FastifyReply, trail: Trail): Exchange {
  return {
    address: addressOf(request),
    secure: isSecure(request),
    baseUrl: baseUrlOf(request),
    reference: request.id,
    sessionToken: sessionTokenOf(request),
    setSessionToken: (token) => setSessionCookie(reply, token),
    upload: (maxBytes) => readUpload(request, maxBytes),
    touches: (object) => {
      trail.object = object;
    },
    actedAs: (actor) => {
      trail.actor = actor;
    },
  };
}

function answerSchema(route: Route): unknown {
  if (!('mediaType' in route.response)) return route.response;
  return {
    description: 'Tệp',
    content: { [mediaTypeOf(route)]: { schema: z.string().meta({ format: 'binary' }) } },
  };
}

function mediaTypeOf(route: Route): string {
  return 'mediaType' in route.response ? (route.response.mediaType.split(';')[0] ?? '') : 'application/json';
}

function send(reply: FastifyReply, route: Route, answer: unknown): unknown {
  if (!('mediaType' in route.response)) return answer;
  const { fileName, bytes, inline } = answer as FileBody;
  if (!/^[\w.-]{1,100}$/.test(fileName)) throw new Error('file name is not plain ASCII');
  if (inline && route.response.mediaType === 'application/pdf') letShowInFrame(reply);
  return reply
    .type(route.response.mediaType)
    .header('content-disposition', `${inline ? 'inline' : 'attachment'}; filename="${fileName}"`)
    .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}
