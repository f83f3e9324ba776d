import { subjectOf } from '../codes/subjects.ts';
import { traitOf } from '../codes/traits.ts';
import type { OverallResult, SubjectCode, TraitCode } from '../model.ts';
import type { AwardTitle, RuleSet } from './ruleset.ts';

/** What a title beyond the result rests on (TT 27/2020 Điều 13 khoản 1 điểm a). */
export interface AwardGrounds {
  /** Subjects with an outstanding achievement. */
  readonly subjects: readonly SubjectCode[];
  /** Qualities and competences with clear progress. */
  readonly traits: readonly TraitCode[];
  readonly recognisedByClass: boolean;
}

/** A reward outside the titles. */
export interface OtherReward {
  /** `sudden` and `higher` are rewards and recorded; a `letter` (thư khen) is none and stays out of the record. */
  readonly kind: 'sudden' | 'higher' | 'letter';
  readonly text: string;
  /** Day on which it was given, ISO date. */
  readonly givenOn: string;
}

export interface AwardInput {
  readonly result: OverallResult | null;
  readonly grounds?: AwardGrounds;
  readonly others?: readonly OtherReward[];
  /** First and last day of the school year: only rewards given in it are written. */
  readonly year?: { readonly from: string; readonly until: string };
}

export interface AwardProposal {
  /** The title that is due: HS Xuất sắc by the result alone, HS Tiêu biểu only with its grounds. */
  readonly title: AwardTitle | null;
  /** A title that the result would allow but that lacks something, with what it lacks. */
  readonly open: { readonly title: AwardTitle; readonly lacking: readonly string[] } | null;
  /** §5 of the form; absent where there is nothing to write. */
  readonly award?: string;
  readonly suddenAward?: string;
}

/** What a title still lacks, as phrases; empty if it may be given to a pupil with its result. */
export function lackingGrounds(title: AwardTitle, grounds: AwardGrounds | undefined): string[] {
  if (!title.needsGrounds) return [];
  const merit = (grounds?.subjects.length ?? 0) + (grounds?.traits.length ?? 0) > 0;
  return [
    ...(merit ? [] : ['thành tích nổi bật ở một môn học hoặc tiến bộ rõ rệt ở một phẩm chất, năng lực']),
    ...(grounds?.recognisedByClass ? [] : ['sự công nhận của tập thể lớp']),
  ];
}

/** The grounds as a phrase for minutes: `môn Toán; phẩm chất, năng lực Chăm chỉ`. */
export function groundsText(grounds: AwardGrounds): string {
  const subjects = grounds.subjects.map((s) => subjectOf(s).name).join(', ');
  const traits = grounds.traits.map((t) => traitOf(t).name).join(', ');
  return [
    ...(subjects ? [`môn ${subjects}`] : []),
    ...(traits ? [`phẩm chất, năng lực ${traits}`] : []),
  ].join('; ');
}

/** Whether a text speaks of a letter of praise, which is not recorded. */
export function namesLetter(text: string): boolean {
  return /(?:^|[^\p{L}])thư\s+khen(?:$|[^\p{L}])/iu.test(text.normalize('NFC'));
}

/** What §5 of the form holds by Điều 13: the title due, then rewards of the year from above; sudden ones apart. */
export function proposeAwards(set: RuleSet, input: AwardInput): AwardProposal {
  const allowed = set.awards.find((a) => a.result === input.result);
  const lacking = allowed ? lackingGrounds(allowed, input.grounds) : [];
  const title = allowed && lacking.length === 0 ? allowed : null;
  const { year } = input;
  const given = (input.others ?? []).filter(
    (o) => year === undefined || (year.from <= o.givenOn && o.givenOn <= year.until),
  );
  const texts = (kind: OtherReward['kind']): string[] =>
    given.filter((o) => o.kind === kind).map((o) => o.text.trim());
  const award = [...(title ? [`Đạt danh hiệu ${title.title}`] : []), ...texts('higher')].join('\n');
  const suddenAward = texts('sudden').join('\n');
  return {
    title,
    open: allowed && lacking.length > 0 ? { title: allowed, lacking } : null,
    ...(award ? { award } : {}),
    ...(suddenAward ? { suddenAward } : {}),
  };
}
