import type { ClassTableForm, SignerRole } from '@hocba/record';
import { signingTime } from '../dates.ts';
import { FormError } from '../error.ts';
import { formText } from '../form-text.ts';
import { shownImage } from '../signature-image.ts';
import type { ClassTableSignature } from './input.ts';

/** Signatures where the table shows them: homeroom, head and seal once each; subject teachers with what they sign for. */
export function tableSignatures(signatures: readonly ClassTableSignature[], form: ClassTableForm) {
  return {
    homeroomTeacher: only(signatures, 'homeroomTeacher'),
    principal: only(signatures, 'principal'),
    seal: only(signatures, 'schoolSeal'),
    subjectTeachers: signatures
      .filter((s) => s.role === 'subjectTeacher')
      .map((s) => ({ ...shown(s), subjects: subjectNames(s, form) })),
  };
}

/** The one signed thing of the document. */
export const TABLE = 'table';

function shown(signature: ClassTableSignature) {
  return {
    name: formText(signature.name),
    time: signingTime(signature.time),
    image: shownImage(TABLE, signature),
  };
}

function only(signatures: readonly ClassTableSignature[], role: SignerRole) {
  const [first, ...more] = signatures.filter((s) => s.role === role);
  if (more.length > 0) throw new FormError('input-invalid', 'a role that signs once signs twice');
  return first === undefined ? null : shown(first);
}

function subjectNames(signature: ClassTableSignature, form: ClassTableForm): string {
  const names = form.subjects.filter((s) => signature.subjects?.includes(s.code)).map((s) => s.label);
  if (names.length === 0 || names.length !== signature.subjects?.length) {
    throw new FormError('input-invalid', 'a signer teaches no subject of the table');
  }
  return names.join(', ');
}
