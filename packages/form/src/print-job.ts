import { bookSheet, classBookSheet } from './book/book-sheet.ts';
import type { BookInput, ClassBookInput } from './book/input.ts';
import type { ClassTableInput } from './class-table/input.ts';
import { classTableSheet } from './class-table/table-data.ts';
import type { FormErrorCode } from './error.ts';
import type { FormInput } from './input.ts';
import type { Sheet } from './sheet.ts';
import { yearSheet } from './year-sheet.ts';

/** Every kind of document that can be printed, with what it is made of. */
export type PrintJob =
  | { kind: 'year'; input: FormInput }
  | { kind: 'book'; input: BookInput }
  | { kind: 'classBook'; input: ClassBookInput }
  | { kind: 'classTable'; input: ClassTableInput };

/** What a job's thread answers. */
export type PrintAnswer = { pdf: Uint8Array } | { code: FormErrorCode; message: string };

/** What the typesetter is given for a job. Throws FormError `input-invalid`. */
export function sheetOf(job: PrintJob): Sheet {
  switch (job.kind) {
    case 'year':
      return yearSheet(job.input);
    case 'book':
      return bookSheet(job.input);
    case 'classBook':
      return classBookSheet(job.input);
    case 'classTable':
      return classTableSheet(job.input);
  }
}
