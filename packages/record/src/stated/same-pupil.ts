/** By what two records know a pupil. */
export interface PupilNumbers {
  readonly pupilCode?: string | undefined;
  readonly personalId?: string | undefined;
}

/** Whether two records are of one pupil: by number of identity or by the pupil's code, since one of both may have been mended between two years. */
export function haveSameNumber(a: PupilNumbers, b: PupilNumbers): boolean {
  const same = (one: string | undefined, other: string | undefined): boolean =>
    one !== undefined && one !== '' && one === other;
  return same(a.personalId, b.personalId) || same(a.pupilCode, b.pupilCode);
}
