/** Small numbers one after the other, most significant bit first; the last byte is filled with zeros. */
export function packBits(fields: readonly (readonly [value: number, width: number])[]): Uint8Array {
  const length = fields.reduce((sum, [, width]) => sum + width, 0);
  const out = new Uint8Array(Math.ceil(length / 8));
  let at = 0;
  for (const [value, width] of fields) {
    for (let bit = width - 1; bit >= 0; bit--, at++) {
      if ((value >> bit) & 1) out[at >> 3] = (out[at >> 3] ?? 0) | (0x80 >> (at & 7));
    }
  }
  return out;
}

/** @returns a reader of `width` bits at a time; bits past the end are zero */
export function unpackBits(bytes: Uint8Array): (width: number) => number {
  let at = 0;
  return (width) => {
    let value = 0;
    for (let n = 0; n < width; n++, at++)
      value = (value << 1) | (((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1);
    return value;
  };
}
