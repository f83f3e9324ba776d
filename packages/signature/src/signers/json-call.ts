import { joinBytes } from '../bytes.ts';
import { SignerUnavailable } from './order.ts';

/** An answer of a service: its status, and its JSON object (empty if it sent none). */
export interface JsonAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export type Fetch = typeof fetch;

/** A thousand signatures of 512 octets, and a chain. */
const MAX_BYTES = 4_000_000;
const TIMEOUT_MS = 30_000;

/**
 * One POST of JSON, or of a form, to a signing service. Follows no redirect: tokens go where they are meant for.
 * @throws SignerUnavailable on a broken connection, a time-out, an answer that is too large or no JSON, or 5xx
 */
export async function postTo(
  fetcher: Fetch,
  url: string,
  body: unknown,
  options: { readonly bearer?: string; readonly form?: boolean } = {},
): Promise<JsonAnswer> {
  const { pathname } = new URL(url);
  let status: number;
  let text: string;
  try {
    const response = await fetcher(url, {
      method: 'POST',
      redirect: 'error',
      headers: {
        accept: 'application/json',
        'content-type': options.form ? 'application/x-www-form-urlencoded' : 'application/json',
        ...(options.bearer === undefined ? {} : { authorization: `Bearer ${options.bearer}` }),
      },
      body: options.form
        ? new URLSearchParams(body as Record<string, string>).toString()
        : JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    status = response.status;
    text = await bounded(response);
  } catch (error) {
    if (error instanceof SignerUnavailable) throw error;
    throw new SignerUnavailable(pathname, !NO_CONNECTION.has(causeOf(error)));
  }
  if (status >= 500) throw new SignerUnavailable(`${pathname} ${status}`);
  if (text.trim() === '') return { status, body: {} };
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
      return { status, body: parsed as Record<string, unknown> };
  } catch {
    // Falls through: a page of a proxy is no answer of the service.
  }
  throw new SignerUnavailable(`${pathname} ${status}: not JSON`);
}

/** System errors before anything was sent. */
const NO_CONNECTION: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

function causeOf(error: unknown): string {
  const { code } = ((error as Error).cause ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

async function bounded(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return '';
  const chunks: Uint8Array[] = [];
  for (let size = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > MAX_BYTES) {
      await reader.cancel();
      throw new SignerUnavailable('answer too large');
    }
    chunks.push(value);
  }
  return new TextDecoder().decode(joinBytes(...chunks));
}

export function textOf(body: Readonly<Record<string, unknown>>, key: string): string | null {
  const value = body[key];
  return typeof value === 'string' && value !== '' ? value : null;
}

export function numberOf(body: Readonly<Record<string, unknown>>, key: string): number | null {
  const value = body[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

export function objectOf(
  body: Readonly<Record<string, unknown>>,
  key: string,
): Readonly<Record<string, unknown>> {
  const value = body[key];
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

export function listOf(body: Readonly<Record<string, unknown>>, key: string): readonly unknown[] {
  const value = body[key];
  return Array.isArray(value) ? value : [];
}

export function textsOf(body: Readonly<Record<string, unknown>>, key: string): string[] {
  return listOf(body, key).filter((one): one is string => typeof one === 'string');
}
