import type { SignerRole, TraitCode, TraitGroup } from '../model.ts';
import type {
  DATE_FORMS,
  FREE_FORMS,
  MAP_NAMES,
  PLAIN_FIELDS,
  SUBJECT_FIELDS,
  YEAR_FIELDS,
} from './field-names.ts';

/** A datum of the whole record that has a tag of its own. */
export type RecordField = (typeof PLAIN_FIELDS)[number] | `trait.${TraitCode}` | `traitComment.${TraitGroup}`;

/** A datum of one school year that the pupil has been through. */
export type YearField = (typeof YEAR_FIELDS)[number];

/** A datum of one line of the mark table. */
export type SubjectField = (typeof SUBJECT_FIELDS)[number];

export type FieldKey = RecordField | YearField | SubjectField;

/** Values that are written through a table of the profile. */
export type MapName = (typeof MAP_NAMES)[number];

/**
 * How a value is written. `text` is one line, `lines` may have several; `date` and `birthDate` have the profile's date
 * forms; `measure` is a positive number with a dot and at most four decimals.
 */
export type FieldForm = MapName | (typeof FREE_FORMS)[number];

/** How a day is written: `dateForms` of a profile chooses one for birth dates and one for all others. */
export type DateForm = (typeof DATE_FORMS)[number];

export type FieldValue = string | number | boolean;

export interface FieldNode<K extends FieldKey = FieldKey> {
  readonly kind: 'field';
  readonly tag: string;
  readonly field: K;
  readonly form: FieldForm;
  /** An optional field without a value has no tag at all (null = omit the tag pair). */
  readonly required: boolean;
}

/** An element that holds others; always present, also when it is empty. */
export interface GroupNode {
  readonly kind: 'group';
  readonly tag: string;
  readonly id?: string;
  readonly children: readonly ProfileNode[];
}

/** A wrapper around one element per school year. */
export interface YearsNode {
  readonly kind: 'years';
  readonly tag: string;
  readonly item: string;
  readonly fields: readonly FieldNode<YearField>[];
}

/** A wrapper around one element per subject; with a prefix, each has the Id that its teacher's signature references. */
export interface SubjectsNode {
  readonly kind: 'subjects';
  readonly tag: string;
  readonly item: string;
  readonly idPrefix?: string;
  readonly fields: readonly FieldNode<SubjectField>[];
}

/** The place where the slots of a role are inserted: always the last in its group, empty at freeze. */
export interface SlotsNode {
  readonly kind: 'slots';
  readonly role: SignerRole;
}

export type ProfileNode = FieldNode | GroupNode | YearsNode | SubjectsNode | SlotsNode;

/** What a signature must cover. `element` names an Id of the data. */
export type ReferenceRule =
  | { readonly to: 'element'; readonly id: string }
  | { readonly to: 'ownSubjects' | 'annex' | 'earlierSignatures' };

export interface SlotSpec {
  readonly role: SignerRole;
  readonly tag: string;
  /** Id of the slot; with `many`, the part before the number. */
  readonly id: string;
  /** One slot per subject teacher instead of one in all. */
  readonly many: boolean;
  /** Tag of the signed time, and of the signer's personal number if the slot has one. */
  readonly timeTag: string;
  readonly personalIdTag?: string;
  /** The school may decide that this role does not sign (CV 2088: GVCN); never for the principal and the school. */
  readonly optional?: true;
  /** Whether its Signature carries the annex. */
  readonly carriesAnnex: boolean;
  readonly references: readonly ReferenceRule[];
}

/**
 * One version of a format of records: tags, order, wrappers, values, signers. A profile never changes once a record
 * names it; a new text of the ministry is a new profile.
 */
export interface Profile {
  readonly id: string;
  /** Value of the version field, which tells profile and training apart in the signed bytes. */
  readonly editions: { readonly real: string; readonly training: string };
  /** Circular as written, by rule set. */
  readonly circulars: Readonly<Record<string, string>>;
  /** The annex's words for training and for real data. */
  readonly modes: { readonly real: string; readonly training: string };
  /** Namespace of SigningTime within SignatureProperty. */
  readonly signingTimeNamespace: string;
  readonly dateForms: { readonly date: DateForm; readonly birthDate: DateForm };
  readonly values: Readonly<Record<MapName, readonly (readonly [FieldValue, string])[]>>;
  readonly root: GroupNode;
  /** In the order of signing. */
  readonly slots: readonly SlotSpec[];
}
