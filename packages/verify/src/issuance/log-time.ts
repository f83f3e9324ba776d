import {
  bareCheckpoint,
  formatVkey,
  LedgerError,
  parseProofFile,
  readReceipt,
  verifyProofFile,
} from '@hocba/ledger';
import { verifyEvidence } from '@hocba/signature';
import type { Trust } from '../trust/trust.ts';
import type { LogEvidence, VerifyPorts } from '../verdict/file-verdict.ts';

/** By when the leaf existed; `refused`: the evidence is of something else or false; `untold`: other roots could tell. */
export type LogTime =
  | { readonly state: 'proven'; readonly at: Date }
  | { readonly state: 'refused' }
  | { readonly state: 'untold' };

/**
 * By when the log had a leaf, by the word of a time-stamping authority that is good now: one renewal for the whole log serves
 * every record in it. The leaf stands for the signatures' values, and for no timestamp or answer that they carry. Where the earliest
 * dating does not hold (any more), a later one may: another authority gave it.
 *
 * @param proof the record's own, found good already and of this record
 * @param origin of the log that the own proof is of
 * @returns null where nobody has evidence of that log
 */
export async function logTimeOf(
  ports: Pick<VerifyPorts, 'crypto' | 'ed25519' | 'logEvidence'>,
  about: OfRecord,
  trust: Trust,
  now: Date,
): Promise<LogTime | null> {
  let best: LogTime | null = null;
  for await (const given of ports.logEvidence?.(about.proof) ?? []) {
    const found = await judgeOne(ports, given, about, trust, now);
    if (found.state === 'proven') return found;
    // Another root could tell: so long as one of them is open, they are not all of something else.
    if (best === null || found.state === 'untold') best = found;
  }
  return best;
}

interface OfRecord {
  readonly proof: Uint8Array;
  readonly origin: string;
  readonly training: boolean;
}

async function judgeOne(
  { crypto, ed25519 }: Pick<VerifyPorts, 'crypto' | 'ed25519'>,
  given: LogEvidence,
  { proof, origin, training }: OfRecord,
  trust: Trust,
  now: Date,
): Promise<LogTime> {
  const sha256 = (bytes: Uint8Array): Uint8Array => crypto.sha256(bytes);
  const log = trust.policy?.logs.find(({ key }) => key.name === origin);
  if (!trust.policy || log === undefined) return { state: 'untold' };
  try {
    const { extra } = parseProofFile(proof);
    if (extra === undefined) return { state: 'refused' };
    const { leaf } = readReceipt(extra);
    const dated = await verifyProofFile(sha256, ed25519, trust.policy, leaf, given.proof);
    if (!dated.valid || dated.checkpoint.origin !== origin) return { state: 'refused' };
    const { checkpoint } = parseProofFile(given.proof);
    const note = await bareCheckpoint(sha256, ed25519, formatVkey(log.key), checkpoint);
    const found = await verifyEvidence(crypto, given.evidence, note, {
      roots: trust.authorityRoots,
      now,
      ...(trust.algorithms ? { policy: trust.algorithms } : {}),
    });
    // An authority of a training PKI dates nothing that is real, whatever roots were given.
    if (found.valid && found.times.some((time) => time.training) && !training) return { state: 'refused' };
    if (found.valid) return { state: 'proven', at: found.provenAt };
    const ofTrust = found.code === 'authority-not-trusted' || found.code === 'signer-not-found';
    return { state: ofTrust ? 'untold' : 'refused' };
  } catch (error) {
    if (error instanceof LedgerError) return { state: 'refused' };
    throw error;
  }
}
