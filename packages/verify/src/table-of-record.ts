import {
  type ClassTableDocument,
  classTableContents,
  differencesOf,
  isClassTable,
  type RecordDocument,
  readClassTable,
  type SignedFile,
  signedFormat,
  statedBy,
  statedByTableRow,
} from '@hocba/record';
import type { CryptoPort } from '@hocba/signature';
import type { FileToVerify, FileVerdict } from './file-verdict.ts';
import type { CodeOf, Fragment, FragmentState, Verdict } from './verdict.ts';

/** What a table's own verdict makes of a record that agrees with it. */
const BY_VERDICT: Readonly<Record<Verdict, readonly [FragmentState, CodeOf<'table'>]>> = {
  genuine: ['valid', 'agrees'],
  training: ['valid', 'agrees'],
  'not-genuine': ['invalid', 'not-genuine'],
  recalled: ['not-checked', 'recalled'],
  replaced: ['not-checked', 'recalled'],
  'to-be-confirmed': ['not-checked', 'not-fully-checked'],
  'not-fully-checked': ['not-checked', 'not-fully-checked'],
};

/**
 * Whether the subject teachers have signed what a record says, where its format has no slot for them: in the class's table
 * that the record names by UUID and digest (QĐ 1789/QĐ-SGDĐT Điều 14; docs: class-table). Nothing is said of other
 * formats. Without the table a record keeps the verdict of its own signatures; a table that contradicts it does not.
 *
 * @param judge the verdict of the table's own file
 */
export async function checkTableOf(
  file: SignedFile,
  given: readonly FileToVerify[],
  crypto: Pick<CryptoPort, 'sha256'>,
  judge: (table: FileToVerify) => Promise<FileVerdict>,
): Promise<Fragment[]> {
  if (file.kind !== 'record') return [];
  if (signedFormat(file.format)?.slots.some(({ role }) => role === 'subjectTeacher')) return [];
  const say = (state: FragmentState, code: CodeOf<'table'>): Fragment[] => [{ name: 'table', state, code }];
  const { doc } = file.read;
  const named = doc.classTable;
  if (named === undefined) return say('not-checked', 'none-named');
  for (const one of given) {
    if (!isClassTable(one.bytes)) continue;
    const found = await judge(one);
    // A table that is false is told of in its own verdict; whose it would be nobody knows.
    if (found.classTable?.uuid !== named.uuid) continue;
    if (hex(crypto.sha256(classTableContents(readClassTable(one.bytes)))) !== named.digest)
      return say('invalid', 'other-contents');
    if (!agrees(doc, found.classTable)) return say('invalid', 'row-differs');
    return say(...BY_VERDICT[found.verdict]);
  }
  return say('not-checked', 'not-given');
}

/** The pupil's line, and who answers for each subject, as the record has them. */
function agrees(doc: RecordDocument, table: ClassTableDocument): boolean {
  const row = table.rows.find(({ pupilCode }) => pupilCode === doc.pupil.pupilCode);
  if (row === undefined || table.period !== 'CN') return false;
  if (table.school.code !== doc.school.code || table.training !== doc.training) return false;
  const teacherOf = new Map(table.subjects.map(({ subject, teacher }) => [subject, teacher.personalId]));
  return (
    differencesOf(statedBy(doc), statedByTableRow(table, row)).length === 0 &&
    doc.subjects.every(({ subject, teacher }) => teacherOf.get(subject) === teacher.personalId)
  );
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
