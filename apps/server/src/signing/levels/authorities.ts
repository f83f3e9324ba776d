import { randomBytes } from 'node:crypto';
import {
  type Certificate,
  type CryptoPort,
  cachedRevocation,
  DerError,
  type ExtensionServices,
  isTrainingCertificate,
  NO_MATERIAL,
  parseOcspResponse,
  type RevocationMaterial,
  type RevocationPlaces,
  type RevocationPort,
  readTimestampAnswer,
  revocationPlaces,
  statusAt,
  TimestampError,
  type TimestampPort,
  type ValidationCache,
  writeOcspRequest,
} from '@hocba/signature';
import { AuthorityUnavailable } from '../items/unavailable.ts';
import type { CallAuthority } from './authority-call.ts';
import type { AuthorityEnds } from './authority-ends.ts';

/** Clocks may differ by so much, and no more, for anything to be signed. */
export const CLOCK_MS = 60_000;
/** So long an authority whose certificate was revoked is passed over: each try may cost a token, and its next certificate is soon found. */
const REVOKED_AGAIN_MS = 3_600_000;
/** How long a clock that was found right counts as right. */
const CLOCK_FRESH_MS = 10 * 60_000;

export interface AuthorityDeps {
  readonly crypto: CryptoPort;
  /** Of the school's kind alone: training roots, or real ones. */
  roots(): Promise<readonly Certificate[]>;
  readonly call: CallAuthority;
  /** RFC 3161 addresses; the first whose token holds is taken. */
  readonly timestampAuthorities: readonly string[];
  /** Where to ask about a certificate that does not say so itself. */
  readonly elsewhere?: RevocationPlaces;
  readonly cache: ValidationCache;
  readonly ends: AuthorityEnds;
  now(): Date;
}

/** What raising and judging signatures takes from authorities, and the clock that was held against theirs. */
export interface Authorities {
  /**
   * @param lasting for what is to be dated for long: an authority whose certificate is known to end before that time is passed over;
   *   where none is left its timestamps throw AuthorityUnavailable 'ends-too-soon', and nobody was asked
   */
  services(lasting?: Date): Promise<ExtensionServices>;
  /** Asks past the cache; what it says of the clock is noted. */
  readonly askAnew: RevocationPort;
  /** Whether an authority's clock was seen within the last minutes, and agreed. */
  clockIsKnown(): boolean;
}

const LIMIT = { token: 65_536, ocsp: 65_536, crl: 16_000_000 } as const;

/**
 * The authorities of one kind of school. Every answer's own clock is held against this machine's: time that is wrong by
 * more than a minute signs nothing.
 */
export function openAuthorities(deps: AuthorityDeps): Authorities {
  let seen = { steady: Number.NEGATIVE_INFINITY, clock: 0 };
  const askAnew = revocationPort(deps, () => {
    seen = { steady: performance.now(), clock: deps.now().getTime() };
  });
  const revocation = cachedRevocation(deps.crypto, askAnew, deps.cache, () => deps.now());
  const isRevoked = revokedNow(deps, revocation);
  const passedOver = new Map<string, number>();
  return {
    askAnew,
    clockIsKnown() {
      const since = performance.now() - seen.steady;
      // Somebody, or the network's time, has set the clock meanwhile: nobody has seen that one.
      const set = Math.abs(deps.now().getTime() - seen.clock - since) > CLOCK_MS;
      return since < CLOCK_FRESH_MS && !set;
    },
    async services(lasting) {
      const roots = await deps.roots();
      return {
        timestamp: timestampPort({ ...deps, isRevoked, passedOver }, roots, lasting),
        revocation,
        nonce: () => new Uint8Array(randomBytes(16)),
        now: () => deps.now(),
        roots,
      };
    },
  };
}

function requireSameClock({ now }: Pick<AuthorityDeps, 'now'>, at: Date): void {
  if (Math.abs(at.getTime() - now().getTime()) > CLOCK_MS) throw new AuthorityUnavailable('clock-differs');
}

interface TimestampDeps extends AuthorityDeps {
  isRevoked(path: readonly Certificate[]): Promise<boolean>;
  /** By address: since when, by a clock that nobody sets, its certificate is known as revoked. */
  readonly passedOver: Map<string, number>;
}

