import { sentenceOf } from '../sentences.ts';
import { type Fragment, type Verdict, worst } from '../verdict.ts';
import type { FileVerdict } from '../verify-file.ts';

/** One of several in a file: a file of an archive, a year of a book. */
export interface PartVerdict {
  readonly name: string;
  readonly found: FileVerdict;
}

/** The verdict on all parts: the gravest one's, with how many it is true of. What each is worth stands in `parts`. */
export function wholeOf(parts: readonly PartVerdict[], code: 'archive' | 'book'): FileVerdict {
  const verdict: Verdict = worst(parts.map(({ found }) => found.verdict));
  const count = parts.filter(({ found }) => found.verdict === verdict).length;
  const unit = code === 'archive' ? 'tệp' : 'năm học';
  const howMany = count === parts.length ? `cả ${count} ${unit}` : `${count} trong ${parts.length} ${unit}`;
  const document: Fragment = { name: 'document', state: 'not-checked', code };
  return {
    verdict,
    sentence: `${sentenceOf(verdict, [])} (${howMany})`,
    fragments: [document],
    parts,
  };
}
