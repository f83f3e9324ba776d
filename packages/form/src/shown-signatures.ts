import type { RecordDocument, SignerRole } from '@hocba/record';
import { type SigningTime, signingTime } from './dates.ts';
import { FormError } from './error.ts';
import { formText } from './form-text.ts';
import type { FormSignature } from './input.ts';
import { type ShownImage, shownImage } from './signature-image.ts';

interface Shown {
  name: string;
  time: SigningTime;
  image: ShownImage | null;
}

/** Signatures where the form shows them: each once, in the role that the record gives. */
export function shownSignatures(doc: RecordDocument, signatures: readonly FormSignature[]) {
  return {
    homeroomTeacher: only(doc, signatures, 'homeroomTeacher'),
    principal: only(doc, signatures, 'principal'),
    seal: only(doc, signatures, 'schoolSeal'),
    subjectTeachers: subjectTeachers(doc, signatures),
    certificates: certificates(signatures),
  };
}

const CERTIFIED: readonly (readonly [SignerRole, string])[] = [
  ['homeroomTeacher', 'GVCN'],
  ['principal', 'Hiệu trưởng'],
  ['schoolSeal', 'Nhà trường'],
];

/** Certificates of homeroom teacher, head and school in this order, as a PDF of a record must name them. */
function certificates(signatures: readonly FormSignature[]) {
  return CERTIFIED.flatMap(([role, label]) => {
    const signature = signatures.find((s) => s.role === role);
    if (signature?.certificate === undefined) return [];
    const { issuer, serial } = signature.certificate;
    if (!/^[0-9a-f]{1,40}$/i.test(serial))
      throw new FormError('input-invalid', 'a serial number is not hexadecimal');
    return [
      { role: label, holder: formText(signature.name), issuer: formText(issuer), serial: formText(serial) },
    ];
  });
}

function shown(doc: RecordDocument, signature: FormSignature): Shown {
  return {
    name: formText(signature.name),
    time: signingTime(signature.time),
    image: shownImage(doc.uuid, signature),
  };
}

function only(doc: RecordDocument, signatures: readonly FormSignature[], role: SignerRole): Shown | null {
  const found = signatures.filter((s) => s.role === role);
  if (found.length > 1) throw new FormError('input-invalid', 'a role that signs once signs twice');
  return found[0] === undefined ? null : shown(doc, found[0]);
}

/** Teachers in the order of the subjects; each is shown with what he or she answers for. */
function subjectTeachers(doc: RecordDocument, signatures: readonly FormSignature[]) {
  const teachers = new Map<string, { fullName: string; subjects: string[]; taken: boolean }>();
  for (const { teacher, name } of doc.subjects) {
    const known = teachers.get(teacher.personalId);
    if (known === undefined) {
      teachers.set(teacher.personalId, { fullName: teacher.fullName, subjects: [name], taken: false });
    } else known.subjects.push(name);
  }
  return signatures
    .filter((s) => s.role === 'subjectTeacher')
    .map((signature) => {
      const match = [...teachers.values()].find((t) => !t.taken && t.fullName === signature.name);
      if (match === undefined)
        throw new FormError('input-invalid', 'a signer teaches no subject of the record');
      match.taken = true;
      return { ...shown(doc, signature), subjects: formText(match.subjects.join(', ')) };
    });
}
