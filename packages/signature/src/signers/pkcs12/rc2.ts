/**
 * RC2 in CBC mode, decryption only (RFC 2268): key files of Windows and of providers still carry their certificates
 * under it, and OpenSSL 3 no longer opens it. Nothing is ever encrypted with it here.
 */

// biome-ignore format: the table as RFC 2268 §2 prints it
const PITABLE = Uint8Array.from(
  ('d978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2179a59f587b34f1361456d8d09817d32' +
   'bd8f40eb86b77b0bf09521225c6b4e8254d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626' +
   '6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed708e8eade8052eef784aa72ac354d6a2a' +
   '961ad2715a1549744b9fd05e0418a4ecc2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731' +
   '2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a90d38341bab33ffb0bb480c5fb9b1cd2e' +
   'c5f3db47e5a59c770aa62068fe7fc1ad').match(/../g) ?? [], (hex) => Number.parseInt(hex, 16));

/** The 64 words of the expanded key (§2). `bits` is the effective key length. */
function expand(key: Uint8Array, bits: number): Uint16Array {
  const l = new Uint8Array(128);
  l.set(key);
  for (let i = key.length; i < 128; i++)
    l[i] = PITABLE[((l[i - 1] ?? 0) + (l[i - key.length] ?? 0)) & 255] ?? 0;
  const octets = Math.ceil(bits / 8);
  const mask = 255 >> (8 * octets - bits);
  l[128 - octets] = PITABLE[(l[128 - octets] ?? 0) & mask] ?? 0;
  for (let i = 127 - octets; i >= 0; i--) l[i] = PITABLE[(l[i + 1] ?? 0) ^ (l[i + octets] ?? 0)] ?? 0;
  return Uint16Array.from({ length: 64 }, (_, i) => (l[2 * i] ?? 0) | ((l[2 * i + 1] ?? 0) << 8));
}

const SHIFTS = [1, 2, 3, 5] as const;

/** One block of four words, in place (§4). */
function decryptBlock(k: Uint16Array, r: Uint16Array): void {
  const at = (i: number): number => r[i & 3] ?? 0;
  let j = 63;
  const mix = (): void => {
    for (let i = 3; i >= 0; i--) {
      const shift = SHIFTS[i] ?? 1;
      const word = at(i);
      const turned = (word >>> shift) | (word << (16 - shift));
      r[i] = turned - (k[j--] ?? 0) - (at(i + 3) & at(i + 2)) - (~at(i + 3) & at(i + 1));
    }
  };
  const mash = (): void => {
    for (let i = 3; i >= 0; i--) r[i] = at(i) - (k[at(i + 3) & 63] ?? 0);
  };
  for (const rounds of [5, 6, 5]) {
    for (let n = 0; n < rounds; n++) mix();
    if (j >= 0) mash();
  }
}

/**
 * @param bits effective key length
 * @returns the plain octets with their PKCS#7 padding still on
 * @throws RangeError if `data` is not whole blocks
 */
export function decryptRc2(key: Uint8Array, bits: number, iv: Uint8Array, data: Uint8Array): Uint8Array {
  if (iv.length !== 8 || data.length % 8 !== 0) throw new RangeError('RC2 works on blocks of 8 octets');
  const k = expand(key, bits);
  const out = new Uint8Array(data.length);
  let previous = iv;
  for (let at = 0; at < data.length; at += 8) {
    const block = data.subarray(at, at + 8);
    const r = Uint16Array.from({ length: 4 }, (_, i) => (block[2 * i] ?? 0) | ((block[2 * i + 1] ?? 0) << 8));
    decryptBlock(k, r);
    for (let i = 0; i < 8; i++) {
      const word = r[i >> 1] ?? 0;
      out[at + i] = ((i & 1) === 0 ? word & 255 : word >> 8) ^ (previous[i] ?? 0);
    }
    previous = block;
  }
  return out;
}
