import type { Attachment } from '@hocba/form/attachments';
import { haveSameNumber, type RecordDocument } from '@hocba/record';
import type { FileToVerify, FileVerdict } from '../verdict/file-verdict.ts';
import { besideEachOther } from './beside.ts';
import { wholeOf } from './whole.ts';

/**
 * The verdict on a book: each year's record with its own proof, and the whole. Null where the years do not belong into
 * one book, or a proof belongs to none of them: what the pages then show would be anybody's guess.
 */
export async function verifyBook(
  inside: readonly Attachment[],
  judge: (file: FileToVerify) => Promise<FileVerdict>,
): Promise<FileVerdict | null> {
  const { files, alone } = besideEachOther(inside);
  if (alone.length > 0 || files.some(({ name }) => !name.endsWith('.xml'))) return null;
  const parts: { name: string; found: FileVerdict }[] = [];
  for (const file of files) {
    const found = await judge(file);
    if (found.classTable !== undefined) return null;
    parts.push({ name: found.record?.schoolYear ?? file.name, found });
  }
  const records = parts.flatMap(({ found }) => (found.record === undefined ? [] : [found.record]));
  if (!areOnePupils(records)) return null;
  return wholeOf(
    parts.sort((a, b) => (a.name < b.name ? -1 : 1)),
    'book',
  );
}

/** Each by what the year before knows the pupil by; no year twice. */
function areOnePupils(records: readonly RecordDocument[]): boolean {
  const inOrder = [...records].sort((a, b) => (a.schoolYear < b.schoolYear ? -1 : 1));
  if (new Set(inOrder.map(({ schoolYear }) => schoolYear)).size !== inOrder.length) return false;
  return inOrder.every(({ pupil }, n) => {
    const before = inOrder[n - 1]?.pupil;
    return before === undefined || haveSameNumber(pupil, before);
  });
}
