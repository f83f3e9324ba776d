export type ClaimErrorCode = 'malformed' | 'unknown-version' | 'not-representable';

/** A claim that cannot be read, or contents that it has no room for. Holds no data of the record. */
export class ClaimError extends Error {
  readonly code: ClaimErrorCode;
  constructor(code: ClaimErrorCode, detail: string) {
    super(`claim: ${code} (${detail})`);
    this.name = 'ClaimError';
    this.code = code;
  }
}
