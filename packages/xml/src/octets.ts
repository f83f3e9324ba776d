/** Node's own memory, whose comparison of long runs takes a quarter of ours; a browser has none of that name. */
const native = (globalThis as { readonly Buffer?: typeof Buffer }).Buffer;
/** Below, asking for it costs as much. */
const LONG = 192;

/** Octets of a document, to be compared with those of another wherever they stand in either. */
export class Octets {
  readonly length: number;
  private readonly view: DataView;
  private readonly buffer: Buffer | null;

  constructor(bytes: Uint8Array) {
    this.length = bytes.length;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.buffer = native === undefined ? null : native.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** A copy of those from `start` to `end`. */
  copy(start: number, end: number): Octets {
    const { buffer, byteOffset } = this.view;
    return new Octets(new Uint8Array(buffer, byteOffset + start, end - start).slice());
  }

  /** True if the octets of `other` from `start` to `end` stand here from `at` on. */
  hold(at: number, other: Octets, start: number, end: number): boolean {
    const { view } = this;
    if (at + end - start > view.byteLength) return false;
    if (end - start >= LONG && this.buffer !== null && other.buffer !== null) {
      // Most that differ do so at once.
      if (view.getInt32(at, true) !== other.view.getInt32(start, true)) return false;
      return this.buffer.compare(other.buffer, start, end, at, at + end - start) === 0;
    }
    const theirs = other.view;
    const shift = at - start;
    let i = start;
    for (; i + 4 <= end; i += 4)
      if (view.getInt32(i + shift, true) !== theirs.getInt32(i, true)) return false;
    for (; i < end; i++) if (view.getUint8(i + shift) !== theirs.getUint8(i)) return false;
    return true;
  }
}
