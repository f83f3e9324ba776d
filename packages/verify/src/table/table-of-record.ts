import { isClassTable, type SignedFile } from '@hocba/record';
import type { CryptoPort } from '@hocba/signature';
import type { FileToVerify, FileVerdict } from '../verdict/file-verdict.ts';
import type { CodeOf, Fragment, FragmentState } from '../verdict/verdict.ts';
import { tableReader } from './read-file.ts';

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
  const { doc, profile } = file.read;
  if (profile.slots.some(({ role }) => role === 'subjectTeacher')) return [];
  const say = (state: FragmentState, code: CodeOf<'table'>): Fragment[] => [{ name: 'table', state, code }];
  const named = doc.classTable;
  if (named === undefined) return say('not-checked', 'none-named');
  const tables = given.filter(({ bytes }) => isClassTable(bytes));
  if (tables.length === 0) return say('not-checked', 'not-given');
  const reader = await tableReader();
  if (reader === null) return say('error', 'reader-absent');
  const [state, code] = await reader.heldAgainst(doc, named, tables, crypto, judge);
  return say(state, code);
}
