import {
  type LayoutOptions,
  type ResultsFile,
  readResults,
  readWorkbook,
  SheetError,
  type SheetErrorCode,
} from '@hocba/sheet';
import type { Upload } from '../../access/binding.ts';
import { Refusal, type RefusalCode } from '../../refusal.ts';

const WHOLE: Readonly<Partial<Record<SheetErrorCode, RefusalCode>>> = {
  'too-large': 'file-too-large',
  'no-header': 'header-not-found',
  'missing-header': 'header-not-found',
  'duplicate-header': 'header-not-found',
  'grade-unknown': 'header-not-found',
  'school-year-not-supported': 'header-not-found',
  'no-rows': 'header-not-found',
};

/**
 * Reads an uploaded file of results.
 * @throws Refusal `file-unreadable`, `file-too-large`, `header-not-found`, each with a sentence that names the file
 */
export async function readResultsFile(
  upload: Upload,
  options: Omit<LayoutOptions, 'fileName'>,
): Promise<ResultsFile> {
  const { fileName } = upload;
  try {
    return readResults(await readWorkbook(upload.bytes, fileName), { ...options, fileName });
  } catch (error) {
    throw error instanceof SheetError ? refusedFile(error) : error;
  }
}

/** A file refused whole, as the edge answers it. */
function refusedFile(error: SheetError): Refusal {
  return new Refusal(WHOLE[error.code] ?? 'file-unreadable', [error.message]);
}
