import {
  LedgerError,
  leafHash,
  parseCheckpointText,
  parseNote,
  parseProofFile,
  type Sha256,
  verifyInclusion,
} from '@hocba/ledger';
import { type SchoolLog, TRAINING_ORIGIN } from './bundle.ts';
import type { Trust } from './trust.ts';

/** A log of a school year, and the number that it bears after a theft. */
const SERIES = /^(.+\/\d{4}-\d{4})(?:\.([1-9]\d{0,5}))?$/;

/** The school year that a log is of, by its name; null for a log that is not named so. */
export function yearOfLog(origin: string): string | null {
  return SERIES.exec(origin)?.[1]?.slice(-9) ?? null;
}

/**
 * Whether something was made after the list's day, so that the list tells nothing of it: a log that it does not name may have been
 * registered since. The time may be anybody's word; what is not told is never green.
 * @param time unix seconds
 */
export function isAfterList({ asOf }: Pick<Trust, 'asOf'>, time: number): boolean {
  return asOf !== null && time > asOf;
}

/**
 * Whether a real record's proof that no listed key has signed may be of a log that is newer than the list: one that the list names nowhere, of a
 * record sealed after the list's day, or the one that goes on after a theft from a log of the school (it takes that log's leaves again,
 * whenever they were sealed). A name that is listed has its key for ever, and a proof that does not lead to its own root is none.
 * @param logs the school's, as the list has them; null where it does not know the school
 * @param sealedAt unix seconds
 */
export function mayBeOfNewerLog(
  sha256: Sha256,
  shown: ShownLeaf & { readonly sealedAt: number },
  trust: Trust,
  logs: readonly SchoolLog[] | null,
): boolean {
  const { leaf, proof, sealedAt } = shown;
  const origin = originShown(sha256, leaf, proof);
  if (origin === null || trust.asOf === null || !isOfUnlistedLog(sha256, shown, trust)) return false;
  return isAfterList(trust, sealedAt) || (logs ?? []).some((log) => goesOnFrom(log.origin, origin));
}

interface ShownLeaf {
  readonly leaf: Uint8Array;
  readonly proof: Uint8Array;
}

/** Whether a proof leads to its own root in a log that the list names nowhere, and that is none for training. */
export function isOfUnlistedLog(sha256: Sha256, { leaf, proof }: ShownLeaf, trust: Trust): boolean {
  const origin = originShown(sha256, leaf, proof);
  return origin !== null && !origin.startsWith(TRAINING_ORIGIN) && !isListed(trust, origin);
}

/** The origin of a proof that leads from the leaf to the root it names; null for one that does not. */
function originShown(sha256: Sha256, leaf: Uint8Array, file: Uint8Array): string | null {
  try {
    const { index, proof, checkpoint } = parseProofFile(file);
    const { origin, size, root } = parseCheckpointText(parseNote(checkpoint).text);
    return verifyInclusion(sha256, { leaf: leafHash(sha256, leaf), index, size, root, proof })
      ? origin
      : null;
  } catch (error) {
    if (error instanceof LedgerError) return null;
    throw error;
  }
}

function isListed({ policy, schools }: Trust, origin: string): boolean {
  const named = [...(schools?.values() ?? [])].flatMap(({ logs }) => logs.map((log) => log.origin));
  return named.includes(origin) || (policy?.logs ?? []).some(({ key }) => key.name === origin);
}

function goesOnFrom(earlier: string, later: string): boolean {
  const [, first, before = '1'] = SERIES.exec(earlier) ?? [];
  const [, second, after = '1'] = SERIES.exec(later) ?? [];
  return first !== undefined && first === second && Number(after) > Number(before);
}
