/** Why an authority's word could not be had. Nothing is wrong with a record: what waits is tried again. */
export type UnavailableCode =
  /** No authority is set, or a certificate names none. */
  | 'not-configured'
  | 'unreachable'
  /** An address that is not to be asked: a private network's, which no setting allows. */
  | 'address-refused'
  | 'bad-answer'
  /** Every one that is set has a certificate that ends before what it dates would be worth its price. */
  | 'ends-too-soon'
  /** The public log has no proof yet of what was issued. */
  | 'log-unavailable'
  /** This machine's clock and the authority's are more than a minute apart. */
  | 'clock-differs';

/** An authority that gives time or tells of revocation cannot be relied on now. Codes only, no data. */
export class AuthorityUnavailable extends Error {
  readonly code: UnavailableCode;
  constructor(code: UnavailableCode, options?: ErrorOptions) {
    super(`authority unavailable: ${code}`, options);
    this.name = 'AuthorityUnavailable';
    this.code = code;
  }
}
