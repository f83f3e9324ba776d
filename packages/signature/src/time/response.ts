import { DerError, DerMembers, encodingOf, namedBits, readDer, smallInteger, text } from '../der/read.ts';
import { BIT_STRING, SEQUENCE } from '../der/tags.ts';

/** Bits of PKIFailureInfo that RFC 3161 §2.4.2 names. */
const FAILURES: ReadonlyMap<number, string> = new Map([
  [0, 'badAlg'],
  [2, 'badRequest'],
  [5, 'badDataFormat'],
  [14, 'timeNotAvailable'],
  [15, 'unacceptedPolicy'],
  [16, 'unacceptedExtension'],
  [17, 'addInfoNotAvailable'],
  [25, 'systemFailure'],
]);

export type TimestampResponse =
  | { readonly granted: true; readonly token: Uint8Array }
  /** `status` is PKIStatus (2 rejection, 3 waiting …); `failures` are RFC 3161's names. */
  | { readonly granted: false; readonly status: number; readonly failures: readonly string[] };

/** Reads a TimeStampResp (RFC 3161 §2.4.2). Throws DerError, also for a grant without a token. */
export function readTimestampResponse(der: Uint8Array): TimestampResponse {
  const members = new DerMembers(readDer(der), SEQUENCE);
  const info = new DerMembers(members.next(), SEQUENCE);
  const status = smallInteger(info.next());
  const words = info.optional(SEQUENCE);
  if (words !== undefined) new DerMembers(words, SEQUENCE).rest().forEach(text);
  const failure = info.optional(BIT_STRING);
  info.done();
  const token = members.more ? encodingOf(members.next(SEQUENCE)) : undefined;
  members.done();
  // 0 granted, 1 granted with modifications; what was modified is seen in the token.
  if (status <= 1) {
    if (token === undefined) throw new DerError('truncated');
    return { granted: true, token };
  }
  const bits = failure === undefined ? new Set<number>() : namedBits(failure);
  return { granted: false, status, failures: [...bits].map((bit) => FAILURES.get(bit) ?? `bit ${bit}`) };
}
