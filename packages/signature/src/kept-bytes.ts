import { copyOf, sameBytes } from './bytes.ts';

/** Octets of the longest that is kept: what comes again (certificates, answers, keys, their base64) is below it. */
export const LONGEST_KEPT = 16_384;

/**
 * What was made of values that come again: the certificates and answers of a school stand in each of its records.
 *
 * Whoever sends files can fill it, and so make it of no use, and no more than that. A value is found by all of its octets,
 * for the number under which it lies only says where to compare; what is kept follows from the octets alone, never from
 * a time, from trust or from a policy; and the octets are copies that nobody else holds. A long value is not kept, so that no
 * more is held than the limit times a certificate or an answer as large as they get.
 */
export class KeptBytes<T> {
  private readonly entries = new Map<number, { readonly bytes: Uint8Array; readonly value: T }>();
  private readonly limit: number;

  /** @param limit how many are kept; the oldest goes first */
  constructor(limit: number) {
    this.limit = limit;
  }

  find(bytes: Uint8Array): T | undefined {
    const entry = this.entries.get(sampleOf(bytes));
    return entry !== undefined && sameBytes(entry.bytes, bytes) ? entry.value : undefined;
  }

  /** Keeps a copy, unless they are too many. What lies under the same number is given up for it. */
  keep(bytes: Uint8Array, value: T): void {
    if (bytes.length > LONGEST_KEPT) return;
    const sample = sampleOf(bytes);
    if (this.entries.size >= this.limit && !this.entries.has(sample)) {
      const [oldest] = this.entries.keys();
      if (oldest !== undefined) this.entries.delete(oldest);
    }
    this.entries.set(sample, { bytes: copyOf(bytes), value });
  }
}

/** A number of the length and some forty octets. */
function sampleOf(bytes: Uint8Array): number {
  const { length } = bytes;
  const step = (length >> 5) | 1;
  let sample = length;
  for (let i = 0; i < length; i += step) sample = (Math.imul(sample, 31) + (bytes[i] as number)) | 0;
  return sample;
}
