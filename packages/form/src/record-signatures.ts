import type { RecordDocument, SignerRole } from '@hocba/record';
import { FormError } from './error.ts';
import type { FormSignature } from './input.ts';

/** What the form needs of a signed slot, as `readRecord` of `@hocba/record` gives it. */
export interface SignedSlot {
  role: SignerRole;
  signingTime: string;
  personalId?: string | undefined;
  /** Of the certificate in the slot, where the caller has read it; a re-rendering needs the same. */
  certificate?: FormSignature['certificate'] | undefined;
}

/**
 * The signatures of a record as the form shows them, from its slots and the persons fixed at freeze. Issuing and verifying
 * both go this way, so that a re-rendering has the same bytes. Throws FormError `input-invalid` for a slot of nobody in the record.
 */
export function signaturesOf(doc: RecordDocument, slots: readonly SignedSlot[]): FormSignature[] {
  return slots.map(({ role, signingTime, personalId, certificate }) => {
    const proven = certificate === undefined ? {} : { certificate };
    if (role === 'schoolSeal') return { role, name: doc.seal.organisationName, time: signingTime, ...proven };
    const known =
      role === 'subjectTeacher'
        ? doc.subjects.map((s) => s.teacher)
        : [role === 'principal' ? doc.principal : doc.homeroomTeacher];
    const person = known.find((p) => p.personalId === personalId);
    if (person === undefined)
      throw new FormError('input-invalid', 'a slot is signed by nobody of the record');
    return {
      role,
      name: person.fullName,
      ...(person.title === undefined ? {} : { title: person.title }),
      time: signingTime,
      ...proven,
    };
  });
}
