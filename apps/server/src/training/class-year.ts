import {
  type CellItem,
  type Grade,
  isTested,
  proposeResult,
  type SentenceWish,
  type SubjectLevel,
  sentencesFor,
  subjectsOf,
  TRAIT_GROUPS,
  type TraitCode,
  type TraitLevel,
  TT27_2020,
  traitsOf,
} from '@hocba/record';
import { assessmentOf } from '../assessment/pupil-year/year-cells.ts';
import { inventName, inventPersonalId, type Sex } from './people.ts';
import type { SeededRandom } from './random.ts';

export interface TrainingPupil {
  readonly pupilId: string;
  /** The pupil's own, which in a combined class is not everybody's. */
  readonly grade: Grade;
  readonly pupilCode: string;
  readonly fullName: string;
  readonly sex: Sex;
  readonly birthDate: string;
  readonly personalId: string | null;
  readonly registerNumber: string;
  readonly fatherName: string | null;
  readonly motherName: string | null;
  /** Cells of the end of the year, filled as far as the class has come. */
  readonly cells: ReadonlyMap<CellItem, string>;
}

/** How far a class has come: probability that a cell of each kind is filled. */
export interface Progress {
  readonly subjects: number;
  readonly comments: number;
  readonly homeroom: number;
  /** Pupils with a planted gap or contradiction. */
  readonly planted: number;
  /** Probability that a pupil's identity number or mother's name lacks. */
  readonly missingFacts: number;
}

export const PUPILS = 35;

/**
 * Invents a class's pupils with their year.
 * @param place.gradeAt grade of the pupil of a place in the list, counted from 1
 */
export function inventClass(
  random: SeededRandom,
  place: { readonly gradeAt: (ordinal: number) => Grade; readonly nth: number },
  progress: Progress,
): TrainingPupil[] {
  const taken = new Set<string>();
  const planted = Array.from({ length: progress.planted }, () => random.whole(3, PUPILS - 1));
  return Array.from({ length: PUPILS }, (_, i): TrainingPupil => {
    const grade = place.gradeAt(i + 1);
    const sex: Sex = random.chance(0.48) ? 'female' : 'male';
    const birthYear = 2025 - 5 - grade;
    const serial = place.nth * 100 + i + 1;
    const cells = inventYear(random, grade, i, progress);
    planted.forEach((at, kind) => {
      if (at === i) plant(kind, grade, cells);
    });
    return {
      pupilId: random.uuid(),
      grade,
      pupilCode: `TM25${String(serial).padStart(6, '0')}`,
      fullName: inventName(random, sex, taken),
      sex,
      birthDate: `${birthYear}-${two(random.whole(1, 12))}-${two(random.whole(1, 28))}`,
      personalId: random.chance(progress.missingFacts) ? null : inventPersonalId(sex, birthYear, serial),
      registerNumber: String(serial),
      fatherName: random.chance(0.95) ? inventName(random, 'male', taken) : null,
      motherName: random.chance(progress.missingFacts) ? null : inventName(random, 'female', taken),
      cells,
    };
  });
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}

/** A pupil's year. How well it goes is one number, so that levels, marks and traits fit together. */
function inventYear(
  random: SeededRandom,
  grade: Grade,
  nth: number,
  progress: Progress,
): Map<CellItem, string> {
  const strength = random.fraction();
  const cells = new Map<CellItem, string>();
  const put = (item: CellItem, probability: number, value: string) => {
    // The draw is made in any case, so that another progress changes nothing else of the class.
    if (random.fraction() < probability) cells.set(item, value);
  };
  for (const subject of subjectsOf(grade).filter((s) => s.grades.includes(grade))) {
    const level = levelOf(random, strength);
    put(`${subject.code}.level`, progress.subjects, level);
    if (isTested(subject.code, grade, 'CN')) {
      put(`${subject.code}.mark`, progress.subjects, String(markOf(random, level, strength)));
    }
    const comment = commentFor({ item: `${subject.code}.comment`, grade, level }, nth);
    put(`${subject.code}.comment`, progress.comments, comment);
  }
  const traits: Partial<Record<TraitCode, TraitLevel>> = {};
  for (const trait of traitsOf(grade)) {
    const level = traitOf(random, strength);
    traits[trait.code] = level;
    put(`${trait.code}.level`, progress.homeroom, level);
  }
  for (const group of TRAIT_GROUPS) {
    const comment = commentFor({ item: `${group}.comment`, grade, traits }, nth);
    put(`${group}.comment`, progress.homeroom, comment);
  }
  const result = proposeResult(TT27_2020, assessmentOf(grade, cells)).result ?? 'HT';
  put('HOMEROOM.comment', progress.homeroom, commentFor({ item: 'HOMEROOM.comment', grade, result }, nth));
  put('HEIGHT.number', progress.homeroom, String(108 + grade * 5 + random.whole(0, 12)));
  put('WEIGHT.number', progress.homeroom, String(15 + grade * 3 + random.whole(0, 8)));
  put('ABSENT_EXCUSED.count', progress.homeroom, String(random.chance(0.6) ? 0 : random.whole(1, 6)));
  put('ABSENT_UNEXCUSED.count', progress.homeroom, String(random.chance(0.95) ? 0 : 1));
  return cells;
}

function levelOf(random: SeededRandom, strength: number): SubjectLevel {
  if (strength > 0.5) return 'T';
  if (strength < 0.03) return random.chance(0.3) ? 'C' : 'H';
  return random.chance(0.45 + strength) ? 'T' : 'H';
}

function markOf(random: SeededRandom, level: SubjectLevel, strength: number): number {
  if (level === 'C') return random.whole(3, 4);
  if (level === 'H') return random.whole(5, 8);
  return strength > 0.72 ? random.whole(9, 10) : random.whole(7, 10);
}

function traitOf(random: SeededRandom, strength: number): TraitLevel {
  if (strength > 0.5) return 'T';
  return random.chance(0.5 + strength) ? 'T' : 'Đ';
}

/** A sentence that fits, further down the class two of them, so that few pupils share one. */
function commentFor(wish: SentenceWish, nth: number): string {
  const bank = sentencesFor(wish);
  if (bank.length === 0) return '';
  const round = Math.floor(nth / bank.length);
  const first = nth * 7 + 3;
  const chosen = round === 0 ? [first] : [first, first + round];
  return chosen.map((at) => bank[at % bank.length]?.text ?? '').join(' ');
}

/** One thing to find: a mark that lacks, a level beside a mark that does not fit it, a trait that lacks. */
function plant(kind: number, grade: Grade, cells: Map<CellItem, string>): void {
  switch (kind % 3) {
    case 0:
      cells.delete('TOAN.mark');
      break;
    case 1:
      if (cells.has('TV.level')) {
        cells.set('TV.level', 'T');
        cells.set('TV.mark', '4');
      }
      break;
    default:
      cells.delete(`${traitsOf(grade)[0]?.code ?? 'YEU_NUOC'}.level`);
  }
}
