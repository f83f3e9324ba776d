import {
  CLASS_TABLE_FORMAT,
  type ClassTableDocument,
  classTableContents,
  differencesOf,
  type RecordDocument,
  readClassTable,
  type SignedFile,
  type SlotPlan,
  statedBy,
  statedByTableRow,
  tableSlotPlansOf,
} from '@hocba/record';
import type { CryptoPort } from '@hocba/signature';
import type { FileToVerify, FileVerdict } from '../verdict/file-verdict.ts';
import type { CodeOf, FragmentState, Verdict } from '../verdict/verdict.ts';

/** A record or a class's table as it was read, and who must have signed what of it, in the order of signing. */
export interface ReadFile {
  readonly file: SignedFile;
  readonly plans: readonly SlotPlan[];
}

/**
 * A class's table, read strictly.
 * @throws RecordReadError
 */
export function readTable(xml: Uint8Array): ReadFile {
  const read = readClassTable(xml);
  return { file: { kind: 'classTable', format: CLASS_TABLE_FORMAT, read }, plans: tableSlotPlansOf(read) };
}

type TableWord = readonly [FragmentState, CodeOf<'table'>];

/** What a table's own verdict makes of a record that agrees with it. */
const BY_VERDICT: Readonly<Record<Verdict, TableWord>> = {
  genuine: ['valid', 'agrees'],
  training: ['valid', 'agrees'],
  'not-genuine': ['invalid', 'not-genuine'],
  recalled: ['not-checked', 'recalled'],
  replaced: ['not-checked', 'recalled'],
  'to-be-confirmed': ['not-checked', 'not-fully-checked'],
  'not-fully-checked': ['not-checked', 'not-fully-checked'],
};

/** What the table that a record names, if it is among these, makes of the record. */
export async function heldAgainst(
  doc: RecordDocument,
  named: NonNullable<RecordDocument['classTable']>,
  tables: readonly FileToVerify[],
  { sha256 }: Pick<CryptoPort, 'sha256'>,
  judge: (table: FileToVerify) => Promise<FileVerdict>,
): Promise<TableWord> {
  for (const one of tables) {
    const found = await judge(one);
    // A table that is false is told of in its own verdict; whose it would be nobody knows.
    if (found.classTable?.uuid !== named.uuid) continue;
    const digest = hex(sha256(classTableContents(readClassTable(one.bytes))));
    if (digest !== named.digest) return ['invalid', 'other-contents'];
    return agrees(doc, found.classTable) ? BY_VERDICT[found.verdict] : ['invalid', 'row-differs'];
  }
  return ['not-checked', 'not-given'];
}

/** Whether the pupil's line, and who answers for each subject, are as the record has them. */
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
