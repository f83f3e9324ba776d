/** What `hocba verify` writes: verdicts in words, in either language, and for programs. */

import type { ClaimContent } from '@hocba/form/claim';
import { RESULT_NAMES, subjectNameIn, subjectsOf, traitsOf } from '@hocba/record';
import {
  type ClaimFinding,
  claimNextStep,
  claimSentence,
  endedSentence,
  type FileVerdict,
  fragmentSentence,
  gravity,
  nextStep,
  pdfSignatureSentence,
  trustSentence,
  type VerdictWords,
  verdictSentence,
  vi,
} from '@hocba/verify';
import { en } from '@hocba/verify/en';
import { visible } from '@hocba/verify/visible';

export type Language = 'vi' | 'en';

/** A verdict with what it is of. */
export interface Told {
  readonly file: string;
  readonly found: FileVerdict;
  /** What a QR's claim says, where its signature holds. */
  readonly claim?: ClaimContent;
  /** What was found of a QR's text, where the file is one. */
  readonly claimed?: ClaimFinding | undefined;
}

/** For programs: the closed words of a verdict, and its sentence. */
export function asJson({ file, found, claim, claimed }: Told, say: Said): object {
  const fragments = found.fragments.map(({ name, state, code }) => ({ name, state, code }));
  const next = nextOf({ found, claimed }, say);
  const parts = found.parts?.map(({ name, found: part }) => asJson({ file: name, found: part }, say));
  return {
    file,
    verdict: found.verdict,
    sentence: sentence({ found, claimed }, say),
    ...(next === null ? {} : { next }),
    fragments,
    ...(found.loggedBy === undefined ? {} : { loggedBy: found.loggedBy }),
    ...(found.statusAsOf === undefined ? {} : { statusAsOf: found.statusAsOf }),
    ...(found.ended === undefined ? {} : { ended: found.ended }),
    ...(found.trustAsOf === undefined ? {} : { trustAsOf: found.trustAsOf }),
    ...(found.trustEnded === undefined ? {} : { trustEnded: found.trustEnded }),
    ...(found.pdfSignatures === undefined ? {} : { pdfSignatures: found.pdfSignatures }),
    ...(parts === undefined ? {} : { parts }),
    ...(claim === undefined ? {} : { claim }),
  };
}

const MARK: Readonly<Record<string, string>> = { valid: '✓', invalid: '✗', 'not-checked': '·', error: '!' };

/** For people. */
export function asText(told: Told, say: Said): string {
  const { file, found, claim } = told;
  const lines = found.fragments.map(
    (fragment) => `  ${MARK[fragment.state]} ${fragmentSentence(fragment, say.words)}\n`,
  );
  const signatures = (found.pdfSignatures ?? []).map(
    (one) => `    ${pdfSignatureSentence(one, say.words)}\n`,
  );
  const list = trustSentence(found, say.words);
  const why = endedSentence(found, say.words);
  const dated = [
    ...(why === null ? [] : [why]),
    ...(found.loggedBy === undefined ? [] : [say.loggedBy(found.loggedBy)]),
    ...(found.statusAsOf === undefined ? [] : [say.statusAsOf(found.statusAsOf)]),
    ...(list === null ? [] : [list.charAt(0).toUpperCase() + list.slice(1)]),
  ].map((line) => `    ${line}\n`);
  // Said once for all that came in one file.
  const parts = (found.parts ?? []).map(({ name, found: { trustAsOf: _, trustEnded: __, ...part } }) =>
    asText({ file: name, found: part }, say).replace(/^(?=.)/gm, '    '),
  );
  const says = claim === undefined ? '' : claimText(claim, told.claimed, say);
  const below = [...lines, ...signatures, ...dated, says, ...parts].join('');
  const next = nextOf(told, say);
  return `${visible(file)}\n${sentence(told, say)}\n${next === null ? '' : `${next}\n`}${below}`;
}

/** Of a stack: how many are what, the gravest first, and where each of the grave ones is. */
export function inAll(all: readonly Told[], say: Said): string {
  const said = new Map<string, string[]>();
  const order = [...all].sort((a, b) => gravity(b.found.verdict) - gravity(a.found.verdict));
  for (const told of order) {
    const of = say.words.verdicts[told.found.verdict];
    said.set(of, [...(said.get(of) ?? []), visible(told.file)]);
  }
  const fine = say.words.verdicts.genuine;
  const lines = [...said].map(([of, files]) => {
    const which = of === fine || files.length > MOST_NAMED ? '' : `: ${files.join(', ')}`;
    return `  ${say.words.howMany.archive(files.length, all.length)} · ${of}${which}\n`;
  });
  return `${say.total}\n${lines.join('')}`;
}
const MOST_NAMED = 10;

