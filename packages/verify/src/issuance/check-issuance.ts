import {
  type Checkpoint,
  decodeLeaf,
  type Ed25519,
  issuedCore,
  judgeBySuccession,
  type Leaf,
  LedgerError,
  openStatus,
  type ProofFinding,
  parseProofFile,
  readReceipt,
  type Status,
  type StatusEntry,
  statusOf,
  verifyProofFile,
} from '@hocba/ledger';
import type { SignedFile } from '@hocba/record';
import type { CryptoPort } from '@hocba/signature';
import { canonicalElement } from '@hocba/xml';
import type { VerifiedSlot } from '../signatures/check-signatures.ts';
import { logsOfSeal, mustBeLogged, notBefore, withSuccessors } from '../signatures/issuer.ts';
import { type SchoolLog, TRAINING_ORIGIN } from '../trust/bundle.ts';
import type { Trust } from '../trust/trust.ts';
import { isAfterList, isOfUnlistedLog, mayBeOfNewerLog } from '../trust/unlisted-log.ts';
import type { CodeOf, Fragment, FragmentState } from '../verdict/verdict.ts';

export interface Issuance {
  readonly fragments: readonly Fragment[];
  readonly leafIndex?: number;
  readonly origin?: string;
  /** When the leaf was made, unix seconds, by the log's clock. */
  readonly leafTime?: number;
  /** When the status file was made, in unix seconds: a status is only as good as it is fresh, so its age is always said. */
  readonly statusAsOf?: number;
  /** Why and by which leaf it is no longer in force. */
  readonly ended?: StatusEntry;
}

/**
 * Was exactly this record issued, is its leaf in the log, who witnessed the log, and is the record still current?
 * The leaf must commit to the issued core computed here from the record's own bytes. A list that is older than the record may not
 * have its log yet: then nothing is told, and nothing is green.
 * @param at `provenAt`: by when it was sealed by an authority's word; null where nobody tells
 */
export async function checkIssuance(
  crypto: CryptoPort,
  ed25519: Ed25519,
  file: SignedFile,
  slots: readonly VerifiedSlot[],
  proof: Uint8Array | undefined,
  trust: Trust | null,
  at: { readonly now: Date; readonly provenAt: Date | null },
): Promise<Issuance> {
  const logs = logsOf(trust, file);
  if (proof === undefined) {
    const sealedAt = at.provenAt ?? new Date(slots.at(-1)?.finding.signingTime ?? Number.NaN);
    // From the day on which a school began to log, a sealed record without a proof is one that was never issued.
    const stripped = logs !== null && mustBeLogged(logs, sealedAt.getTime() / 1000);
    return stripped ? withoutLog('invalid', 'never-issued') : withoutLog('not-checked', 'no-proof');
  }
  const sha256 = (bytes: Uint8Array): Uint8Array => crypto.sha256(bytes);
  try {
    const extra = parseProofFile(proof).extra;
    if (extra === undefined) return withoutLog('invalid', 'not-in-log');
    const receipt = readReceipt(extra);
    const leaf = decodeLeaf(receipt.leaf);
    const core = issuedCoreOf(sha256, file, slots, receipt.salt);
    const kind = leaf.kind === 'issue' || leaf.kind === 'replace';
    if (!kind || core === null || !sameBytes(core, leaf.commitment))
      return withoutLog('invalid', 'other-record');
    if (!trust?.policy) return withoutLog('not-checked', 'no-log-key');
    const found = await verifyProofFile(sha256, ed25519, trust.policy, receipt.leaf, proof);
    if (!found.valid) {
      // A verifier that carries only real logs does not know a training log; the record is training all the same.
      const unknownLog = found.code === 'note-unsigned';
      if (unknownLog && file.read.doc.training) return withoutLog('not-checked', 'no-log-key');
      const shown = { leaf: receipt.leaf, proof, sealedAt: sealedAt(slots, at.provenAt) };
      if (unknownLog && mayBeOfNewerLog(sha256, shown, trust, logs))
        return withoutLog('not-checked', 'list-before-log');
      // Of another province: a list that has no log of this school, nor of this seal, cannot tell that it never issued. Nor would it
      // tell so of the record without its proof.
      const seal = slots.at(-1)?.finding.certificate;
      const hasLog =
        seal === undefined || logsOfSeal(crypto, file.read.doc.school.code, seal, trust).length > 0;
      return unknownLog && !hasLog && isOfUnlistedLog(sha256, shown, trust)
        ? withoutLog('not-checked', 'no-log-key')
        : withoutLog('invalid', 'not-in-log');
    }
    const { origin } = found.checkpoint;
    if (origin.startsWith(TRAINING_ORIGIN) !== file.read.doc.training)
      return withoutLog('invalid', 'wrong-log');
    if (isOfFalseTime(leaf, slots, found)) return withoutLog('invalid', 'leaf-time-false');
    // Another school's log, or another year's that this school never had: no place for this record.
    if (logs !== null && !logs.some((log) => log.origin === origin))
      return isAfterList(trust, leaf.time)
        ? withoutLog('not-checked', 'list-before-log')
        : withoutLog('invalid', 'wrong-log');
    const stolen = judgeStolen(trust, found.checkpoint, found.witness === 'met');
    if (stolen !== null) return stolen;
    // Its time decides of seals and suspicions: one that has not come yet is this clock's fault or the log's.
    if (leaf.time - at.now.getTime() / 1000 > CLOCK_SLACK) return withoutLog('not-checked', 'clock-behind');
    const witness: Fragment = {
      name: 'witness',
      state: found.witness === 'met' ? 'valid' : 'not-checked',
      code: found.witness,
    };
    const status = await checkStatus(sha256, ed25519, { origin, index: found.index }, trust, at.now);
    return {
      fragments: [{ name: 'issuance', state: 'valid', code: 'logged' }, witness, status.fragment],
      leafIndex: found.index,
      origin,
      leafTime: leaf.time,
      ...(status.asOf === undefined ? {} : { statusAsOf: status.asOf }),
      ...(status.ended === undefined ? {} : { ended: status.ended }),
    };
  } catch (error) {
    if (error instanceof LedgerError) return withoutLog('invalid', 'not-in-log');
    throw error;
  }
}

