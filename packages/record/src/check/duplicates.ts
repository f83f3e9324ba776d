import type { Problem } from './problem.ts';

/** What tells pupils of one list apart. Empty codes are missing ones and never equal. */
export interface ListedPupil {
  readonly pupilCode: string;
  readonly personalId?: string;
}

/**
 * Entries that name a pupil who stands earlier in the list already, by pupil code or personal number.
 * @returns position of each such entry → position of the first one; the first one stands
 */
export function duplicatePupils(list: readonly ListedPupil[]): ReadonlyMap<number, number> {
  const seen = new Map<string, number>();
  const found = new Map<number, number>();
  list.forEach((entry, i) => {
    const keys = [
      entry.pupilCode.trim() === '' ? [] : `code:${entry.pupilCode.trim()}`,
      entry.personalId?.trim() ? `id:${entry.personalId.trim()}` : [],
    ].flat();
    const first = keys.map((k) => seen.get(k)).find((at) => at !== undefined);
    if (first !== undefined) found.set(i, first);
    for (const k of keys) if (!seen.has(k)) seen.set(k, first ?? i);
  });
  return found;
}

/** @param first where the first entry stands, in words such as `dòng 7` */
export function duplicateProblem(first: string): Problem {
  return {
    severity: 'blocking',
    code: 'duplicate-pupil',
    field: 'pupil.pupilCode',
    message: `Mã học sinh này đã có ở ${first}.`,
    action: 'Xóa dòng thừa hoặc sửa mã học sinh.',
  };
}
