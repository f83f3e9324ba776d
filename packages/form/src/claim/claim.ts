import { type ClaimBody, decodeClaimBody, encodeClaimBody } from './encode.ts';
import { ClaimError } from './error.ts';

const DOMAIN = new TextEncoder().encode('hocba.vn/claim/v1\n');
const SIGNATURE_LENGTH = 64;
/** Longest claim as text: a name of 160 bytes and a code of 32. */
const MAX_TEXT = 440;

/** A claim as it stands in the fragment of a QR: what it says, the bytes that were signed, and the signature. */
export interface ReadClaim extends ClaimBody {
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * Signs a claim with the year's claim key.
 * @param sign Ed25519 (RFC 8032) over the given bytes; 64 bytes back
 * @returns base64url without padding (RFC 4648 §5), for the fragment of the QR's address
 * @throws ClaimError `not-representable`
 */
export async function signClaim(
  body: ClaimBody,
  sign: (message: Uint8Array) => Promise<Uint8Array>,
): Promise<string> {
  const bytes = encodeClaimBody(body);
  const signature = await sign(signedBytes(bytes));
  if (signature.length !== SIGNATURE_LENGTH) throw new ClaimError('not-representable', 'signature');
  const whole = new Uint8Array(bytes.length + SIGNATURE_LENGTH);
  whole.set(bytes);
  whole.set(signature, bytes.length);
  return toBase64Url(whole);
}

/**
 * Reads a claim out of a fragment, strictly. Nothing is believed yet: verify `signature` over `signed` with the key that
 * `keyId` names and a leaf of the log certifies.
 * @throws ClaimError `malformed`, `unknown-version`
 */
export function readClaim(fragment: string): ReadClaim {
  const bytes = fromBase64Url(fragment);
  if (bytes.length <= SIGNATURE_LENGTH) throw new ClaimError('malformed', 'length');
  const body = bytes.subarray(0, bytes.length - SIGNATURE_LENGTH);
  return {
    ...decodeClaimBody(body),
    signed: signedBytes(body),
    signature: bytes.slice(bytes.length - SIGNATURE_LENGTH),
  };
}

/** A domain of its own, so that the key's signature on a claim is none on anything else. */
function signedBytes(body: Uint8Array): Uint8Array {
  const out = new Uint8Array(DOMAIN.length + body.length);
  out.set(DOMAIN);
  out.set(body, DOMAIN.length);
  return out;
}

function toBase64Url(bytes: Uint8Array): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function fromBase64Url(text: string): Uint8Array {
  if (text.length > MAX_TEXT || !/^[0-9A-Za-z_-]+$/.test(text) || text.length % 4 === 1) {
    throw new ClaimError('malformed', 'base64url');
  }
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
  // The unused bits at the end must be zero: one claim has one spelling.
  if (toBase64Url(bytes) !== text) throw new ClaimError('malformed', 'base64url');
  return bytes;
}
