import { randomBytes } from 'node:crypto';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 62^22 > 2^128. */
const LENGTH = 22;

/** The token of a public page's address as prints carry it: host and path; a claim may follow. */
export const addressToken = (qrUrl: string): string | undefined =>
  /^https?:\/\/[^/?#]+\/x\/([0-9A-Za-z]{22})(?:#|$)/.exec(qrUrl)?.[1];

export const TOKEN = /^[0-9A-Za-z]{22}$/;

/** 128 random bits in base 62, as the QR and the public page's address carry them. */
export function newToken(): string {
  return tokenOf(randomBytes(16));
}

/** @param bytes 16 bytes */
export function tokenOf(bytes: Uint8Array): string {
  let rest = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  let token = '';
  for (let i = 0; i < LENGTH; i++) {
    token = `${DIGITS[Number(rest % 62n)]}${token}`;
    rest /= 62n;
  }
  return token;
}
