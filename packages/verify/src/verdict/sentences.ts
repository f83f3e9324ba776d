import type { JudgedByList } from '../trust/list-day.ts';
import { type VerdictWords, vi } from '../words/vi.ts';
import type { FileVerdict } from './file-verdict.ts';
import { decide, type Fragment, type Verdict } from './verdict.ts';

const CHANGED: ReadonlySet<Fragment['code']> = new Set<Fragment['code']>([
  'altered',
  'signature-broken',
  'signature-removed',
]);

/** The record inside is as it was; its pages may have been painted over, or only saved again: nobody can tell which. */
function isChangedPrint(fragments: readonly Fragment[]): boolean {
  const [wrong, ...more] = fragments.filter(({ state }) => state === 'invalid');
  return more.length === 0 && wrong !== undefined && CHANGED.has(wrong.code);
}

/** A PDF that other software signed, or from which the record was lost when it was saved again. */
const isBrokenPdf = (fragments: readonly Fragment[]): boolean =>
  fragments.some(({ code }) => code.startsWith('foreign-pdf')) &&
  fragments.some(({ name, code }) => name === 'signatures' && code === 'signature-invalid');

/**
 * The verdict's sentence, with what a reader must know beside it: that it was recalled or replaced, and why it is not genuine.
 * @param words of another language than Vietnamese
 */
export function sentenceOf(
  verdict: Verdict,
  fragments: readonly Fragment[],
  words: VerdictWords = vi,
): string {
  const said = words.verdicts[verdict];
  const has = (name: Fragment['name'], code: string): boolean =>
    fragments.some((fragment) => fragment.name === name && fragment.code === code);
  // Whatever else could not be checked: that it is no longer in force is signed, and must not be kept back.
  if (verdict === 'training' || verdict === 'not-fully-checked' || verdict === 'to-be-confirmed') {
    if (has('status', 'recalled')) return `${said}; ${words.isRecalled}`;
    if (has('status', 'replaced')) return `${said}; ${words.isReplaced}`;
  }
  if (verdict === 'not-genuine') {
    const [wrong, ...more] = fragments.filter((fragment) => fragment.state === 'invalid');
    if (wrong?.name === 'issuance')
      return `${said} (${wrong.code === 'other-record' ? words.otherProof : words.neverIssued})`;
    if (isChangedPrint(fragments)) {
      const ended = has('status', 'recalled')
        ? `; ${words.isRecalled}`
        : has('status', 'replaced')
          ? `; ${words.isReplaced}`
          : '';
      return `${said} (${words.changedPrint}${ended})`;
    }
    if (more.length === 0 && isBrokenPdf(fragments)) return `${said} (${words.brokenPdf})`;
  }
  if (verdict === 'not-fully-checked' && (has('document', 'foreign') || has('document', 'foreign-dressed')))
    return `${said} (${words.otherSoftware})`;
  if (
    verdict === 'not-fully-checked' &&
    (has('document', 'foreign-pdf') || has('document', 'foreign-pdf-unread'))
  ) {
    const added = has('signatures', 'pdf-added-after') ? `, ${words.addedAfter}` : '';
    return `${said} (${words.otherPdf}${added})`;
  }
  return said;
}

/** What a newer list, status file or clock would tell: without them nobody need go to the school yet. */
const OUT_OF_DATE: ReadonlySet<Fragment['code']> = new Set<Fragment['code']>([
  'no-roots',
  'no-log-key',
  'list-before-log',
  'no-status-file',
  'newer-than-status-file',
  'status-too-old',
  'no-register',
  'register-before-record',
  'register-too-old',
]);

/**
 * What to do next about all that is not simply in force, and whom to ask: in one sentence, above what was checked. Null about a genuine or training
 * record, and where the one line about the file itself says it already.
 */