/** What an answer is worth is seen here, where another authority can still be asked; whoever takes it verifies it again. */
function timestampPort(deps: TimestampDeps, roots: readonly Certificate[], lasting?: Date): TimestampPort {
  return async (request) => {
    let last: unknown = new AuthorityUnavailable('not-configured');
    // Paid for by the time it shows its end: better than none, if no other authority lasts longer.
    let paid: Uint8Array | null = null;
    for (const place of deps.timestampAuthorities) {
      try {
        if (lasting !== undefined && (await deps.ends.endsBefore(place, lasting))) {
          last = new AuthorityUnavailable('ends-too-soon');
          continue;
        }
        if (performance.now() - (deps.passedOver.get(place) ?? -Infinity) < REVOKED_AGAIN_MS)
          throw new AuthorityUnavailable('revoked');
        const { body } = await deps.call({
          place,
          post: { body: request, type: 'application/timestamp-query' },
          accept: 'application/timestamp-reply',
          atMost: LIMIT.token,
        });
        const { token, finding } = await readTimestampAnswer(deps.crypto, request, body, { roots });
        // An old token that is played again tells nothing of clocks: by now it is known to be of this request.
        requireSameClock(deps, finding.time);
        if (await deps.isRevoked(finding.path)) {
          deps.passedOver.set(place, performance.now());
          throw new AuthorityUnavailable('revoked');
        }
        const ends = await deps.ends.note(place, token);
        if (lasting === undefined || ends === null || ends > lasting) return body;
        paid ??= body;
      } catch (error) {
        if (error instanceof AuthorityUnavailable && error.code === 'clock-differs') throw error;
        last =
          error instanceof TimestampError || error instanceof DerError
            ? new AuthorityUnavailable('bad-answer', { cause: error })
            : error;
      }
    }
    if (paid !== null) return paid;
    throw last;
  };
}

/** Whether somebody says of an authority that it was revoked. Where nobody answers, that is asked again by who needs to know. */
function revokedNow({ crypto, now }: AuthorityDeps, revocation: RevocationPort): TimestampDeps['isRevoked'] {
  return async (path) => {
    for (const [n, certificate] of path.entries()) {
      const issuer = path[n + 1];
      if (issuer === undefined) break;
      try {
        const material = await revocation(certificate, issuer);
        const at = now();
        if ((await statusAt(crypto, material, { certificate, issuer, at, existed: at })).state === 'revoked')
          return true;
      } catch (error) {
        if (!(error instanceof AuthorityUnavailable)) throw error;
      }
    }
    return false;
  };
}

/** A responder first, by OCSP; else the list. An answer that is not about the certificate is none. */
function revocationPort(deps: AuthorityDeps, clockAgrees: () => void): RevocationPort {
  const { crypto, call } = deps;
  return async (certificate, issuer) => {
    const own = revocationPlaces(certificate);
    const places = own.ocsp.length + own.crls.length > 0 ? own : (deps.elsewhere ?? own);
    let last: unknown = new AuthorityUnavailable('not-configured');
    const useful = async (material: RevocationMaterial, clock: Date | null): Promise<boolean> => {
      if (clock !== null) requireSameClock(deps, clock);
      const at = deps.now();
      const { state } = await statusAt(crypto, material, { certificate, issuer, at, existed: at });
      last = new AuthorityUnavailable('bad-answer');
      if (state !== 'unknown' && clock !== null) clockAgrees();
      return state !== 'unknown';
    };
    for (const place of places.ocsp) {
      try {
        const nonce = new Uint8Array(randomBytes(16));
        const { body, date } = await call({
          place,
          post: {
            body: writeOcspRequest(crypto, { certificate, issuer, nonce, namedBy: 'sha1' }),
            type: 'application/ocsp-request',
          },
          accept: 'application/ocsp-response',
          atMost: LIMIT.ocsp,
        });
        const answer = parseOcspResponse(body);
        if (typeof answer === 'string') throw new AuthorityUnavailable('bad-answer');
        const echoed = answer.nonce !== undefined && Buffer.compare(answer.nonce, nonce) === 0;
        if (answer.nonce !== undefined && !echoed) throw new AuthorityUnavailable('bad-answer');
        const material = { ...NO_MATERIAL, ocsp: [body] };
        // An answer to this very question was made now; a stored one says nothing of the time.
        if (await useful(material, echoed ? answer.producedAt : date)) return material;
      } catch (error) {
        last = passed(error);
      }
    }
    for (const place of places.crls) {
      try {
        const { body, date } = await call({ place, accept: 'application/pkix-crl', atMost: LIMIT.crl });
        const material = { ...NO_MATERIAL, crls: [body] };
        if (await useful(material, date)) return material;
      } catch (error) {
        last = passed(error);
      }
    }
    throw last;
  };
}

/** Thrown on at once: a wrong clock, and whatever is not an authority's failing. */
function passed(error: unknown): unknown {
  if (error instanceof AuthorityUnavailable && error.code !== 'clock-differs') return error;
  if (error instanceof DerError) return new AuthorityUnavailable('bad-answer', { cause: error });
  throw error;
}

export const onlyTraining = (roots: readonly Certificate[], training: boolean): readonly Certificate[] =>
  roots.filter((root) => isTrainingCertificate(root) === training);
