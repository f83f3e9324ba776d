import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { FileAnswer, Route } from '../http/api/route.ts';
import type { Database } from '../store/tables.ts';
import type { Actor } from './actor.ts';

/**
 * How a room offers its use cases: one `RouteBinding` a route, gathered by the room's `routes.ts` and put together by
 * `http/edge.ts`, which alone knows HTTP. A room that needs more than `Deps` makes its bindings in a factory,
 * `signingRoutes(signingDeps)`, and closes over what it was given.
 */
export interface Deps {
  readonly db: Kysely<Database>;
  /** The clock; tests hand in their own. */
  now(): Date;
  /** Folder of this installation's data (`postgres/`, `log/`, `keys/`). */
  readonly dataDir: string;
  /** One line for the operator. Never secrets, never pupils' data. */
  log(line: string): void;
}

/** A file that the caller sent as multipart field `file`. */
export interface Upload {
  /** As the caller named it; to be shown, never to be used as a path. */
  readonly fileName: string;
  readonly bytes: Uint8Array;
}

/** What a route with a media type answers. `fileName` is ASCII; `inline` shows it in the browser. */
export interface FileBody {
  readonly fileName: string;
  readonly bytes: Uint8Array;
  readonly inline?: boolean;
}

/** The request as a use case may need it, without HTTP's own types. */
export interface Exchange {
  /** Caller's network address. */
  readonly address: string;
  /** True over TLS, or where the server's own machine calls it (loopback). */
  readonly secure: boolean;
  /** This server's address as the caller sees it, such as `https://192.168.1.5:8443`. */
  readonly baseUrl: string;
  /** The request's id, shown to the user in an error. */
  readonly reference: string;
  /** The session's token out of the cookie, or null. */
  readonly sessionToken: string | null;
  /** Sets the session cookie; null takes it away. */
  setSessionToken(token: string | null): void;
  /** Reads the one uploaded file; refuses anything else and anything over `maxBytes`. */
  upload(maxBytes: number): Promise<Upload>;
  /** Names what was touched for the audit trail, where the path does not (`class:…`, `record:…`). No personal data. */
  touches(object: string): void;
  /** Says for whom a public route acted, for the audit trail (sign-in). */
  actedAs(actor: Actor): void;
}

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;
type ActorOf<R extends Route> = R['policy'] extends 'public' ? Actor | null : Actor;
type Answer<R extends Route> = R['response'] extends z.ZodType
  ? z.input<R['response']>
  : R['response'] extends FileAnswer
    ? FileBody
    : never;

/** What a handler gets: everything parsed strictly by the route's own schemas; the actor from the session only. */
export interface Call<R extends Route> {
  readonly deps: Deps;
  readonly actor: ActorOf<R>;
  readonly params: Parsed<R['params']>;
  readonly query: Parsed<R['query']>;
  readonly body: Parsed<R['body']>;
  readonly request: Exchange;
}

export interface RouteBinding {
  readonly route: Route;
  readonly handle: (call: UntypedCall) => Promise<unknown>;
}

/** A call before the route's types are known to it; made by the edge after it has parsed and checked all of it. */
export interface UntypedCall {
  readonly deps: Deps;
  readonly actor: Actor | null;
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly request: Exchange;
}

/**
 * Binds a use case to its route. The edge calls `handle` only after session, policy, origin and schemas have passed,
 * so that the one cast below states what the edge has checked.
 */
export function bind<R extends Route>(route: R, handle: (call: Call<R>) => Promise<Answer<R>>): RouteBinding {
  return { route, handle: (call) => handle(call as Call<R>) };
}
