import { type ClaimBody, decodeClaimBody, encodeClaimBody } from './encode.ts';
import { ClaimError } from './error.ts';

const DOMAIN = new TextEncoder().encode('hocba.vn/claim/v1\n');
const SIGNATURE_LENGTH = 64;
/** Longest claim as text: a name of 160 bytes and a code of 32 make 306 bytes. */
const MAX_TEXT = 737;

/** A claim as it stands in the fragment of a QR: what it says, the bytes that were signed, and the signature. */
export interface ReadClaim extends ClaimBody {
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * Signs a claim with the year's claim key.
 * @param sign Ed25519 (RFC 8032) over the given bytes; 64 bytes back
 * @returns decimal digits, for the fragment of the QR's address: no other spelling is packed as densely in a QR (ISO/IEC 18004 §7.4.3)
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
  return toDigits(whole);
}

/**
 * Reads a claim out of a fragment, strictly. Nothing is believed yet: verify `signature` over `signed` with the key that
 * `keyId` names and a leaf of the log certifies.
 * @throws ClaimError `malformed`, `unknown-version`
 */
export function readClaim(fragment: string): ReadClaim {
  const bytes = FIRST_PRINTS.test(fragment) ? fromBase64Url(fragment) : fromDigits(fragment);
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

/** One number, most significant byte first. The first byte is the version and never zero, so that no byte is lost. */
function toDigits(bytes: Uint8Array): string {
  return BigInt(`0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`).toString();
}

/** Version 1 in base64url (RFC 4648 §5), as the first prints spelled it: they are on paper. No number begins so. */
const FIRST_PRINTS = /^A[0-9A-Za-z_-]+$/;

function fromBase64Url(text: string): Uint8Array {
  if (text.length > MAX_TEXT || text.length % 4 === 1) throw new ClaimError('malformed', 'base64url');
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  // The unused bits at the end must be zero: one claim has one spelling.
  const again = btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  if (again !== text) throw new ClaimError('malformed', 'base64url');
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

function fromDigits(text: string): Uint8Array {
  if (text.length > MAX_TEXT || !/^[1-9][0-9]*$/.test(text)) throw new ClaimError('malformed', 'digits');
  const hex = BigInt(text).toString(16);
  const pairs = hex.padStart(hex.length + (hex.length % 2), '0').match(/../g) ?? [];
  return Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16));
}
