import { listedRecord } from '../issuance/class-list.ts';
import type { FileToVerify, FileVerdict, PartVerdict } from '../verdict/file-verdict.ts';
import { notRead } from './whole.ts';

/**
 * Lists that closed a year and name a record of the pupil that has not come, or could not be read: who takes a year out of a package leaves
 * a trace there. Each has a word of its own beside the records that came.
 */
export function recordsGone(
  lists: readonly Pick<FileToVerify, 'name' | 'bytes'>[],
  judged: readonly PartVerdict[],
): PartVerdict[] {
  const recordsIn = ({ record, parts = [] }: FileVerdict): NonNullable<FileVerdict['record']>[] => [
    ...(record === undefined ? [] : [record]),
    ...parts.flatMap(({ found }) => recordsIn(found)),
  ];
  const there = judged.flatMap(({ found }) => recordsIn(found));
  return lists.flatMap(({ name, bytes }) => {
    const listed = listedRecord(bytes);
    const isHere = there.some(
      ({ pupil, schoolYear }) => pupil.pupilCode === listed?.pupilCode && schoolYear === listed.schoolYear,
    );
    return listed === null || isHere ? [] : [{ name, found: notRead('list-without-record') }];
  });
}
