import { nextStep, vietnamTime } from '../verdict/sentences.ts';
import { claimWords } from '../words/claim.ts';
import { type VerdictWords, vi } from '../words/vi.ts';
import type { ClaimFinding } from './verify-claim.ts';

type Held = Extract<ClaimFinding, { readonly content: object }>;

/** What a QR's claim is worth, in a sentence. */
export function claimSentence(found: ClaimFinding, words: VerdictWords = vi): string {
  if (!('content' in found)) return claimWords[words.language].claims[found.code];
  const says = heldSentence(found, words);
  return found.state === 'training' ? `${words.verdicts.training}. ${says}` : says;
}

function heldSentence({ content, status, statusAsOf }: Held, words: VerdictWords): string {
  const say = claimWords[words.language];
  const day = content.issueDate.split('-').reverse().join('/');
  if (status.code === 'recalled') return say.claimEnded(day, words.isRecalled);
  if (status.code === 'replaced') return say.claimEnded(day, words.isReplaced);
  const since = statusAsOf === undefined ? '' : vietnamTime(new Date(statusAsOf * 1000).toISOString());
  return say.claimMatches(day, status.state === 'valid' ? say.current(since) : say.unknown);
}

/** What to do next about a claim; null where the print only wants to be compared. */
export function claimNextStep(found: ClaimFinding, words: VerdictWords = vi): string | null {
  const { next } = claimWords[words.language];
  if ('content' in found) {
    const { status } = found;
    const ended = nextStep({ verdict: 'not-fully-checked', fragments: [status] }, words);
    if (status.code === 'recalled' || status.code === 'replaced') return ended;
    if (found.trustEnded !== undefined) return next['no-certified-key'];
    return status.state === 'valid' ? null : next.open;
  }
  if (found.state === 'invalid') {
    const ask = words.next['not-genuine'];
    return found.code === 'malformed' ? `${next.malformed} ${ask}` : ask;
  }
  const { code } = found;
  return code in next ? next[code as keyof typeof next] : next.open;
}