/** Unix seconds: an authority's word, else the seal's own and its certificate's. */
function sealedAt(slots: readonly VerifiedSlot[], provenAt: Date | null): number {
  const seal = slots.at(-1)?.finding;
  if (provenAt !== null || seal === undefined) return (provenAt?.getTime() ?? 0) / 1000;
  return notBefore(seal.certificate, Date.parse(seal.signingTime) / 1000);
}

/**
 * Of a log whose key may be in wrong hands only the last believed tree counts, or an earlier one that its witnesses have seen: a
 * smaller tree could be the thief's too. Null where the checkpoint may be believed.
 */
export function judgeStolen(trust: Trust, checkpoint: Checkpoint, witnessed: boolean): Issuance | null {
  const last = [...(trust.schools?.values() ?? [])]
    .flatMap(({ logs }) => logs)
    .find(({ origin, last }) => origin === checkpoint.origin && last !== undefined)?.last;
  if (last === undefined) return null;
  const judged = judgeBySuccession({ origin: checkpoint.origin, ...last }, checkpoint);
  if (judged === 'after-theft') return withoutLog('invalid', 'after-theft');
  return judged === 'last' || witnessed ? null : withoutLog('not-checked', 'before-last-tree');
}

/**
 * Whether the log's own time of the leaf is belied: it holds the signatures, and so was not made before them; and not after all of its
 * witnesses have seen it. Another time would move a seal's record out of a suspicion, or into the days of a registration.
 */
function isOfFalseTime(
  leaf: Leaf,
  slots: readonly VerifiedSlot[],
  { witness, witnesses }: Extract<ProofFinding, { readonly valid: true }>,
): boolean {
  const signed = Math.max(...slots.map(({ finding }) => Date.parse(finding.signingTime) / 1000));
  const seen = witness === 'met' ? Math.max(...witnesses.map(({ time }) => time)) : Number.POSITIVE_INFINITY;
  return signed - leaf.time > CLOCK_SLACK || leaf.time - seen > CLOCK_SLACK;
}

/**
 * The logs in which the school's records may stand, null where nobody knows. Exercises are told by their mark; whether
 * and where a school in training logs them decides nothing.
 */
