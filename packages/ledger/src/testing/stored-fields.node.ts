import type { StoredFields } from '../acts/chained-fields.node.ts';

export type SentValue = string | number | null | Uint8Array;

/** For tests only: fields as a database sends them, behind an octet of something else. */
export function sent(...values: readonly SentValue[]): StoredFields {
  const octets = values.map((value) => {
    if (value === null || value instanceof Uint8Array) return value;
    if (typeof value === 'string') return new TextEncoder().encode(value);
    const out = new Uint8Array(8);
    new DataView(out.buffer).setBigInt64(0, BigInt(value));
    return out;
  });
  const starts = new Int32Array(values.length);
  const lengths = new Int32Array(values.length);
  const bytes = [7];
  for (const [i, one] of octets.entries()) {
    starts[i] = bytes.length;
    lengths[i] = one?.length ?? -1;
    for (const octet of one ?? []) bytes.push(octet);
  }
  return { bytes: Uint8Array.from(bytes), starts, lengths };
}
