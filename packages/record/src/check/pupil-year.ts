import { checkCells } from './cells.ts';
import { checkComments } from './comments.ts';
import { checkConclusion } from './conclusion.ts';
import { checkIdentity } from './identity.ts';
import { byRulesInForce } from './in-force.ts';
import type { PupilYearCheck } from './input.ts';
import { checkMeasures } from './measures.ts';
import type { Problem } from './problem.ts';

/**
 * Everything that can be said of one pupil's year before the first signature, from the data alone: the signers'
 * certificates are checked elsewhere. Blocking problems forbid the freeze; the list is in the order of the form.
 */
export function checkPupilYear(input: PupilYearCheck): Problem[] {
  const day =
    input.day ?? (input.schoolYear === undefined ? undefined : `${input.schoolYear.slice(5)}-05-31`);
  return byRulesInForce(input.ruleSet, day, [
    ...checkIdentity(input),
    ...checkMeasures(input),
    ...checkCells(input),
    ...checkComments(input),
    ...checkConclusion(input),
  ]);
}

/** Whether the problems forbid freezing the record. */
export function isBlocked(problems: readonly Problem[]): boolean {
  return problems.some((p) => p.severity === 'blocking');
}
