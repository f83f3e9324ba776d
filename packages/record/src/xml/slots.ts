import type { RecordDocument, SignerIdentity, SignerRole, SubjectCode } from '../model.ts';
import type { Profile, SlotSpec } from '../profile/profile.ts';
import { RecordWriteError } from './errors.ts';

/** One signature that the record needs, fixed at freeze. */
export interface SlotPlan {
  /** Id of the slot's element: `gvbm-1`, `gvcn`, `cbql`, `ky-phat-hanh`. */
  readonly slotId: string;
  readonly role: SignerRole;
  /** Place in the order of signing, from 0. */
  readonly order: number;
  readonly signer: SignerIdentity | RecordDocument['seal'];
  /** Subject teachers only: what the teacher answers for, in official order. */
  readonly subjects?: readonly SubjectCode[];
  /** Ids that the signature must cover: of elements, `annex`, or of earlier SignatureValues. */
  readonly references: readonly string[];
  /** Whether this signature is the one that carries the annex, and so signs it as a part of its own. */
  readonly carriesAnnex: boolean;
}

/** A subject teacher of the record with the subjects he or she answers for. */
export interface TeacherPart {
  readonly teacher: SignerIdentity;
  readonly subjects: readonly SubjectCode[];
}

/**
 * The record's subject teachers in the order of their first subject.
 * @throws RecordWriteError `teacher-differs` if one personal number stands beside two names or titles
 */
export function teacherParts(doc: RecordDocument): TeacherPart[] {
  const parts = new Map<string, { teacher: SignerIdentity; subjects: SubjectCode[] }>();
  for (const { subject, teacher } of doc.subjects) {
    const part = parts.get(teacher.personalId);
    if (!part) {
      parts.set(teacher.personalId, { teacher, subjects: [subject] });
      continue;
    }
    if (part.teacher.fullName !== teacher.fullName || part.teacher.title !== teacher.title) {
      throw new RecordWriteError('teacher-differs', `${subject}.teacher`);
    }
    part.subjects.push(subject);
  }
  return [...parts.values()];
}

/** Ids that stand in every slot, derived from the slot's own. */
export const slotIds = {
  signature: (slotId: string): string => `sig-${slotId}`,
  signatureValue: (slotId: string): string => `sv-${slotId}`,
} as const;

export const ANNEX_ID = 'annex';

interface Signing {
  readonly slotId: string;
  readonly spec: SlotSpec;
  readonly signer: SlotPlan['signer'];
  readonly subjects?: readonly SubjectCode[];
}

function signings(doc: RecordDocument, profile: Profile): Signing[] {
  return profile.slots.flatMap((spec): Signing[] => {
    if (spec.role === 'subjectTeacher') {
      return teacherParts(doc).map((part, i) => ({
        slotId: `${spec.id}${i + 1}`,
        spec,
        signer: part.teacher,
        subjects: part.subjects,
      }));
    }
    if (spec.optional && spec.role === 'homeroomTeacher' && doc.homeroomSigns === false) return [];
    const signer =
      spec.role === 'homeroomTeacher'
        ? doc.homeroomTeacher
        : spec.role === 'principal'
          ? doc.principal
          : doc.seal;
    return [{ slotId: spec.id, spec, signer }];
  });
}

/** Every signature that the record needs by its profile, in the order of signing. */
export function planSlots(doc: RecordDocument, profile: Profile): SlotPlan[] {
  const prefix = subjectIdPrefix(profile);
  const all = signings(doc, profile);
  return all.map(({ slotId, spec, signer, subjects }, order) => ({
    slotId,
    role: spec.role,
    order,
    signer,
    ...(subjects ? { subjects } : {}),
    references: spec.references.flatMap((rule): string[] => {
      if (rule.to === 'element') return [rule.id];
      if (rule.to === 'annex') return [ANNEX_ID];
      if (rule.to === 'ownSubjects') return (subjects ?? []).map((s) => `${prefix}${s}`);
      return all.slice(0, order).map((earlier) => slotIds.signatureValue(earlier.slotId));
    }),
    carriesAnnex: spec.carriesAnnex,
  }));
}

/** By profile, which never changes. */
const prefixes = new WeakMap<Profile, string>();

/** Prefix of the Ids of the mark table's lines. */
export function subjectIdPrefix(profile: Profile): string {
  const before = prefixes.get(profile);
  if (before !== undefined) return before;
  const search = (nodes: Profile['root']['children']): string | undefined => {
    for (const node of nodes) {
      if (node.kind === 'subjects') return node.idPrefix ?? '';
      const inner = node.kind === 'group' ? search(node.children) : undefined;
      if (inner !== undefined) return inner;
    }
    return undefined;
  };
  const prefix = search(profile.root.children) ?? '';
  prefixes.set(profile, prefix);
  return prefix;
}

/** The slot's specification of a role. */
export function slotSpec(profile: Profile, role: SignerRole): SlotSpec | undefined {
  return profile.slots.find((s) => s.role === role);
}