export function nextStep(
  { verdict, fragments, parts }: Pick<FileVerdict, 'verdict' | 'fragments' | 'parts'>,
  words: VerdictWords = vi,
): string | null {
  // Each file or year of several says its own.
  if (parts !== undefined) return null;
  const status = fragments.find(({ name }) => name === 'status')?.code;
  const isEnded = status === 'recalled' || status === 'replaced';
  if (verdict === 'not-genuine') {
    // Only of what is all known to be good is it said that it is as it was.
    if (isChangedPrint(fragments) && ['genuine', 'replaced', 'recalled'].includes(inside(fragments)))
      return words.next[isEnded ? status : 'changed-print'];
    if (isBrokenPdf(fragments)) return words.next['broken-pdf'];
    // Who forgot to choose the proof holds a genuine record.
    const wrong = fragments.filter(({ state }) => state === 'invalid').map(({ code }) => code);
    if (wrong.join() === 'never-issued') return words.next['never-issued'];
    // Beside an XML a proof can be chosen by mistake; what carries it inside was made so.
    const isXml = fragments.every(({ name }) => name !== 'print');
    return words.next[isXml && wrong.join() === 'other-record' ? 'other-proof' : 'not-genuine'];
  }
  if (isEnded) return words.next[status];
  if (verdict === 'to-be-confirmed') return words.next[verdict];
  if (verdict !== 'not-fully-checked') return null;
  if (fragments.some(({ name, state }) => name === 'document' && state === 'error')) return null;
  for (const lack of ['no-proof', 'proof-incomplete'] as const)
    if (fragments.some(({ code }) => code === lack)) return words.next[lack];
  const hasCode = (one: Fragment['code']): boolean => fragments.some(({ code }) => code === one);
  if (hasCode('no-log-key') && hasCode('school-unknown')) return words.next['unknown-school'];
  if (inside(fragments) === 'genuine') return words.next['unchecked-print'];
  const old = fragments.some(({ code }) => OUT_OF_DATE.has(code));
  return words.next[old ? 'out-of-date' : 'not-fully-checked'];
}

/** The verdict on the record in a print, whatever its pages are. */
const inside = (fragments: readonly Fragment[]): Verdict =>
  decide(
    fragments.filter(({ name }) => name !== 'print'),
    false,
    false,
  );

/** Of which day the list is that a file or claim was judged by, and that it is past its own; null for one without a list. */
export function trustSentence(
  { trustAsOf, trustEnded }: JudgedByList,
  words: VerdictWords = vi,
): string | null {
  if (trustAsOf === undefined) return null;
  const day = (seconds: number): string => vietnamTime(new Date(seconds * 1000).toISOString()).slice(6);
  const ended = trustEnded === undefined ? [] : [words.trust.ended(day(trustEnded))];
  return [words.trust.asOf(day(trustAsOf)), ...ended].join('; ');
}

/** Why and where it was recorded that something is no longer in force; null about what still is. */
export function endedSentence(
  { ended }: Pick<FileVerdict, 'ended'>,
  words: VerdictWords = vi,
): string | null {
  if (ended === undefined) return null;
  const { reasons, recalledBy, replacedBy } = words.ended;
  const by = ended.by.toLocaleString(words.language === 'vi' ? 'vi-VN' : 'en-GB');
  if (ended.state === 'replaced') return replacedBy(by, ended.log ?? null);
  const known: Readonly<Record<string, string>> = reasons;
  return recalledBy(known[ended.reason] ?? `${reasons.other} (${ended.reason})`, by, ended.log ?? null);
}

/** Vietnam's clock, to the minute. */
export function vietnamTime(iso: string): string {
  const local = new Date(Date.parse(iso) + 7 * 3_600_000).toISOString();
  return `${local.slice(11, 16)} ${local.slice(8, 10)}/${local.slice(5, 7)}/${local.slice(0, 4)}`;
}

/** What `FileVerdict.sentence` says in Vietnamese, in the given language; of several files with how many it is true of. */
export function verdictSentence(
  { verdict, fragments, parts }: Pick<FileVerdict, 'verdict' | 'fragments' | 'parts'>,
  words: VerdictWords = vi,
): string {
  if (parts === undefined) return sentenceOf(verdict, fragments, words);
  const count = parts.filter(({ found }) => found.verdict === verdict).length;
  const unit = fragments.some(({ code }) => code === 'book') ? 'book' : 'archive';
  return `${sentenceOf(verdict, [], words)} (${words.howMany[unit](count, parts.length)})`;
}

/** A fragment in words, such as `Chữ ký: đủ người ký, chữ ký nào cũng đúng`. */
export function fragmentSentence({ name, code }: Fragment, words: VerdictWords = vi): string {
  const said: Readonly<Record<string, string>> = words.codes[name];
  return `${words.names[name]}: ${said[code]}`;
}
