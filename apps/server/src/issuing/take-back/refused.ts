import type { FileVerdict } from '@hocba/verify';

export type TakeBackCode =
  | 'not-a-record'
  | 'not-genuine'
  | 'school-unknown'
  | 'trust-missing'
  | 'not-in-this-log'
  | 'ended'
  | 'replacement'
  | 'not-as-agreed'
  | 'class-missing'
  | 'pupil-missing'
  | 'signer-missing'
  | 'certificate-missing'
  | 'table-missing'
  | 'year-held'
  | 'thawed-here'
  | 'differs-here';

/** Why a record is not taken back; nothing was written. */
export class TakeBackError extends Error {
  readonly code: TakeBackCode;
  /** What the verifier said of it, where that is the reason. */
  readonly found: FileVerdict | null;
  constructor(code: TakeBackCode, found: FileVerdict | null) {
    super(code);
    this.name = 'TakeBackError';
    this.code = code;
    this.found = found;
  }
}

export function refuse(code: TakeBackCode, found: FileVerdict | null = null): never {
  throw new TakeBackError(code, found);
}
