import type { CellItem, OverallResult, PeriodAssessment, SubjectCode, TraitGroup } from '../model.ts';
import type { AwardGrounds } from '../rules/awards.ts';
import type { RuleSet } from '../rules/ruleset.ts';
import type { ProposeOptions } from '../rules/shortfall.ts';

/** What is known of who the pupil is. An empty text is a missing one. */
export interface CheckedPupil {
  readonly fullName?: string;
  readonly personalId?: string;
  readonly pupilCode?: string;
  readonly registerNumber?: string;
  readonly sex?: 'male' | 'female';
  /** ISO date. */
  readonly birthDate?: string;
  readonly birthPlace?: string;
  readonly homeTown?: string;
  readonly address?: string;
  readonly ethnicity?: string;
  readonly nationality?: string;
  readonly motherName?: string;
  /** The paper that says why there is no mother to name; then `motherName` may be absent. */
  readonly motherAbsence?: string;
}

export interface CheckedComments {
  readonly subjects: Partial<Record<SubjectCode, string>>;
  readonly traits: Partial<Record<TraitGroup, string>>;
  readonly homeroom?: string;
}

/** What the homeroom teacher, a sheet or the principal has stated. An absent key is not checked. */
export interface StatedConclusion {
  readonly result?: OverallResult;
  readonly completed?: boolean;
  readonly promoted?: boolean;
  readonly completionText?: string;
  readonly award?: string;
  /** What a title was given for, where the school keeps it; a title that needs grounds is then checked for them. */
  readonly awardGrounds?: AwardGrounds;
}

/**
 * A pupil's year as far as the caller knows it. A part that is left out is not checked at all (a class sheet has no
 * identity numbers); within a part that is given, what lacks is missing. A freeze gives every part.
 */
export interface PupilYearCheck {
  readonly ruleSet: RuleSet;
  /** Day by which rules are in force (ISO date); the last day of the school year if absent. */
  readonly day?: string;
  /** `2025-2026`; needed to judge the birth date and which rules are in force. */
  readonly schoolYear?: string;
  readonly assessment: PeriodAssessment;
  readonly options?: ProposeOptions;
  /** Cells that hold something `parseCell` refuses: told as such and not as missing. */
  readonly unreadable?: readonly { readonly item: CellItem; readonly raw: string }[];
  readonly pupil?: CheckedPupil;
  readonly comments?: CheckedComments;
  readonly body?: { readonly heightCm?: number; readonly weightKg?: number };
  readonly absences?: { readonly excused?: number; readonly unexcused?: number };
  readonly stated?: StatedConclusion;
  /** Full names of the other pupils of the class, to find a comment that was meant for somebody else. */
  readonly classmates?: readonly string[];
}
