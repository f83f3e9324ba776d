import { CallError } from '../../api/client.ts';

export interface SealingInTurn {
  seal(classId: string): Promise<unknown>;
  /** Told after each list how many are sealed by then. */
  sealed(count: number): void;
  /** Asked before each list. */
  stopped(): boolean;
}

/**
 * Seals the lists of classes one after the other, from the first that is not sealed yet: after a refusal it is called again, and those
 * before are left alone. A list that is closed already is one whose reply was lost, or that somebody else has sealed meanwhile.
 *
 * @returns how many are sealed
 * @throws what refuses a list; those before it are sealed
 */
export async function sealInTurn(
  classIds: readonly string[],
  done: number,
  { seal, sealed, stopped }: SealingInTurn,
): Promise<number> {
  let count = done;
  for (const classId of classIds.slice(done)) {
    if (stopped()) break;
    await seal(classId).catch((error: unknown) => {
      if (!(error instanceof CallError && error.code === 'already-closed')) throw error;
    });
    sealed(++count);
  }
  return count;
}
