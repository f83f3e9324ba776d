/**
 * Why a form could not be typeset.
 * `input-invalid` a field that cannot stand on the form · `glyph-missing` a letter that the form's font lacks ·
 * `typeset-failed` the compiler refused · `busy` the queue is full · `closed` the printer was closed ·
 * `worker-lost` the worker ended while it typeset this document (the next one gets a new worker).
 */
export type FormErrorCode =
  | 'input-invalid'
  | 'glyph-missing'
  | 'typeset-failed'
  | 'busy'
  | 'closed'
  | 'worker-lost';

/** Carries no pupil's data in its message. */
export class FormError extends Error {
  readonly code: FormErrorCode;

  constructor(code: FormErrorCode, message: string) {
    super(message);
    this.name = 'FormError';
    this.code = code;
  }
}
