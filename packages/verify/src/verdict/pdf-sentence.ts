import { pdfWords } from '../words/pdf.ts';
import { type VerdictWords, vi } from '../words/vi.ts';
import type { PdfSignatureFacts } from './foreign-facts.ts';
import { vietnamTime } from './sentences.ts';

/** One signature of a PDF that other software signed: whose, how it stands, when, and below whom. */
export function pdfSignatureSentence(
  { kind, state, whole, name, claimedAt, provenAt, standing }: PdfSignatureFacts,
  words: VerdictWords = vi,
): string {
  const say = pdfWords[words.language];
  const who = kind === 'timestamp' ? say.timestamp : say.of(name ?? say.nobody);
  if (state !== 'intact') return `${who}: ${say[state]}`;
  const when =
    provenAt !== null
      ? say.provenAt(vietnamTime(provenAt))
      : claimedAt === null
        ? say.untimed
        : say.claimedAt(vietnamTime(claimedAt));
  const stood = standing === null ? [] : [say.standing[standing]];
  return [`${who}: ${whole ? say.whole : say.before}`, when, ...stood].join('; ');
}