function logsOf(trust: Trust | null, file: SignedFile): readonly SchoolLog[] | null {
  const school = trust?.schools?.get(file.read.doc.school.code);
  if (!trust?.schools || school === undefined || file.read.doc.training) return null;
  return withSuccessors(trust.schools, school)
    .flatMap(({ logs }) => logs)
    .filter(({ origin }) => !origin.startsWith(TRAINING_ORIGIN));
}

function withoutLog(state: FragmentState, code: CodeOf<'issuance'>): Issuance {
  return {
    fragments: [
      { name: 'issuance', state, code },
      { name: 'witness', state: 'not-checked', code: 'not-reached' },
      { name: 'status', state: 'not-checked', code: 'not-reached' },
    ],
  };
}

/**
 * The commitment of a signed file's bytes: its data element and each SignatureValue in slot order (docs: issued core). The
 * format's id is part of it, so that a class's table is never taken for a record.
 */
export function issuedCoreOf(
  sha256: (bytes: Uint8Array) => Uint8Array,
  { format, read }: SignedFile,
  slots: readonly Pick<VerifiedSlot, 'finding'>[],
  salt: Uint8Array,
): Uint8Array | null {
  const data = read.xmlDocument.byId.get('data');
  if (!data) return null;
  return issuedCore(sha256, {
    salt,
    profile: format,
    dataDigest: sha256(canonicalElement(read.xmlDocument, data)),
    signatureValues: slots.map(({ finding }) => finding.signatureValue),
  });
}

/** What the newest status file about the leaf's own log says of it. Its age is always told; too old is not green. */
export async function checkStatus(
  sha256: (bytes: Uint8Array) => Uint8Array,
  ed25519: Ed25519,
  leaf: { readonly origin: string; readonly index: number },
  trust: Trust,
  now: Date,
): Promise<{ fragment: Fragment; asOf?: number; ended?: StatusEntry }> {
  const fragment = (state: FragmentState, code: CodeOf<'status'>): Fragment => ({
    name: 'status',
    state,
    code,
  });
  const vkey = trust.statusKeys.get(leaf.origin);
  if (trust.statusFiles.length === 0 || vkey === undefined)
    return { fragment: fragment('not-checked', 'no-status-file') };
  const opened: Status[] = [];
  for (const file of trust.statusFiles) {
    try {
      opened.push(await openStatus(sha256, ed25519, vkey, leaf.origin, file));
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      // A good answer about another log (another school year's) says nothing of this record, and nothing bad either.
      if (error.code !== 'origin-wrong' && error.code !== 'note-unsigned')
        return { fragment: fragment('error', 'status-file-invalid') };
    }
  }
  const newest = opened.sort((a, b) => b.asOf - a.asOf)[0];
  if (newest === undefined) return { fragment: fragment('not-checked', 'status-of-other-log') };
  const { asOf } = newest;
  const entry = statusOf(newest, leaf.index);
  // Nothing that was recalled or replaced becomes current again: of two such words one is false, and nobody knows which.
  const ended = opened.some((one) => !['current', 'unknown'].includes(stateIn(one, leaf.index)));
  if (ended && (entry === 'current' || entry === 'unknown'))
    return { fragment: fragment('error', 'status-contradicts'), asOf };
  if (entry === 'unknown') return { fragment: fragment('not-checked', 'newer-than-status-file'), asOf };
  if (entry !== 'current') return { fragment: fragment('valid', entry.state), asOf, ended: entry };
  // A clock that is behind would call any status fresh.
  if (asOf - now.getTime() / 1000 > CLOCK_SLACK)
    return { fragment: fragment('not-checked', 'clock-behind'), asOf };
  const old = trust.statusMaxAge !== null && now.getTime() / 1000 - asOf > trust.statusMaxAge;
  return { fragment: old ? fragment('not-checked', 'status-too-old') : fragment('valid', 'current'), asOf };
}

function stateIn(status: Status, index: number): string {
  const entry = statusOf(status, index);
  return typeof entry === 'string' ? entry : entry.state;
}

/** Seconds by which this machine's clock may differ from the log's. */
export const CLOCK_SLACK = 86_400;

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, n) => byte === b[n]);
}
