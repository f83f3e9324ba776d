/** What a row may be told. */
import type { CellItem, ProblemCode } from '@hocba/record';

/** Closed: the rules' own codes, and those that only a sheet knows. */
export type RowProblemCode =
  | ProblemCode
  | 'code-not-valid'
  | 'name-not-valid'
  | 'birth-date-not-valid'
  | 'class-differs'
  | 'sex-not-valid'
  | 'text-not-valid'
  | 'tick-not-readable'
  | 'result-not-stated';

export interface RowProblem {
  readonly code: RowProblemCode;
  /** Header of the column as the sheet has it (`Toán`, `Toán:mark`, `Yêu nước`, `Mã học sinh`). */
  readonly column: string;
  /** Vietnamese sentence that names file, row and column. */
  readonly message: string;
  readonly item?: CellItem;
}

/** Something to know: `normalised` says what was read otherwise than it stands. */
export interface RowNote extends RowProblem {
  readonly was?: string;
  readonly is?: string;
}
