export type RecordWriteCode =
  | 'unknown-profile'
  | 'unknown-rule-set'
  | 'field-missing'
  | 'value-not-allowed'
  | 'subject-order'
  | 'subject-not-in-grade'
  | 'trait-not-in-grade'
  | 'teacher-differs'
  | 'slot-out-of-order'
  | 'slot-unknown'
  | 'signature-malformed'
  | 'signer-differs';

/** A record, class's table or slot that cannot be written. `field` names the datum, never its value. */
export class RecordWriteError extends Error {
  readonly code: RecordWriteCode;
  readonly field: string | undefined;

  constructor(code: RecordWriteCode, field?: string) {
    super(field === undefined ? `not written: ${code}` : `not written: ${code} (${field})`);
    this.name = 'RecordWriteError';
    this.code = code;
    this.field = field;
  }
}

export type RecordReadCode =
  | 'not-canonical'
  | 'unknown-profile'
  | 'unexpected-element'
  | 'missing-element'
  | 'unexpected-attribute'
  | 'wrong-id'
  | 'value-not-allowed'
  | 'inconsistent'
  | 'annex-missing'
  | 'annex-misplaced'
  | 'annex-malformed'
  | 'annex-differs'
  | 'slot-out-of-order'
  | 'slot-malformed'
  | 'signer-differs';

/** Bytes that are no record of a known profile, or no class's table. `place` is the path of tags, never a value. */
export class RecordReadError extends Error {
  readonly code: RecordReadCode;
  readonly place: string | undefined;

  constructor(code: RecordReadCode, place?: string, options?: ErrorOptions) {
    super(place === undefined ? `not read: ${code}` : `not read: ${code} at ${place}`, options);
    this.name = 'RecordReadError';
    this.code = code;
    this.place = place;
  }
}
