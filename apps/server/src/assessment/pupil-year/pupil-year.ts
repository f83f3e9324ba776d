import type {
  AwardProposal,
  CellItem,
  Grade,
  OverallResult,
  PeriodAssessment,
  ProposeOptions,
  RuleSet,
  SignerIdentity,
  StudyYear,
  SubjectCode,
  TraitGroup,
} from '@hocba/record';
import type { YearLocks } from '../../roster/year-locks.ts';
import type { EnrolledPupil } from '../periods/class-data.ts';
import type { OfficeFault } from './noted-office.ts';
import type { YearPart } from './noted-years.ts';
import type { PupilAwards } from './pupil-awards.ts';

/** What is known of a class's pupils and their year; loaded by `pupil-years.ts`. */
export interface PupilYears {
  readonly ruleSet: RuleSet;
  readonly classId: string;
  readonly className: string;
  readonly grade: Grade;
  readonly schoolYear: string;
  /** Planned issue date of the school year, ISO. */
  readonly plannedIssueDate: string;
  /** First day of the school year, ISO. */
  readonly startsOn: string;
  readonly locks: YearLocks;
  readonly school: SchoolFacts;
  /** null while nobody is named. */
  readonly homeroomTeacher: StaffFacts | null;
  readonly principal: StaffFacts | null;
  /** Who teaches what; a subject without an entry has no teacher. */
  readonly teachers: ReadonlyMap<SubjectCode, StaffFacts>;
  /** What of all this is not as the audit trail has noted it. */
  readonly notNoted: readonly OfficeFault[];
  readonly pupils: readonly PupilYear[];
}

export interface SchoolFacts {
  readonly code: string;
  readonly name: string;
  readonly provinceOfficeCode: string;
  readonly provinceOfficeName: string;
  readonly communeName: string;
  readonly districtName: string | null;
  readonly provinceName: string;
  readonly issuePlace: string;
  readonly taxCode: string;
  readonly training: boolean;
  /** Profile of the records that the school makes. */
  readonly profile: string;
}

export interface StaffFacts extends SignerIdentity {
  readonly staffId: string;
}

export interface PupilYear extends EnrolledPupil {
  readonly frozen: boolean;
  /** Items of the end of the year whose stored value is not what its newest act says. */
  readonly withoutAct: readonly string[];
  /** Parts of the year, beside cells, whose rows are not as the audit trail has noted them. */
  readonly notNoted: readonly YearPart[];
  readonly personalId: string | null;
  readonly registerNumber: string | null;
  readonly sex: 'male' | 'female' | null;
  readonly birthDate: string | null;
  readonly birthPlace: string | null;
  readonly homeTown: string | null;
  readonly address: string | null;
  readonly ethnicity: string | null;
  readonly nationality: string | null;
  readonly fatherName: string | null;
  readonly motherName: string | null;
  /** The paper that says why there is no mother to name. */
  readonly motherAbsence: string | null;
  readonly guardianName: string | null;
  /** Every year at this school up to this one, the oldest first. */
  readonly studyYears: readonly StudyYear[];
  readonly assessment: PeriodAssessment;
  /** What the school has decided about electives, and the cells that a plan lifts for this pupil. */
  readonly options: ProposeOptions;
  /** Cells of the end of the year that may be assessed again in summer, and whether any was. */
  readonly toReassess: ReadonlySet<CellItem>;
  readonly reassessed: boolean;
  /** Filled cells of the year by item: effective attempts, with what the summer has changed. */
  readonly values: ReadonlyMap<CellItem, string>;
  readonly comments: {
    readonly subjects: Partial<Record<SubjectCode, string>>;
    readonly traits: Partial<Record<TraitGroup, string>>;
    readonly homeroom: string | null;
  };
  readonly heightCm: number | null;
  readonly weightKg: number | null;
  readonly absentExcused: number | null;
  readonly absentUnexcused: number | null;
  /** §5 of the form: what acts and cells come to. */
  readonly award: string | null;
  readonly suddenAward: string | null;
  /** The cell alone, as the homeroom teacher wrote it. */
  readonly writtenAward: string | null;
  readonly awards: PupilAwards;
  /** The title that is due, and one that the result allows and that lacks something. */
  readonly titles: Pick<AwardProposal, 'title' | 'open'>;
  readonly conclusion: Conclusion;
}

/** What persons have decided. `completed` and `promoted` follow from the result unless the principal had to decide. */
export interface Conclusion {
  readonly result: OverallResult | null;
  /** Why the result was stated, where somebody said so. */
  readonly reason: string | null;
  readonly completed: boolean | null;
  readonly promoted: boolean | null;
  /** True when the principal has decided (TT 27/2020 Điều 11 khoản 3). */
  readonly promotionDecided: boolean;
  readonly completionText: string | null;
}
