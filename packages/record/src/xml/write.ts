import { el, type RawXml, serialize } from '@hocba/xml';
import { SUBJECTS, subjectOf } from '../codes/subjects.ts';
import { traitsOf } from '../codes/traits.ts';
import type { RecordDocument, TraitCode } from '../model.ts';
import type { FieldKey, FieldNode, FieldValue, Profile, ProfileNode } from '../profile/profile.ts';
import { PROFILES, type Profiles, profileById } from '../profile/profiles.ts';
import { isRuleSetId } from '../rules/rule-set-ids.ts';
import { writeAnnex } from './annex.ts';
import { RecordWriteError } from './errors.ts';
import { type FieldTable, RECORD_FIELDS, SUBJECT_FIELDS, YEAR_FIELDS } from './fields.ts';
import { encodeValue } from './forms.ts';
import { planSlots, type SlotPlan, slotSpec } from './slots.ts';

/** A record as it is kept from the freeze on: bytes, never made again from tables. */
export interface FrozenRecord {
  readonly uuid: string;
  readonly profile: string;
  /** Canonical XML with the places of the slots empty. */
  readonly xml: Uint8Array;
  /** Canonical `ds:Object` element that the homeroom teacher's Signature will carry. */
  readonly annex: Uint8Array;
  readonly slots: readonly SlotPlan[];
}

/** What is to be written of a field; undefined for what nobody gave. */
type Said = (field: FieldKey) => FieldValue | undefined;

function writeField(profile: Profile, node: FieldNode, said: Said): RawXml[] {
  const value = said(node.field);
  if (value === undefined || value === '') {
    // An empty text is a datum that nobody gave, also where it may be absent: then it must be absent.
    if (node.required || value === '') throw new RecordWriteError('field-missing', node.field);
    return [];
  }
  const text = encodeValue(profile, node.form, value);
  if (text === undefined) throw new RecordWriteError('value-not-allowed', node.field);
  return [el(node.tag, null, text)];
}

function writeFields(profile: Profile, nodes: readonly FieldNode[], said: Said): RawXml[] {
  return nodes.flatMap((n) => writeField(profile, n, said));
}

const saidBy =
  <T, K extends FieldKey>(table: FieldTable<T, K>, of: T, profile: Profile): Said =>
  (field) =>
    table.get(field as K)?.(of, profile);

function writeNode(profile: Profile, doc: RecordDocument, said: Said, node: ProfileNode): RawXml[] {
  switch (node.kind) {
    case 'field':
      return writeField(profile, node, said);
    case 'group': {
      const children = node.children.flatMap((c) => writeNode(profile, doc, said, c));
      return [el(node.tag, node.id === undefined ? null : { Id: node.id }, ...children)];
    }
    case 'years':
      return [
        el(
          node.tag,
          null,
          ...doc.studyYears.map((y) =>
            el(node.item, null, ...writeFields(profile, node.fields, saidBy(YEAR_FIELDS, y, profile))),
          ),
        ),
      ];
    case 'subjects':
      return [
        el(
          node.tag,
          null,
          ...doc.subjects.map((s) =>
            el(
              node.item,
              node.idPrefix === undefined ? null : { Id: `${node.idPrefix}${s.subject}` },
              ...writeFields(profile, node.fields, saidBy(SUBJECT_FIELDS, s, profile)),
            ),
          ),
        ),
      ];
    case 'slots':
      return [];
  }
}

const OFFICIAL_ORDER = SUBJECTS.map((s) => s.code);

/** What no form of a single field can see: subjects in official order and of the grade, traits of the grade. */
function assertShape(doc: RecordDocument): void {
  doc.subjects.forEach((s, i) => {
    const before = doc.subjects[i - 1];
    if (before && OFFICIAL_ORDER.indexOf(before.subject) >= OFFICIAL_ORDER.indexOf(s.subject)) {
      throw new RecordWriteError('subject-order', s.subject);
    }
    const { grades, electiveIn } = subjectOf(s.subject);
    if (!grades.includes(doc.grade) && !electiveIn.includes(doc.grade)) {
      throw new RecordWriteError('subject-not-in-grade', s.subject);
    }
  });
  if (doc.subjects.length === 0) throw new RecordWriteError('field-missing', 'subjects');
  if (doc.studyYears.length === 0) throw new RecordWriteError('field-missing', 'studyYears');
  const traits = traitsOf(doc.grade).map((t) => t.code);
  for (const code of Object.keys(doc.traits) as TraitCode[]) {
    if (doc.traits[code] !== undefined && !traits.includes(code)) {
      throw new RecordWriteError('trait-not-in-grade', code);
    }
  }
}

/**
 * The profile of a document that its writer takes: one that is known, with a rule set that it has a circular for, subjects and
 * traits of the grade. Whether each value has its form is not said.
 * @throws RecordWriteError
 */
export function writableProfile(doc: RecordDocument, profiles: Profiles): Profile {
  const profile = profileById(doc.profile, profiles);
  if (!profile) throw new RecordWriteError('unknown-profile', 'profile');
  if (!isRuleSetId(doc.ruleSet) || profile.circulars[doc.ruleSet] === undefined) {
    throw new RecordWriteError('unknown-rule-set', 'ruleSet');
  }
  if (doc.homeroomSigns === false && slotSpec(profile, 'homeroomTeacher')?.optional !== true) {
    throw new RecordWriteError('value-not-allowed', 'homeroomSigns');
  }
  assertShape(doc);
  return profile;
}

/**
 * Makes the record's bytes, once. Text must be NFC, without blanks around it; an optional datum that nobody gave must
 * be absent, not empty. Whether levels, marks and result agree with the rules is `checkPupilYear`'s to say.
 * @param profiles those that may be written; the program's own unless a school has another (`parseProfile`)
 * @throws RecordWriteError
 */
export function freezeRecord(doc: RecordDocument, profiles: Profiles = PROFILES): FrozenRecord {
  const profile = writableProfile(doc, profiles);
  const [root] = writeNode(profile, doc, saidBy(RECORD_FIELDS, doc, profile), profile.root);
  if (!root) throw new RecordWriteError('unknown-profile', 'profile');
  return {
    uuid: doc.uuid,
    profile: profile.id,
    xml: serialize(root),
    annex: writeAnnex(doc, profile),
    slots: planSlots(doc, profile),
  };
}
