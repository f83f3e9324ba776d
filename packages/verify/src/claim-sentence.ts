import type { ClaimFinding } from './verify-claim.ts';
import { claimWords } from './words/claim.ts';
import { type VerdictWords, vi } from './words/vi.ts';

/** What a QR's claim is worth, in a sentence. */
export function claimSentence(found: ClaimFinding, words: VerdictWords = vi): string {
  const say = claimWords[words.language];
  if (!('content' in found)) return say.claims[found.code];
  const says = say.claimMatches(found.content.issueDate.split('-').reverse().join('/'));
  return found.state === 'training' ? `${words.verdicts.training}. ${says}` : says;
}
