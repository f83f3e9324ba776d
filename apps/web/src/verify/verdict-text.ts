import { RESULT_NAMES } from '@hocba/record';
import {
  endedSentence,
  type FileVerdict,
  fragmentSentence,
  nextStep,
  trustSentence,
  verdictSentence,
} from '@hocba/verify';
import { clock } from '../words/clock.ts';
import { checkedAt } from './keep.tsx';
import { statusDay } from './status-day.ts';
import { verdictWords, words } from './words.ts';

/** A file's verdict with what is needed to check the same file again. */
export interface Checked {
  readonly name: string;
  readonly found: FileVerdict;
  /** When it was checked. */
  readonly at: Date;
  /** SHA-256 of the file as it was chosen, hexadecimal; none of what was not read, or of several. */
  readonly digest?: string;
}

/** What a verdict says of the file itself: of which octets, when and where, and by which entry of which log. */
export function evidenceOf({ found, at, digest }: Checked): string[] {
  const { logOrigin, leafIndex } = found;
  return [
    checkedAt(clock(at.toISOString())),
    ...(digest === undefined ? [] : [words.keep.digest(digest)]),
    ...(logOrigin === undefined || leafIndex === undefined ? [] : [words.keep.log(logOrigin, leafIndex)]),
  ];
}

/** The day of status and list. */
export function datesOf(found: FileVerdict): string[] {
  const list = trustSentence(found, verdictWords);
  return [
    ...(found.statusAsOf === undefined ? [] : [statusDay(found.statusAsOf)]),
    ...(list === null ? [] : [list]),
  ];
}

/** All that the page says of what was checked, for a mail: a line each. */
export function verdictText(all: readonly Checked[]): string {
  return [...all.map((one) => [...linesOf(one), ...evidenceOf(one)].join('\n')), words.keep.noProof].join(
    '\n\n',
  );
}

function linesOf({ name, found }: Pick<Checked, 'name' | 'found'>): string[] {
  const why = endedSentence(found, verdictWords);
  const next = nextStep(found, verdictWords);
  const { record, parts } = found;
  return [
    verdictSentence(found, verdictWords),
    [name, ...datesOf(found)].join(' · '),
    ...(why === null ? [] : [`${why}.`]),
    ...(next === null ? [] : [next]),
    ...(record === undefined
      ? []
      : [personOf(record), `${words.facts.result} ${RESULT_NAMES[record.result]}.`]),
    ...(parts?.flatMap((part) => ['', ...linesOf(part)]) ??
      found.fragments.map(
        (fragment) => `- ${words.states[fragment.state]} · ${fragmentSentence(fragment, verdictWords)}`,
      )),
  ];
}

const personOf = ({ pupil, className, schoolYear, school }: NonNullable<FileVerdict['record']>): string =>
  [
    pupil.fullName,
    words.facts.born(pupil.birthDate.split('-').reverse().join('/')),
    words.facts.className(className),
    words.facts.schoolYear(schoolYear),
    school.name,
  ].join(' · ');
