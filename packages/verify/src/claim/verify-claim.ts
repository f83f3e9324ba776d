import { type ClaimContent, ClaimError, type ReadClaim, readClaim } from '@hocba/form/claim';
import {
  type ClaimKey,
  claimKeyCommitment,
  claimKeyId,
  decodeLeaf,
  LedgerError,
  parseClaimKey,
  parseProofFile,
  readReceipt,
  type StatusEntry,
  verifyProofFile,
} from '@hocba/ledger';
import { CLOCK_SLACK, checkStatus } from '../issuance/check-issuance.ts';
import { withSuccessors } from '../signatures/issuer.ts';
import { type CertifiedClaimKey, type SchoolLog, TRAINING_ORIGIN } from '../trust/bundle.ts';
import { type JudgedByList, listDay } from '../trust/list-day.ts';
import type { Trust } from '../trust/trust.ts';
import { isAfterList, yearOfLog } from '../trust/unlisted-log.ts';
import type { VerifyPorts } from '../verdict/file-verdict.ts';
import type { Fragment } from '../verdict/verdict.ts';
import type { ClaimWords } from '../words/claim.ts';
import { type LeafPort, leafOfClaim } from './claim-leaf.ts';
import { fragmentOf, inOneLine, isQrText, mayBeClaim } from './claim-text.ts';

/**
 * What a QR's claim is worth. The claim itself says no more than that these words were issued; what became of them since is told by the
 * status file of its log, where there is one.
 */
export type ClaimFinding = ClaimWorth & JudgedByList;
type ClaimWorth =
  | {
      readonly state: 'valid' | 'training';
      readonly content: ClaimContent;
      /** As the trust list has it: the claim holds the code alone, and a print may show any name. */
      readonly schoolName: string;
      /** Of the leaf that the claim names, as of a record's own: never kept back where it is no longer in force. */
      readonly status: Fragment;
      /** When the status file was made, unix seconds. */
      readonly statusAsOf?: number;
      /** Of one that was recalled or replaced: why, and by which leaf. */
      readonly ended?: StatusEntry;
      /** When the leaf that it names was made, by a copy of the log in which that stands; unix seconds. */
      readonly loggedAt?: number;
    }
  | { readonly state: 'invalid' | 'not-checked'; readonly code: ClaimCode };

export type ClaimCode = keyof ClaimWords['claims'];

/**
 * Verifies the claim of a QR without a network: signed by a claim key that a leaf of a trusted log certifies, in a log
 * of the school that the claim names. The content is for the eye to compare with the print. Never throws for the text.
 *
 * @param text what the QR says, or its fragment alone
 */
export async function verifyClaim(
  text: string,
  trust: Trust | null,
  ports: Pick<VerifyPorts, 'crypto' | 'ed25519' | 'now'> & { readonly leafOf?: LeafPort },
): Promise<ClaimFinding> {
  const now = ports.now?.() ?? new Date();
  return { ...(await judgeClaim(text, trust, { ...ports, now })), ...listDay(trust, now) };
}