/** The sentence of a verdict, in the language asked for. */
function sentence({ found, claimed }: Pick<Told, 'found' | 'claimed'>, { words, unreadable }: Said): string {
  if (claimed !== undefined) return claimSentence(claimed, words);
  const isUnreadable = found.fragments.some(({ code }) => code === 'unreadable');
  return isUnreadable ? unreadable : verdictSentence(found, words);
}

const nextOf = ({ found, claimed }: Pick<Told, 'found' | 'claimed'>, { words }: Said): string | null =>
  claimed === undefined ? nextStep(found, words) : claimNextStep(claimed, words);

/** What stands beside the words of a verdict, in both languages. */
interface Said {
  readonly words: VerdictWords;
  readonly unreadable: string;
  readonly loggedBy: (seconds: number) => string;
  readonly statusAsOf: (seconds: number) => string;
  readonly compare: string;
  readonly born: string;
  readonly classOf: (grade: number, schoolYear: string, schoolCode: string) => string;
  readonly result: string;
  readonly total: string;
  /** Of a folder's other files: whoever reads on must not take them for verified. */
  readonly passedOver: (count: number) => string;
}

const inVietnam = (seconds: number, language: string): string =>
  new Date(seconds * 1000).toLocaleString(language, { timeZone: 'Asia/Ho_Chi_Minh' });

export const SAID: Readonly<Record<Language, Said>> = {
  vi: {
    words: vi,
    unreadable: 'Không đọc được tệp',
    loggedBy: (at) => `Đã có trong nhật ký trước ${inVietnam(at, 'vi-VN')}`,
    statusAsOf: (at) => `Tình trạng tính đến ${inVietnam(at, 'vi-VN')}`,
    compare: 'Hãy so từng dòng dưới đây với bản in:',
    born: 'sinh ngày',
    classOf: (grade, schoolYear, schoolCode) =>
      `Lớp ${grade}, năm học ${schoolYear}, mã trường ${schoolCode}`,
    result: 'Kết quả giáo dục',
    total: 'Tất cả',
    passedOver: (count) => `Không xem ${count} tệp khác trong thư mục (không phải .xml, .pdf, .zip).\n`,
  },
  en: {
    words: en,
    unreadable: 'The file cannot be read',
    loggedBy: (at) => `In the log before ${inVietnam(at, 'en-GB')}`,
    statusAsOf: (at) => `Status as of ${inVietnam(at, 'en-GB')}`,
    compare: 'Compare each line below with the print:',
    born: 'born on',
    classOf: (grade, schoolYear, schoolCode) =>
      `Grade ${grade}, school year ${schoolYear}, school ${schoolCode}`,
    result: 'Result (as printed)',
    total: 'In all',
    passedOver: (count) => `Not looked at: ${count} other files of the folder (not .xml, .pdf, .zip).\n`,
  },
};

/** The words of a claim, for the eye to compare with the print. */
function claimText(claim: ClaimContent, found: ClaimFinding | undefined, say: Said): string {
  const day = (date: string): string => date.split('-').reverse().join('/');
  const { grade, schoolYear, subjects, traits } = claim;
  const rows = [
    ...subjectsOf(grade).map(({ code, name }) => {
      const of = subjects[code];
      const shown = subjectNameIn(code, grade, schoolYear) ?? name;
      return of === undefined
        ? null
        : `${shown}: ${[of.level, of.mark].filter((v) => v !== undefined).join(' ')}`;
    }),
    ...traitsOf(grade).map(({ code, name }) => {
      const level = traits[code];
      return level === undefined ? null : `${name}: ${level}`;
    }),
  ].filter((row) => row !== null);
  const school = found !== undefined && 'schoolName' in found ? ` (${visible(found.schoolName)})` : '';
  const head = [
    say.compare,
    `${claim.fullName}, ${say.born} ${day(claim.birthDate)}`,
    `${say.classOf(grade, schoolYear, claim.schoolCode)}${school}`,
    `${say.result}: ${RESULT_NAMES[claim.result]}`,
  ];
  return [...head, ...rows].map((line) => `    ${line}\n`).join('');
}
