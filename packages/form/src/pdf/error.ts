/**
 * Why the files inside a PDF could not be taken out.
 * `too-large` file, attachment or number of values over the limits · `not-pdf` no header · `truncated` the end is missing ·
 * `malformed` against ISO 32000-1 or our strict reading of it · `encrypted` · `object-stream` a cross-reference
 * stream beside a table, which read differently in different readers · `cycle` an object that leads back to itself ·
 * `filter-unsupported` another filter than Flate · `length-mismatch` a length that its data do not have ·
 * `duplicate-name` two files of one name.
 */
export type AttachmentErrorCode =
  | 'too-large'
  | 'not-pdf'
  | 'truncated'
  | 'malformed'
  | 'encrypted'
  | 'object-stream'
  | 'cycle'
  | 'filter-unsupported'
  | 'length-mismatch'
  | 'duplicate-name';

export class AttachmentError extends Error {
  readonly code: AttachmentErrorCode;

  constructor(code: AttachmentErrorCode) {
    super(`attachments of the PDF: ${code}`);
    this.name = 'AttachmentError';
    this.code = code;
  }
}
