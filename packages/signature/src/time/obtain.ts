import type { HashAlgorithm } from '../algorithms.ts';
import { type CryptoPort, digestOf } from '../crypto/crypto-port.ts';
import { DerError } from '../der/read.ts';
import { readTimestampRequest, writeTimestampRequest } from './request.ts';
import { readTimestampResponse } from './response.ts';
import { type TimestampCode, type TimestampTrust, type ValidTimestamp, verifyTimestamp } from './verify.ts';

/** A time-stamping authority: the DER of a TimeStampReq in, the DER of its TimeStampResp out (HTTP is the caller's). */
export type TimestampPort = (request: Uint8Array) => Promise<Uint8Array>;

/** Why no token was obtained: the authority's refusal, or the fault of what it sent. */
export class TimestampError extends Error {
  readonly code: TimestampCode | 'refused';
  /** RFC 3161's names, if it refused. */
  readonly failures: readonly string[];

  constructor(code: TimestampCode | 'refused', failures: readonly string[] = []) {
    super(`no timestamp: ${code}`);
    this.name = 'TimestampError';
    this.code = code;
    this.failures = failures;
  }
}

export interface ObtainOptions extends TimestampTrust {
  readonly port: TimestampPort;
  /** Fresh random octets, 8 to 32. */
  readonly nonce: Uint8Array;
  readonly policy?: string;
  /** Of the imprint; SHA-256 if not given. */
  readonly hash?: HashAlgorithm;
}

export interface ObtainedTimestamp {
  readonly token: Uint8Array;
  readonly finding: ValidTimestamp;
}

/**
 * Asks for a token over the hash of `message` and verifies it before it is used (RFC 3161 §2.2): nonce, imprint,
 * policy, signature, path. Throws TimestampError; what the port throws goes through.
 */
export async function obtainTimestamp(
  crypto: CryptoPort,
  message: Uint8Array | readonly Uint8Array[],
  { port, nonce, policy, hash = 'sha256', ...trust }: ObtainOptions,
): Promise<ObtainedTimestamp> {
  const asked = { hash, imprint: digestOf(crypto, hash, message), nonce };
  const request = writeTimestampRequest(policy === undefined ? asked : { ...asked, policy });
  return readTimestampAnswer(crypto, request, await port(request), trust);
}

/**
 * The token of an answer, verified against the request that it answers and nothing else: for a port that has more than one
 * authority to ask. Throws TimestampError.
 */
export async function readTimestampAnswer(
  crypto: CryptoPort,
  request: Uint8Array,
  answer: Uint8Array,
  trust: TimestampTrust,
): Promise<ObtainedTimestamp> {
  const { hash, imprint, nonce, policy } = readTimestampRequest(request);
  if (hash === null) throw new TimestampError('weak-algorithm');
  const token = grantedToken(answer);
  const finding = await verifyTimestamp(
    crypto,
    token,
    {
      message: { hash, imprint },
      ...(nonce === null ? {} : { nonce }),
      ...(policy === null ? {} : { policies: [policy] }),
    },
    trust,
  );
  if (!finding.valid) throw new TimestampError(finding.code);
  return { token, finding };
}

function grantedToken(answer: Uint8Array): Uint8Array {
  try {
    const response = readTimestampResponse(answer);
    if (!response.granted) throw new TimestampError('refused', response.failures);
    return response.token;
  } catch (error) {
    throw error instanceof DerError ? new TimestampError('malformed') : error;
  }
}
