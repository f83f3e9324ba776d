import type { FileVerdict } from './file-verdict.ts';
import { sentenceOf } from './sentences.ts';
import { type CodeOf, decide, type Fragment } from './verdict.ts';

/** The verdict that these fragments make. */
export function conclude(fragments: readonly Fragment[], training: boolean, aPrint: boolean): FileVerdict {
  const verdict = decide(fragments, training, aPrint);
  return { verdict, sentence: sentenceOf(verdict, fragments), fragments };
}

/** The verdict on what is not looked at any further. */
export function refused(
  state: 'invalid' | 'error',
  code: CodeOf<'document'>,
  aPrint: boolean,
  print: readonly Fragment[] = [],
): FileVerdict {
  return conclude([{ name: 'document', state, code }, ...print], false, aPrint);
}
