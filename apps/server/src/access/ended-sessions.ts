import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurablySync } from '../store/durable-file.ts';

/** A shared school PC is the rule: a working day at most. */
export const ABSOLUTE_MS = 12 * 3_600_000;
/** For what is under way while a session gets a new token. */
export const OVERLAP_MS = 10_000;

/**
 * Which sessions were ended, kept beside the data and never in the database: who owns the tables says there that one is open again, or puts back
 * its whole row, seal and all, for whoever still has its token. A line each: whose (a token's digest in hex, or an account) and since when.
 */
class EndedSessions {
  readonly #file: string;
  readonly #since: Map<string, number>;

  constructor(dataDir: string) {
    const folder = join(dataDir, 'keys');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#file = join(folder, 'ended-sessions');
    this.#since = new Map(linesOf(this.#file));
  }

  /** Forgets what no session can outlive, as of a moment. */
  tidy(now: number): void {
    for (const [whose, since] of this.#since) if (since < now - ABSOLUTE_MS) this.#since.delete(whose);
    const text = [...this.#since].map(([whose, since]) => `${whose} ${since}\n`).join('');
    writeDurablySync(this.#file, Buffer.from(text), 0o600);
  }

  end(whose: string, since: number): void {
    this.#since.set(whose, since);
    appendFileSync(this.#file, `${whose} ${since}\n`, { mode: 0o600 });
  }

  sinceOf(whose: string): number | undefined {
    return this.#since.get(whose);
  }
}

/** A line that a power cut has left torn says of nobody anything. */
function linesOf(file: string): [string, number][] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return text.split('\n').flatMap((line): [string, number][] => {
    const [, whose = '', since = ''] = /^([0-9a-f-]{36,64}) (\d{1,15})$/.exec(line) ?? [];
    return whose === '' ? [] : [[whose, Number(since)]];
  });
}

const ends = new Map<string, EndedSessions>();

function endsIn(dataDir: string, now: Date): EndedSessions {
  let known = ends.get(dataDir);
  if (known === undefined) {
    known = new EndedSessions(dataDir);
    known.tidy(now.getTime());
    ends.set(dataDir, known);
  }
  return known;
}

/** The session of a token is over, at once or a moment later. @param digest of the token */
export function noteEnd(dataDir: string, digest: Uint8Array, now: Date, since: Date = now): void {
  endsIn(dataDir, now).end(Buffer.from(digest).toString('hex'), since.getTime());
}

/** Every session that an account has had is over. */
export function noteEndOfAll(dataDir: string, accountId: string, now: Date): void {
  endsIn(dataDir, now).end(accountId, now.getTime());
}

/**
 * Whether a session was ended, whatever the database says of it. A time to come was written by a clock that ran ahead: of an account it
 * shuts out nobody who signs in by the right one; a token that was ended never comes again.
 */
export function wasEnded(
  dataDir: string,
  session: { readonly digest: Uint8Array; readonly accountId: string; readonly createdAt: Date },
  now: Date,
): boolean {
  const known = endsIn(dataDir, now);
  const own = known.sinceOf(Buffer.from(session.digest).toString('hex'));
  if (own !== undefined && (own <= now.getTime() || own > now.getTime() + OVERLAP_MS)) return true;
  const all = known.sinceOf(session.accountId);
  return all !== undefined && all <= now.getTime() && Number(session.createdAt) < all;
}
