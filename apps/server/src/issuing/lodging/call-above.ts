import { readCapped } from '@hocba/ledger';
import type { z } from 'zod';
import { issuing } from '../../http/api/index.ts';
import { LodgingRefused } from '../above/refused.ts';

/** Nobody above could be asked, or what answered is no such server. */
export class AboveUnavailable extends Error {
  readonly code: 'unreachable' | 'bad-answer' | 'too-often';
  constructor(code: AboveUnavailable['code'], options?: ErrorOptions) {
    super(code, options);
    this.name = 'AboveUnavailable';
    this.code = code;
  }
}

const TIMEOUT_MS = 20_000;
/** A checkpoint and a receipt, as JSON. */
const LONGEST_ANSWER = 200_000;

/** What the level above refuses by its code, as this side names it. */
const REFUSED = {
  'log-unknown': 'unknown-log',
  'log-not-shared': 'no-shared-log',
  'checkpoint-refused': 'signature-refused',
  'checkpoint-behind': 'other-start',
  'checkpoint-unproven': 'unproven',
  'checkpoint-forked': 'forked',
  'log-behind': 'above-behind',
  'invalid-input': 'malformed',
} as const;

export type HeldAbove = z.output<typeof issuing.lodgedTree.response>;
export type LodgedAbove = z.output<typeof issuing.lodgeCheckpoint.response>;

export interface AboveCall {
  readonly fetch: typeof fetch;
  /** Address of the level above's server, without a slash at the end. */
  readonly url: string;
  readonly stopped: AbortSignal;
}

/** What the level above holds of a log. @throws LodgingRefused, AboveUnavailable */
export async function askAbove(call: AboveCall, origin: string): Promise<HeldAbove> {
  const { path, response } = issuing.lodgedTree;
  return answered(call, `${path}?${new URLSearchParams({ origin })}`, { method: 'GET' }, response);
}

/**
 * Sends an `add-checkpoint` request.
 * @param seen the largest checkpoint of its own log that the level above has shown; null for none
 * @throws LodgingRefused, AboveUnavailable
 */
export async function sendAbove(
  call: AboveCall,
  request: Uint8Array,
  seen: Uint8Array | null = null,
): Promise<LodgedAbove> {
  const { path, response } = issuing.lodgeCheckpoint;
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ request: text(request), ...(seen === null ? {} : { seen: text(seen) }) }),
  };
  return answered(call, path, init, response);
}

/** One exchange: no redirect, bounded in time and length, nothing believed that the contract does not know. */
async function answered<S extends z.ZodType>(
  { fetch, url, stopped }: AboveCall,
  path: string,
  init: RequestInit,
  schema: S,
): Promise<z.output<S>> {
  const { status, body } = await exchange();
  const refused = REFUSED[(body as { error?: keyof typeof REFUSED }).error ?? ('' as keyof typeof REFUSED)];
  if (refused !== undefined) throw new LodgingRefused(refused);
  if (status === 429) throw new AboveUnavailable('too-often');
  const parsed = status === 200 ? schema.safeParse(body) : null;
  if (!parsed?.success) throw new AboveUnavailable(status >= 500 ? 'unreachable' : 'bad-answer');
  return parsed.data;

  async function exchange(): Promise<{ status: number; body: object }> {
    try {
      const signal = AbortSignal.any([stopped, AbortSignal.timeout(TIMEOUT_MS)]);
      const response = await fetch(url + path, { ...init, redirect: 'error', signal });
      const bytes = await readCapped(response, LONGEST_ANSWER);
      return { status: response.status, body: objectOf(bytes) };
    } catch (cause) {
      throw new AboveUnavailable('unreachable', { cause });
    }
  }
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function objectOf(bytes: Uint8Array | null): object {
  try {
    const value: unknown = bytes === null ? null : JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    // A proxy's page, or a time-out in the middle.
    return {};
  }
}
