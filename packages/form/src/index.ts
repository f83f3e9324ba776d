import type { BookInput, ClassBookInput } from './book/input.ts';
import type { ClassTableInput } from './class-table/input.ts';
import type { FormInput } from './input.ts';
import { type PrintJob, sheetOf } from './print-job.ts';
import { startTypesetter, type Typesetter } from './typeset.ts';

export * from './attachments.ts';
export * from './book/input.ts';
export * from './class-table/input.ts';
export { FormError, type FormErrorCode } from './error.ts';
export { FORM_VERSION, type FormInput, type FormIssue, type FormSignature } from './input.ts';
export type { FormLook } from './labels.ts';
export { createPrinter, type Printer } from './printer.ts';
export { type SignedSlot, signaturesOf } from './record-signatures.ts';

let typesetter: Typesetter | undefined;

/**
 * The official form of one pupil-year as PDF/A-3 (Phụ lục 1 TT 27/2020/TT-BGDĐT, Phụ lục 2 CV 2088/BGDĐT-GDTH): cover, guide,
 * personal page, two pages of the year. Same input, same bytes. Blocks this thread for about 50 ms; a server uses createPrinter.
 * Throws FormError.
 */
export async function renderYear(input: FormInput): Promise<Uint8Array> {
  return print({ kind: 'year', input });
}

/**
 * A pupil's record book as PDF/A-3: cover, guide and personal page from the latest year, *Quá trình học tập* over all years, two
 * pages a year; XML and proof of each issued year inside (`CODE-2025-2026.xml`). Otherwise as renderYear.
 */
export async function renderBook(input: BookInput): Promise<Uint8Array> {
  return print({ kind: 'book', input });
}

/** The books of a class in one file to print, with bookmarks for each pupil and year; nothing inside. Otherwise as renderYear. */
export async function renderClassBook(input: ClassBookInput): Promise<Uint8Array> {
  return print({ kind: 'classBook', input });
}

/**
 * A class table (TT 27/2020/TT-BGDĐT, Phụ lục 2, mẫu 1–9) as PDF/A-2, A4 landscape. Same input, same bytes. Blocks this thread.
 * Throws FormError; `input-invalid` also for a value that the form has no cell for.
 */
export async function renderClassTable(input: ClassTableInput): Promise<Uint8Array> {
  return print({ kind: 'classTable', input });
}

async function print(job: PrintJob): Promise<Uint8Array> {
  typesetter ??= startTypesetter();
  return typesetter.typeset(sheetOf(job));
}
