import { refused } from '../verdict/conclude.ts';
import type { FileVerdict, PartVerdict } from '../verdict/file-verdict.ts';
import { verdictSentence } from '../verdict/sentences.ts';
import { type CodeOf, type Fragment, type Verdict, worst } from '../verdict/verdict.ts';

/** The verdict on all parts: the gravest one's, with how many it is true of. What each is worth stands in `parts`. */
export function wholeOf(parts: readonly PartVerdict[], code: 'archive' | 'book'): FileVerdict {
  const verdict: Verdict = worst(parts.map(({ found }) => found.verdict));
  const fragments: Fragment[] = [{ name: 'document', state: 'not-checked', code }];
  // Of several answers the oldest one is how much is known of all.
  const asOf = parts.flatMap(({ found }) => found.statusAsOf ?? []);
  return {
    verdict,
    sentence: verdictSentence({ verdict, fragments, parts }),
    fragments,
    parts,
    ...(asOf.length === 0 ? {} : { statusAsOf: Math.min(...asOf) }),
  };
}

/** The verdict on one of several that could not be looked at: it says why, and stops none of the others. */
export const notRead = (code: CodeOf<'document'>): FileVerdict => refused('error', code, false);
