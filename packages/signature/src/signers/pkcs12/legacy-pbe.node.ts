import { createDecipheriv, createHash } from 'node:crypto';
import { joinBytes } from '../../bytes.ts';
import { decryptRc2 } from './rc2.ts';

/** Password encryption of PKCS#12's first version (RFC 7292 Appendix C), which pkijs does not open. */
export interface LegacyPbe {
  readonly salt: Uint8Array;
  readonly iterations: number;
}

const SCHEMES: Readonly<Record<string, { cipher: '3des' | 'rc2'; octets: number }>> = {
  '1.2.840.113549.1.12.1.3': { cipher: '3des', octets: 24 },
  '1.2.840.113549.1.12.1.4': { cipher: '3des', octets: 16 },
  '1.2.840.113549.1.12.1.5': { cipher: 'rc2', octets: 16 },
  '1.2.840.113549.1.12.1.6': { cipher: 'rc2', octets: 5 },
};

export function isLegacyPbe(oid: string): boolean {
  return Object.hasOwn(SCHEMES, oid);
}

/** More rounds than any writer uses would only keep the machine busy. */
const MOST_ITERATIONS = 1_000_000;

/**
 * @param oid one for which `isLegacyPbe` holds
 * @returns the plain octets, or null if the padding does not come out right (a wrong password)
 */
export function decryptLegacy(
  oid: string,
  { salt, iterations }: LegacyPbe,
  password: string,
  data: Uint8Array,
): Uint8Array | null {
  const scheme = SCHEMES[oid];
  if (scheme === undefined || iterations < 1 || iterations > MOST_ITERATIONS || data.length % 8 !== 0)
    return null;
  const derive = (id: number, octets: number) => deriveKey(id, octets, password, salt, iterations);
  const key = derive(1, scheme.octets);
  const iv = derive(2, 8);
  if (scheme.cipher === 'rc2') return unpadded(decryptRc2(key, scheme.octets * 8, iv, data));
  const whole = scheme.octets === 24 ? key : joinBytes(key, key.subarray(0, 8));
  const decipher = createDecipheriv('des-ede3-cbc', whole, iv).setAutoPadding(false);
  return unpadded(new Uint8Array(Buffer.concat([decipher.update(data), decipher.final()])));
}

function unpadded(octets: Uint8Array): Uint8Array | null {
  const count = octets.at(-1) ?? 0;
  if (count < 1 || count > 8 || count > octets.length) return null;
  return octets.subarray(-count).every((octet) => octet === count) ? octets.slice(0, -count) : null;
}

/** RFC 7292 Appendix B.2 with SHA-1: u = 20, v = 64. */
function deriveKey(
  id: number,
  octets: number,
  password: string,
  salt: Uint8Array,
  iterations: number,
): Uint8Array {
  const v = 64;
  const filled = (source: Uint8Array): Uint8Array =>
    Uint8Array.from({ length: v * Math.ceil(source.length / v) }, (_, i) => source[i % source.length] ?? 0);
  const diversifier = new Uint8Array(v).fill(id);
  let input = joinBytes(filled(salt), filled(bmpString(password)));
  const out: Uint8Array[] = [];
  for (let length = 0; length < octets; length += 20) {
    let a: Uint8Array = joinBytes(diversifier, input);
    for (let n = 0; n < iterations; n++) a = createHash('sha1').update(a).digest();
    out.push(a);
    const b = filled(a).slice(0, v);
    input = addToEach(input, b, v);
  }
  return joinBytes(...out).slice(0, octets);
}

/** Each block of `input` plus `b` plus one, as numbers of `v` octets. */
function addToEach(input: Uint8Array, b: Uint8Array, v: number): Uint8Array {
  const sum = new Uint8Array(input);
  for (let at = 0; at < sum.length; at += v) {
    let carry = 1;
    for (let i = v - 1; i >= 0; i--) {
      carry += (sum[at + i] ?? 0) + (b[i] ?? 0);
      sum[at + i] = carry & 255;
      carry >>= 8;
    }
  }
  return sum;
}

/** UTF-16BE with a terminating zero (Appendix B.1). */
function bmpString(password: string): Uint8Array {
  const out = new Uint8Array(2 * password.length + 2);
  for (let i = 0; i < password.length; i++) {
    const unit = password.charCodeAt(i);
    out[2 * i] = unit >> 8;
    out[2 * i + 1] = unit & 255;
  }
  return out;
}
