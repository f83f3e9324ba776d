import type { PadesFinding } from '@hocba/signature';

/** What a version's row says of itself. */
interface StoredTimes {
  readonly timestamps: number;
  /** Unix milliseconds. */
  readonly storedAt: number;
}

/** By how much the clock here and an authority's may differ, and how long an audit may take. */
const APART_MS = 86_400_000;

/**
 * Whether each version says as many timestamps as stand in the file, one each after the first, and was stored between its own newest and
 * the one behind it. Of a file whose times cannot all be told, nothing is.
 */
export function timesFault(
  versions: readonly StoredTimes[],
  { state, level, times }: PadesFinding,
  { provenAt, now }: { readonly provenAt: Date; readonly now: Date },
): string | null {
  if (state !== 'valid') return null;
  const inAll = times.length + (level === 'B' ? 0 : 1);
  const later = versions.length - 1;
  if (versions.some(({ timestamps }, n) => timestamps !== (n === 0 ? inAll - later : 1)))
    return 'print-timestamps-differ';
  const isOfItsTime = versions.every(({ storedAt }, n) => {
    const dated = times[n]?.time ?? provenAt;
    const next = times[n + 1]?.time.getTime() ?? now.getTime();
    return storedAt >= dated.getTime() - APART_MS && storedAt <= next + APART_MS;
  });
  return isOfItsTime ? null : 'print-stored-at-differs';
}
