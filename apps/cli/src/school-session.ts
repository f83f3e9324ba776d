import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { visible } from '@hocba/verify/visible';
import { EXIT, type Io } from './command.ts';

/** Why a call of the school's server did not do what was asked, as a sentence and an exit code. */
export class CallError extends Error {
  readonly exit: number;
  readonly details: readonly string[];
  constructor(exit: number, message: string, details: readonly string[] = []) {
    super(message);
    this.name = 'CallError';
    this.exit = exit;
    this.details = details;
  }
}

/** Someone signed in at a school's server, with that person's rights and nothing more. */
export interface SchoolSession {
  /** The school year that is worked in. */
  readonly schoolYear: string;
  json<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T>;
  upload<T>(path: string, fileName: string, bytes: Uint8Array): Promise<T>;
  download(path: string): Promise<Uint8Array>;
  signOut(): Promise<void>;
}

/** Kinds of Excel files that a school's server takes and gives. */
export const FILE_KINDS = ['results', 'pupils', 'staff'] as const;

/** Where, and as whom. */
export interface At {
  readonly server: URL;
  readonly user: string;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The server's address; null where a password would travel in the clear, or for what is no address. */
function serverAddress(text: string): URL | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.username !== '' || url.search !== '' || url.hash !== '') return null;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname)) ? url : null;
}

/** What `--server` and `--user` say, or the sentence about what is wrong with them. */
export function readAt(values: { readonly server?: string; readonly user?: string }): At | string {
  const server = serverAddress(values.server ?? '');
  if (server === null)
    return 'Thiếu địa chỉ máy chủ, hoặc địa chỉ không an toàn: phải là https, hoặc http của chính máy này.';
  return values.user ? { server, user: values.user } : 'Thiếu tên đăng nhập (--user).';
}

/** Works while signed in and always signs out. @returns the work's exit code, or that of a refusal, which is told in words */
export async function whileSignedIn(
  { server, user }: At,
  io: Io,
  work: (session: SchoolSession) => Promise<number>,
): Promise<number> {
  let session: SchoolSession | undefined;
  try {
    session = await signIn(server, user);
    return await work(session);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    io.err(`${[error.message, ...error.details.map((one) => `  ${one}`)].map(visible).join('\n')}\n`);
    return error.exit;
  } finally {
    await session?.signOut();
  }
}

/**
 * Signs in by the server's own rules. The password comes from `HOCBA_PASSWORD` or is typed; a second factor's code, where the
 * server asks for it, from `HOCBA_CODE` or typed. Neither is ever an argument, which other users of the machine could read.
 * @throws CallError
 */
async function signIn(server: URL, username: string): Promise<SchoolSession> {
  let cookie = '';
  const send = async (method: string, path: string, body?: BodyInit): Promise<Response> => {
    const headers = {
      ...(cookie === '' ? {} : { cookie }),
      ...(typeof body === 'string' ? { 'content-type': 'application/json' } : {}),
    };
    try {
      return await fetch(new URL(path, server), {
        method,
        headers,
        redirect: 'error',
        ...(body === undefined ? {} : { body }),
      });
    } catch {
      throw new CallError(
        EXIT.unavailable,
        `Không nối được máy chủ ${server.origin}. Chưa có gì được ghi; hãy xem máy chủ có đang chạy, địa chỉ và chứng thư có đúng không.`,
      );
    }
  };
  const call = async (method: string, path: string, body?: () => BodyInit): Promise<Response> => {
    const answer = await send(method, path, body?.());
    if (answer.ok) return answer;
    const refused = await refusalOf(answer);
    if (refused.code !== 'second-factor-needed') throw refused.error;
    const code = await secret('HOCBA_CODE', 'Mã xác thực hai lớp: ');
    const proved = await send('POST', '/api/second-factor/prove', JSON.stringify({ code }));
    if (!proved.ok) throw (await refusalOf(proved)).error;
    const again = await send(method, path, body?.());
    if (!again.ok) throw (await refusalOf(again)).error;
    return again;
  };
  const password = await secret('HOCBA_PASSWORD', `Mật khẩu của ${username}: `);
  const signedIn = await send('POST', '/api/session', JSON.stringify({ username, password }));
  if (!signedIn.ok) throw (await refusalOf(signedIn)).error;
  cookie = (signedIn.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
  const { schoolYear } = (await signedIn.json()) as { schoolYear: string };
  return {
    schoolYear,
    json: async <T>(method: 'GET' | 'POST', path: string, body?: unknown) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      return (await (await call(method, path, text === undefined ? undefined : () => text)).json()) as T;
    },
    upload: async <T>(path: string, fileName: string, bytes: Uint8Array) => {
      const form = () => {
        const data = new FormData();
        data.append('file', new Blob([new Uint8Array(bytes)]), fileName);
        return data;
      };
      return (await (await call('POST', path, form)).json()) as T;
    },
    download: async (path) => new Uint8Array(await (await call('GET', path)).arrayBuffer()),
    signOut: async () => {
      await send('DELETE', '/api/session').catch(() => undefined);
    },
  };
}

async function refusalOf(answer: Response): Promise<{ code: string; error: CallError }> {
  const body = (await answer.json().catch(() => null)) as {
    error?: unknown;
    message?: unknown;
    details?: unknown;
  } | null;
  const message =
    typeof body?.message === 'string' ? body.message : `Máy chủ trả lời không đúng (${answer.status}).`;
  const details = Array.isArray(body?.details) ? body.details.map(String) : [];
  return {
    code: typeof body?.error === 'string' ? body.error : '',
    error: new CallError(exitOf(answer.status), message, details),
  };
}

function exitOf(status: number): number {
  if (status === 401 || status === 403 || status === 404 || status === 429) return EXIT.notAllowed;
  if (status === 400 || status === 409 || status === 413 || status === 422) return EXIT.unreadable;
  return EXIT.unavailable;
}

/** From the environment, or typed without being shown; from a pipe, its first line. */
async function secret(name: string, question: string): Promise<string> {
  const given = process.env[name];
  if (given !== undefined && given !== '') return given;
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: process.stdin.isTTY });
  try {
    for await (const line of lines) return line;
    return '';
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}
