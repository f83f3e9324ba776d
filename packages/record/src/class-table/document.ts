import type { Grade, Period, RecordDocument, SignerIdentity, SubjectCode } from '../model.ts';
import type { ClassTableRow } from './row.ts';

/** The format's id, which a log's leaf and a store name it by. A change of the bytes is a new format. */
export const CLASS_TABLE_FORMAT = 'bang-lop-1';

/** The tag of its root. */
export const CLASS_TABLE_TAG = 'BANG_TONG_HOP';

const HEAD = new TextEncoder().encode(`<${CLASS_TABLE_TAG}>`);

/** Whether the bytes want to be a class's table. Canonical bytes begin with the root, so that nothing else can stand before it. */
export function isClassTable(xml: Uint8Array): boolean {
  return HEAD.every((byte, n) => xml[n] === byte);
}

/** A pupil's line as it is signed: bound to the pupil by the code, not by the name alone. */
export interface SignedTableRow extends ClassTableRow {
  readonly pupilCode: string;
  readonly birthDate: string;
  readonly awarded?: true;
  readonly notPromoted?: true;
}

/** A subject of the class with the teacher who answers for it: one signature per class and subject. */
export interface TaughtSubject {
  readonly subject: SubjectCode;
  /** Name as of the day of the freeze. */
  readonly name: string;
  readonly teacher: SignerIdentity;
}

/**
 * Bảng tổng hợp kết quả đánh giá giáo dục của lớp (TT 27/2020 Điều 9, Điều 10; Phụ lục 2) at one period, as fixed at
 * freeze. All pupils are of one grade: a combined class has a table for each. Dates are ISO `YYYY-MM-DD`; text is NFC.
 */
export interface ClassTableDocument {
  /** Rule set that was applied, such as `TT27_2020`. */
  readonly ruleSet: string;
  /** True for training data: the mark stands in the signed bytes. */
  readonly training: boolean;
  /** UUID v4 of this table; a replacement has a new one. */
  readonly uuid: string;
  readonly schoolYear: string;
  readonly period: Period;
  readonly grade: Grade;
  readonly className: string;
  readonly school: Pick<RecordDocument['school'], 'code' | 'name' | 'communeName' | 'provinceName'>;
  /** Planned, fixed at freeze; changing them is a thaw. */
  readonly createdOn: string;
  readonly issueDate: string;
  readonly issuePlace: string;
  /** In the order of the form; electives only where the class has them. */
  readonly subjects: readonly TaughtSubject[];
  readonly homeroomTeacher: SignerIdentity;
  readonly principal: SignerIdentity & { readonly title: string };
  readonly seal: RecordDocument['seal'];
  /** In the order of the class's list. An empty cell is a key that is absent: a period may be closed with gaps. */
  readonly rows: readonly SignedTableRow[];
}
