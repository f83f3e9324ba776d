export type LodgingCode =
  /** No file of this kind, or cut off. */
  | 'malformed'
  /** A log that nobody has made known here, or one without a tree yet. */
  | 'unknown-log'
  /** Not signed by the log's key as it is known. */
  | 'signature-refused'
  /** This installation has no open log that its schools share. */
  | 'no-shared-log'
  /** A smaller tree than the one that was lodged last. */
  | 'older'
  /** The proof does not begin at the tree that was lodged last. */
  | 'other-start'
  /** The proof does not lead from the tree that was lodged last to this one: it is broken, or the history is another. */
  | 'unproven'
  /** Signed by the log's key, and another tree than the lodged one, or grown from another: another history. */
  | 'forked'
  /** The level above has shown a larger tree of its own log before, or another one. */
  | 'above-behind'
  /** What the level above answered does not prove that this log's tree stands in its log. */
  | 'receipt-invalid';

/** Why a checkpoint is not lodged, or a receipt not kept. Nothing was changed. */
export class LodgingRefused extends Error {
  readonly code: LodgingCode;
  /** Leaves of the tree that was lodged last, where it matters. */
  readonly size: number;
  constructor(code: LodgingCode, size = 0) {
    super(code);
    this.name = 'LodgingRefused';
    this.code = code;
    this.size = size;
  }
}
