import type {
  Grade,
  OverallResult,
  RecordDocument,
  SubjectCode,
  SubjectLevel,
  TraitCode,
  TraitLevel,
} from '@hocba/record';

/** What the QR of a print claims, so that paper and issue can be compared without a network. No number of identity, no address. */
export interface ClaimContent {
  readonly training: boolean;
  readonly fullName: string;
  /** `YYYY-MM-DD`, as all dates here. */
  readonly birthDate: string;
  /** `2025-2026` */
  readonly schoolYear: string;
  readonly grade: Grade;
  readonly schoolCode: string;
  readonly issueDate: string;
  readonly subjects: Readonly<
    Partial<Record<SubjectCode, { readonly level: SubjectLevel; readonly mark?: number }>>
  >;
  readonly traits: Readonly<Partial<Record<TraitCode, TraitLevel>>>;
  readonly result: OverallResult;
  readonly completed: boolean;
  readonly promoted: boolean;
}

/** The claim of one record as issued. */
export function claimContentOf(doc: RecordDocument): ClaimContent {
  return {
    training: doc.training,
    fullName: doc.pupil.fullName,
    birthDate: doc.pupil.birthDate,
    schoolYear: doc.schoolYear,
    grade: doc.grade,
    schoolCode: doc.school.code,
    issueDate: doc.issueDate,
    subjects: Object.fromEntries(
      doc.subjects.map(({ subject, level, mark }) => [
        subject,
        { level, ...(mark === undefined ? {} : { mark }) },
      ]),
    ),
    traits: { ...doc.traits },
    result: doc.result,
    completed: doc.completed,
    promoted: doc.promoted,
  };
}

/** A field in which claim and record say different things: the content's own names, `subjects.TOAN`, `traits.YEU_NUOC`. */
export type ClaimDifference = keyof ClaimContent | `subjects.${SubjectCode}` | `traits.${TraitCode}`;

/** @returns every field in which the two differ, in the order of the form; empty where print and issue are one */
export function claimDifferences(claim: ClaimContent, issued: ClaimContent): ClaimDifference[] {
  const found: ClaimDifference[] = [];
  for (const field of SCALARS) if (claim[field] !== issued[field]) found.push(field);
  for (const code of keysOf(claim.subjects, issued.subjects)) {
    const [a, b] = [claim.subjects[code], issued.subjects[code]];
    if (a?.level !== b?.level || a?.mark !== b?.mark) found.push(`subjects.${code}`);
  }
  for (const code of keysOf(claim.traits, issued.traits)) {
    if (claim.traits[code] !== issued.traits[code]) found.push(`traits.${code}`);
  }
  return found;
}

const SCALARS = [
  'training',
  'fullName',
  'birthDate',
  'schoolYear',
  'grade',
  'schoolCode',
  'issueDate',
  'result',
  'completed',
  'promoted',
] as const;

function keysOf<K extends string>(
  a: Readonly<Partial<Record<K, unknown>>>,
  b: Readonly<Partial<Record<K, unknown>>>,
): K[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])] as K[];
}