async function judgeClaim(
  text: string,
  trust: Trust | null,
  {
    crypto,
    ed25519,
    now,
    leafOf,
  }: Pick<VerifyPorts, 'crypto' | 'ed25519'> & { readonly now: Date; readonly leafOf?: LeafPort },
): Promise<ClaimWorth> {
  // Some readers put words before what they read.
  const line = inOneLine(text).replace(/^.*?(?=https?:\/\/)/s, '');
  const fragment = isQrText(line) ? fragmentOf(line) : line.replace(/^#/, '');
  if (fragment === '') return refused('not-checked', 'no-claim');
  // A code of a bill or a Wi-Fi lies about no record: who scanned it by mistake is told so.
  if (fragment === line && !mayBeClaim(fragment)) return refused('not-checked', 'other-code');
  let claim: ReadClaim;
  try {
    claim = readClaim(fragment);
  } catch (error) {
    if (!(error instanceof ClaimError)) throw error;
    // A print of years to come is no false one for an old page that was never brought up to date.
    return error.code === 'unknown-version'
      ? refused('not-checked', 'newer-version')
      : refused('invalid', 'malformed');
  }
  const sha256 = (bytes: Uint8Array): Uint8Array => crypto.sha256(bytes);
  const named: ClaimKey[] = [];
  for (const certified of trust?.claimKeys ?? []) {
    const key = await certifiedKey(certified, trust, { sha256, ed25519 });
    if (key !== null && sameBytes(claimKeyId(sha256, key.publicKey), claim.keyId)) named.push(key);
  }
  // Its own word, which costs nobody anything to believe: what says that it is training is nothing else.
  if (trust === null || named.length === 0)
    return refused('not-checked', claim.content.training ? 'training-unknown' : 'no-certified-key');
  // Four bytes name a key: of two of one name either may have signed.
  for (const key of named) {
    if (!(await ed25519.verify(key.publicKey, claim.signed, claim.signature))) continue;
    const { content } = claim;
    const training = key.origin.startsWith(TRAINING_ORIGIN);
    const school = trust.schools?.get(content.schoolCode);
    const logs =
      school && trust.schools ? withSuccessors(trust.schools, school).flatMap((one) => one.logs) : [];
    const log = logs.find(({ origin }) => origin === key.origin);
    if (training !== content.training) return refused('invalid', 'key-of-other-school');
    if (school === undefined || log === undefined) {
      // A school that came to the log, or to the list, after the list's day is no false one.
      if (!isAfterList(trust, endOfIssue(content))) return refused('invalid', 'key-of-other-school');
      return refused('not-checked', training ? 'training-unknown' : 'list-before-claim');
    }
    if (Date.parse(`${content.issueDate}T00:00:00+07:00`) / 1000 >= key.until)
      return refused('invalid', 'after-key-ended');
    const { leafIndex: index } = claim;
    if (!spans(log, content, logs) || index >= (log.last?.size ?? Number.POSITIVE_INFINITY))
      return refused('not-checked', 'outside-log');
    const leaf = { origin: key.origin, index, hash: claim.leafHash };
    const logged = await leafOfClaim({ crypto, ed25519 }, leaf, trust, leafOf);
    if (logged === 'differs') return refused('invalid', 'leaf-differs');
    if (logged !== null && logged >= key.until) return refused('invalid', 'after-key-ended');
    const {
      fragment: status,
      asOf,
      ended,
    } = await checkStatus(sha256, ed25519, { origin: key.origin, index }, trust, now);
    const told = {
      status,
      ...(asOf === undefined ? {} : { statusAsOf: asOf }),
      ...(ended === undefined ? {} : { ended }),
      ...(logged === null ? {} : { loggedAt: logged }),
    };
    return { state: training ? 'training' : 'valid', content, schoolName: school.name, ...told };
  }
  return refused('invalid', 'signature-invalid');
}

/**
 * Whether records of the claim's school year may stand in the log, and one of its day of issue: the log's own year, or an earlier one of
 * which the school has a log too, since after that one's end its late records stand in the newest. Who has the key of a claim's log has
 * signed nothing about years before it.
 */
function spans(
  log: SchoolLog,
  { schoolYear, issueDate }: Pick<ClaimContent, 'schoolYear' | 'issueDate'>,
  logs: readonly SchoolLog[],
): boolean {
  const year = yearOfLog(log.origin);
  const ofYear = year === null || year === schoolYear;
  const late =
    year !== null && schoolYear < year && logs.some(({ origin }) => yearOfLog(origin) === schoolYear);
  return (ofYear || late) && endOfIssue({ issueDate }) + CLOCK_SLACK > log.from;
}

/** When the day of issue is over in Vietnam; unix seconds. */
const endOfIssue = ({ issueDate }: Pick<ClaimContent, 'issueDate'>): number =>
  Date.parse(`${issueDate}T24:00:00+07:00`) / 1000;

/** The key of a document, if a leaf of a trusted log commits to it; null for one that nothing certifies. */
async function certifiedKey(
  { document, proof }: CertifiedClaimKey,
  trust: Trust | null,
  { sha256, ed25519 }: { sha256(bytes: Uint8Array): Uint8Array; ed25519: VerifyPorts['ed25519'] },
): Promise<ClaimKey | null> {
  if (!trust?.policy) return null;
  try {
    const key = parseClaimKey(document);
    const { extra } = parseProofFile(proof);
    if (extra === undefined) return null;
    const receipt = readReceipt(extra);
    const leaf = decodeLeaf(receipt.leaf);
    const commitment = claimKeyCommitment(sha256, key, receipt.salt);
    if (leaf.kind !== 'claimKey' || !sameBytes(leaf.commitment, commitment)) return null;
    const found = await verifyProofFile(sha256, ed25519, trust.policy, receipt.leaf, proof);
    const held = found.valid && found.witness !== 'missing' && found.checkpoint.origin === key.origin;
    return held ? key : null;
  } catch (error) {
    if (error instanceof LedgerError) return null;
    throw error;
  }
}

function refused(state: 'invalid' | 'not-checked', code: ClaimCode): ClaimWorth {
  return { state, code };
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, n) => byte === b[n]);
}
