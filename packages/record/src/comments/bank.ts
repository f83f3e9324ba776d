import { partsOf } from '../codes/items.ts';
import { traitsOf } from '../codes/traits.ts';
import { RESULTS } from '../codes/words.ts';
import type {
  CellItem,
  Grade,
  OverallResult,
  SubjectCode,
  SubjectLevel,
  TraitCode,
  TraitGroup,
  TraitLevel,
} from '../model.ts';
import { ARTS_AND_BODY } from './bank/arts-and-body.ts';
import { COMPETENCE_SENTENCES } from './bank/competences.ts';
import { HOMEROOM_SENTENCES } from './bank/homeroom.ts';
import { LANGUAGES } from './bank/languages.ts';
import { MATHEMATICS } from './bank/mathematics.ts';
import { QUALITY_SENTENCES } from './bank/qualities.ts';
import { SCIENCES } from './bank/sciences.ts';
import type { SubjectBand } from './bank/sentence.ts';
import { SOCIETY } from './bank/society.ts';
import { TECHNOLOGY } from './bank/technology.ts';
import { VIETNAMESE } from './bank/vietnamese.ts';

/** One sentence of the national starter. */
export interface BankSentence {
  /** Short and fixed, to be typed or kept: `TV.1.T.3` is the third of Tiếng Việt grade 1, level T. */
  readonly code: string;
  /** The column that it is for. */
  readonly item: CellItem;
  readonly grades: readonly Grade[];
  /** A subject's level, a trait's level, or a result for the homeroom teacher's comment. */
  readonly level: SubjectLevel | TraitLevel | OverallResult;
  readonly subject?: SubjectCode;
  readonly trait?: TraitCode;
  readonly text: string;
}

const ALL: readonly Grade[] = [1, 2, 3, 4, 5];
const BANDS: readonly SubjectBand[] = [
  ...VIETNAMESE,
  ...MATHEMATICS,
  ...LANGUAGES,
  ...SCIENCES,
  ...TECHNOLOGY,
  ...SOCIETY,
  ...ARTS_AND_BODY,
];
const SUBJECT_LEVELS: readonly SubjectLevel[] = ['T', 'H', 'C'];
const TRAIT_LEVELS: readonly TraitLevel[] = ['T', 'Đ', 'C'];

const TRAITS_OF: ReadonlyMap<string, { readonly group: TraitGroup; readonly grades: readonly Grade[] }> =
  new Map(traitsOf(5).map((t) => [t.code, { group: t.group, grades: t.grades }]));

function ofSubjects(): BankSentence[] {
  return BANDS.flatMap(({ subject, grades, sentences }) =>
    SUBJECT_LEVELS.flatMap((level) =>
      sentences[level].map((text, i) => ({
        code: `${subject}.${grades.join('')}.${level}.${i + 1}`,
        item: `${subject}.comment` as const,
        grades,
        level,
        subject,
        text,
      })),
    ),
  );
}

function ofTraits(): BankSentence[] {
  return [...QUALITY_SENTENCES, ...COMPETENCE_SENTENCES].flatMap(({ trait, sentences }) => {
    const known = TRAITS_OF.get(trait);
    if (!known) throw new RangeError('unknown trait in the bank');
    return TRAIT_LEVELS.flatMap((level) =>
      sentences[level].map((text, i) => ({
        code: `${trait}.${level}.${i + 1}`,
        item: `${known.group}.comment` as const,
        grades: known.grades,
        level,
        trait,
        text,
      })),
    );
  });
}

function ofHomeroom(): BankSentence[] {
  return RESULTS.flatMap((level) =>
    HOMEROOM_SENTENCES[level].map((text, i) => ({
      code: `CN.${level}.${i + 1}`,
      item: 'HOMEROOM.comment' as const,
      grades: ALL,
      level,
      text,
    })),
  );
}

/** The national starter of sentences: subject × grades × level, qualities, competences, the year as a whole. */
export const COMMENT_BANK: readonly BankSentence[] = [...ofSubjects(), ...ofTraits(), ...ofHomeroom()];

/** What is known of the pupil beside the comment: only fitting sentences are offered. */
export interface SentenceWish {
  readonly item: CellItem;
  readonly grade: Grade;
  /** Level of the subject. */
  readonly level?: SubjectLevel;
  /** Levels of the block's traits: a sentence is offered when its trait has its level. */
  readonly traits?: Partial<Record<TraitCode, TraitLevel>>;
  readonly result?: OverallResult;
}

/** The sentences that fit a pupil's cell, in the order of the bank. What is not known does not restrict. */
export function sentencesFor(wish: SentenceWish): BankSentence[] {
  const { kind } = partsOf(wish.item);
  const stated = (s: BankSentence): string | undefined => {
    if (kind === 'subjectComment') return wish.level;
    if (kind === 'traitComment') return s.trait === undefined ? undefined : wish.traits?.[s.trait];
    return wish.result;
  };
  return COMMENT_BANK.filter((s) => {
    if (s.item !== wish.item || !s.grades.includes(wish.grade)) return false;
    const level = stated(s);
    return level === undefined ? wish.traits === undefined || kind !== 'traitComment' : s.level === level;
  });
}

/**
 * The grades that share sentences with this one in a column: a subject's band, all grades of a trait's block that the
 * grade has, all grades for the year as a whole. Where a teacher's or a school's own sentence is offered again.
 * @returns only the grade itself where the bank has no sentence for it
 */
export function bandOf(item: CellItem, grade: Grade): readonly Grade[] {
  const there = COMMENT_BANK.filter((s) => s.item === item && s.grades.includes(grade));
  const found = new Set(there.flatMap((s) => s.grades));
  return found.size === 0 ? [grade] : ALL.filter((g) => found.has(g));
}

/** A sentence by its code, undefined if the bank has none. */
export function sentenceOf(code: string): BankSentence | undefined {
  return COMMENT_BANK.find((s) => s.code === code);
}
