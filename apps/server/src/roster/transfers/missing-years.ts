/** A year of which something is known, or into which a pupil comes. */
export interface KnownYear {
  readonly schoolYear: string;
  readonly grade?: number | undefined;
}

export interface MissingYears {
  /** The pupil was in a grade then of which nothing came along. */
  readonly lacking: readonly string[];
  /** The pupil may have stayed at home in them: the grades go on without them. */
  readonly perhaps: readonly string[];
}

/**
 * School years between those that are known. A grade that was skipped lies between two years that follow each other, and lacks none
 * (TT 28/2020/TT-BGDĐT, học vượt lớp); a pupil who paused comes back into the next grade or the same.
 */
export function missingYears(known: readonly KnownYear[]): MissingYears {
  const inOrder = [...known].sort((a, b) => (a.schoolYear < b.schoolYear ? -1 : 1));
  const lacking: string[] = [];
  const perhaps: string[] = [];
  for (const [n, next] of inOrder.entries()) {
    const before = inOrder[n - 1];
    if (before === undefined) continue;
    const between = yearsBetween(before.schoolYear, next.schoolYear);
    const goesOn = before.grade !== undefined && next.grade !== undefined && next.grade - before.grade <= 1;
    (goesOn ? perhaps : lacking).push(...between);
  }
  return { lacking, perhaps };
}

function yearsBetween(first: string, last: string): string[] {
  const [from, to] = [Number(first.slice(0, 4)) + 1, Number(last.slice(0, 4))];
  return Array.from({ length: Math.min(Math.max(0, to - from), 9) }, (_, n) => `${from + n}-${from + n + 1}`);
}
