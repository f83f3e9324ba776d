import type { access, assessment, ErrorAnswer, issuing, roster, signers, signing } from '@hocba/server/api';
import type { z } from 'zod';
import { words } from '../words/index.ts';
import { dropEarly, takeEarly } from './early.ts';

/** All routes of the API, as types only: the schemas themselves stay on the server. */
type Room<T> = T[keyof T];
type AnyRoute =
  | Extract<Room<typeof access>, { method: string }>
  | Extract<Room<typeof roster>, { method: string }>
  | Extract<Room<typeof assessment>, { method: string }>
  | Extract<Room<typeof signing>, { method: string }>
  | Extract<Room<typeof signers>, { method: string }>
  | Extract<Room<typeof issuing>, { method: string }>;
type At<M extends string, P extends string> = Extract<AnyRoute, { method: M; path: P }>;
type PathOf<M extends string> = Extract<AnyRoute, { method: M }>['path'];
type Input<R, K extends string> = R extends Record<K, infer S extends z.ZodType> ? z.input<S> : never;
type Need<R, K extends string> = [Input<R, K>] extends [never] ? unknown : Record<K, Input<R, K>>;
/** What a call to the route must carry: its path's parameters, its query, its body. */
export type Carry<R> = Need<R, 'params'> & Need<R, 'query'> & Need<R, 'body'>;
export type Answer<M extends string, P extends string> =
  At<M, P> extends { response: infer S extends z.ZodType } ? z.output<S> : never;

/** Fired on the window when a call in the middle of work was answered with 401; the page stays as it is. */
export const SESSION_ENDED = 'hocba:session-ended';
/** Fired when the same person has signed in again: what waits may be sent, what failed may be loaded. */
export const SESSION_BACK = 'hocba:session-back';

/** Fired when an act wants its person confirmed by the second factor; `detail` is a `Confirmation`. */
export const CONFIRM_AGAIN = 'hocba:confirm-again';

export interface Confirmation {
  /** Called once, with true when the person has confirmed and the act may be tried again. */
  settle(confirmed: boolean): void;
}

/** One question for all acts that wait for it. */
let asking: Promise<boolean> | null = null;

function confirmedAgain(): Promise<boolean> {
  asking ??= new Promise<boolean>((settle) => {
    dispatchEvent(new CustomEvent<Confirmation>(CONFIRM_AGAIN, { detail: { settle } }));
  }).finally(() => {
    asking = null;
  });
  return asking;
}

/** A refusal in the server's own words, or that the server could not be reached (`code` is then `offline`). */
export class CallError extends Error {
  readonly code: string;
  readonly status: number;
  readonly details: readonly string[];
  /** By which the operator finds the line in the log. */
  readonly reference: string | undefined;
  constructor(
    code: string,
    status: number,
    message: string,
    details: readonly string[] = [],
    reference: string | undefined = undefined,
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.details = details;
    this.reference = reference;
  }
}

interface Loose {
  params?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
}

/** The path with its parameters and query filled in, such as `/api/classes/…/sheet?period=CN`. */
export function urlOf(path: string, carry: Loose): string {
  const filled = path.replace(/:([A-Za-z]+)/g, (_, name: string) =>
    encodeURIComponent(carry.params?.[name] ?? ''),
  );
  const query = Object.entries(carry.query ?? {}).filter(([, value]) => value !== undefined);
  if (query.length === 0) return filled;
  return `${filled}?${new URLSearchParams(query.map(([key, value]) => [key, String(value)]))}`;
}

async function refusalOf(response: Response): Promise<CallError> {
  const text = await response.text();
  try {
    const answer = JSON.parse(text) as z.output<typeof ErrorAnswer>;
    return new CallError(
      answer.error,
      response.status,
      answer.message,
      answer.details ?? [],
      answer.reference,
    );
  } catch {
    return new CallError('internal', response.status, words.notUnderstood(response.status));
  }
}

/** Writes under way: a page that is opened meanwhile reads what they have written. */
const writes = new Set<Promise<unknown>>();

async function send(
  method: string,
  path: string,
  carry: Loose,
  body: BodyInit | undefined,
  json: boolean,
): Promise<unknown> {
  if (method === 'GET') {
    await Promise.allSettled([...writes]);
    return exchange(method, path, carry, body, json);
  }
  dropEarly();
  const write = exchange(method, path, carry, body, json);
  writes.add(write);
  try {
    return await write;
  } finally {
    writes.delete(write);
  }
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { credentials: 'same-origin', ...init });
  } catch {
    throw new CallError('offline', 0, words.notReached);
  }
}

async function exchange(
  method: string,
  path: string,
  carry: Loose,
  body: BodyInit | undefined,
  json: boolean,
): Promise<unknown> {
  const url = urlOf(path, carry);
  const early = method === 'GET' ? await takeEarly(url) : null;
  const response =
    early ??
    (await reach(url, {
      method,
      headers: json ? { 'content-type': 'application/json' } : {},
      ...(body === undefined ? {} : { body }),
    }));
  if (response.status === 401 && path !== '/api/session') dispatchEvent(new Event(SESSION_ENDED));
  if (response.ok) return response.json();
  const refusal = await refusalOf(response);
  // The session is there and its person is not confirmed: asked over the page, which keeps what was typed.
  if (refusal.code === 'second-factor-needed' && (await confirmedAgain()))
    return exchange(method, path, carry, body, json);
  throw refusal;
}

export function get<P extends PathOf<'GET'>>(path: P, carry: Carry<At<'GET', P>>): Promise<Answer<'GET', P>> {
  return send('GET', path, carry as Loose, undefined, false) as Promise<Answer<'GET', P>>;
}

export function post<P extends PathOf<'POST'>>(
  path: P,
  carry: Carry<At<'POST', P>>,
): Promise<Answer<'POST', P>> {
  const body = (carry as Loose).body;
  return send('POST', path, carry as Loose, JSON.stringify(body ?? {}), true) as Promise<Answer<'POST', P>>;
}

export function del<P extends PathOf<'DELETE'>>(
  path: P,
  carry: Carry<At<'DELETE', P>>,
): Promise<Answer<'DELETE', P>> {
  return send('DELETE', path, carry as Loose, undefined, false) as Promise<Answer<'DELETE', P>>;
}

/** Fetches a file and hands it to the browser to keep, so that a refusal is told in the page. @throws CallError */
export async function keepFile(url: string): Promise<void> {
  const response = await reach(url, {});
  if (response.status === 401) dispatchEvent(new Event(SESSION_ENDED));
  if (!response.ok) throw await refusalOf(response);
  const link = document.createElement('a');
  link.download = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? '';
  link.href = URL.createObjectURL(await response.blob());
  link.click();
  // Some browsers read the address only after this turn.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Sends one file as multipart field `file`. */
export function upload<P extends PathOf<'POST'>>(
  path: P,
  carry: Carry<At<'POST', P>>,
  file: File,
): Promise<Answer<'POST', P>> {
  const form = new FormData();
  form.append('file', file);
  return send('POST', path, carry as Loose, form, false) as Promise<Answer<'POST', P>>;
}
