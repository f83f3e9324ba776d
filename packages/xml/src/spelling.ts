/** Octets that are looked for where they may stand again, four at a time. */
export class Spelling {
  readonly bytes: Uint8Array;
  readonly length: number;
  private readonly words: Int32Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.length = bytes.length;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.words = Int32Array.from({ length: bytes.length >> 2 }, (_, n) => view.getInt32(4 * n, true));
  }

  /** True if all of it stands in `view` from the offset `at` on. */
  standsIn(view: DataView, at: number): boolean {
    const { bytes, length, words } = this;
    if (at + length > view.byteLength) return false;
    const whole = words.length;
    for (let n = 0; n < whole; n++) if (view.getInt32(at + 4 * n, true) !== words[n]) return false;
    for (let i = 4 * whole; i < length; i++) if (view.getUint8(at + i) !== bytes[i]) return false;
    return true;
  }
}
