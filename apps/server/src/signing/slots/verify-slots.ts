import {
  ANNEX_ID,
  type ReadRecord,
  RecordReadError,
  readSignedFile,
  type SignedFile,
  type SignerRole,
  type SlotPlan,
  signedPlansOf,
  slotIds,
} from '@hocba/record';
import {
  type Certificate,
  type CryptoPort,
  instantOf,
  isRaised,
  isTrainingCertificate,
  type Level,
  type LevelFinding,
  personalIdOf,
  taxCodeOf,
  type ValidSignature,
  validatePath,
  verifyLevel,
  verifySignature,
} from '@hocba/signature';
import { CanonicalXmlError, type XmlDocument, type XmlElement } from '@hocba/xml';

/** What signatures are held against. */
export interface SlotTrust {
  readonly crypto: CryptoPort;
  readonly roots: readonly Certificate[];
  /** Whether the school is in training: certificates and record must say the same. */
  readonly training: boolean;
  /** As of when levels are judged; the machine's clock if not given. */
  readonly now?: Date;
}

/** A record whose bytes or signatures are not to be relied on. `code` and `slotId` only: no data. */
export class RecordUntrusted extends Error {
  readonly code: string;
  readonly slotId: string | null;
  constructor(code: string, slotId: string | null = null) {
    super(`record not trusted: ${code}${slotId === null ? '' : ` (${slotId})`}`);
    this.name = 'RecordUntrusted';
    this.code = code;
    this.slotId = slotId;
  }
}

/** A record or a class's table whose signatures hold. */
export interface VerifiedSigned {
  readonly file: SignedFile;
  /** In slot order, one for each slot that is there. */
  readonly signatures: readonly ValidSignature[];
  /** By slot id, of those above level B; their state is `valid` or, where an authority has ended, `indeterminate`. */
  readonly levels: ReadonlyMap<string, LevelFinding>;
}

export interface VerifiedRecord extends VerifiedSigned {
  readonly read: ReadRecord;
}

/** `verifySigned` of what must be a pupil's record. @throws RecordUntrusted */
export async function verifyRecord(
  trust: SlotTrust,
  xml: Uint8Array,
  annex?: Uint8Array,
): Promise<VerifiedRecord> {
  const verified = await verifySigned(trust, xml, annex);
  if (verified.file.kind !== 'record') throw new RecordUntrusted('not-a-record');
  return { ...verified, read: verified.file.read };
}

/**
 * Verifies a record or a class's table from its bytes alone: strict form, each signature, who signed, what was signed
 * and where it stands, and the path to a root at the signed time.
 *
 * @param annex for a record without the signature that carries it; of no meaning for a table
 * @throws RecordUntrusted at the first thing that does not hold
 */
export async function verifySigned(
  trust: SlotTrust,
  xml: Uint8Array,
  annex?: Uint8Array,
): Promise<VerifiedSigned> {
  const file = readStrictly(xml, annex);
  const { read } = file;
  if (read.doc.training !== trust.training) throw new RecordUntrusted('training-differs');
  const plans = signedPlansOf(file);
  const signatures: ValidSignature[] = [];
  for (const [i, slot] of read.slots.entries()) {
    const plan = plans[i];
    if (plan === undefined || plan.slotId !== slot.slotId)
      throw new RecordUntrusted('slot-unknown', slot.slotId);
    const signature = await verifySlot(trust, read.xmlDocument, slot.signature, plan);
    if (signature.signingTime !== slot.signingTime)
      throw new RecordUntrusted('signing-time-differs', slot.slotId);
    for (const { id, element } of signature.references) {
      if (!standsInPlace(read, plans, slot.slotId, id, element))
        throw new RecordUntrusted('reference-misplaced', slot.slotId);
    }
    signatures.push(signature);
  }
  return { file, signatures, levels: await judgeLevels(trust, read, signatures) };
}

/** What is the same of both kinds for who judges signatures. */
type Read = Pick<SignedFile['read'], 'xmlDocument' | 'slots'>;

/**
 * Timestamps, revocation answers and archives of those that have any. What is false in them is refused; what has merely
 * ended is left to the caller, since bytes that were good stay what they were.
 */
async function judgeLevels(
  trust: SlotTrust,
  read: Read,
  signatures: readonly ValidSignature[],
): Promise<ReadonlyMap<string, LevelFinding>> {
  const roots = trust.roots.filter((root) => isTrainingCertificate(root) === trust.training);
  const levels = new Map<string, LevelFinding>();
  for (const [i, { slotId, signature }] of read.slots.entries()) {
    if (!isRaised(signature)) continue;
    const carries = i === read.slots.length - 1 ? signatures.slice(0, i) : [];
    const found = await verifyLevel(trust.crypto, read.xmlDocument, signature, {
      roots,
      now: trust.now ?? new Date(),
      carries,
    });
    // What is of a time to come can be told by nobody yet: it is neither relied on nor refused for good.
    const wrong = [found, ...found.carried].find(
      ({ state, code }) => state === 'invalid' || code === 'clock-behind',
    );
    if (wrong !== undefined) throw new RecordUntrusted(wrong.code, slotId);
    levels.set(slotId, found);
  }
  return levels;
}

const isUnanswered = ({ state, code }: LevelFinding): boolean =>
  state === 'indeterminate' && code === 'signer-status-unknown';

const RANK = ['B', 'T', 'LT', 'LTA'] as const;

/**
 * That every signature has the level its role is set to, and holds there in full.
 *
 * @throws RecordUntrusted `level-missing`, or why the level does not hold now
 */
export function requireLevels(
  { file, levels }: VerifiedSigned,
  wanted: Readonly<Record<SignerRole, Level>>,
): void {
  const carried = new Set(
    [...levels.values()].flatMap((one) =>
      one.carried.filter(({ state }) => state === 'valid').map(({ slotId }) => slotId),
    ),
  );
  for (const { slotId, role } of file.read.slots) {
    const found = levels.get(slotId);
    if (RANK.indexOf(found?.level ?? 'B') < RANK.indexOf(wanted[role]))
      throw new RecordUntrusted(
        found === undefined || found.state === 'valid' ? 'level-missing' : found.code,
        slotId,
      );
    // A teacher's slot at T has a time of its own; the answers about its signer are kept by the seal.
    const own =
      found && (found.state === 'valid' || (isUnanswered(found) && carried.has(slotId)) ? [] : [found]);
    const open = own && [...own, ...found.carried].find(({ state }) => state !== 'valid');
    if (open) throw new RecordUntrusted(open.code, slotId);
  }
}

/**
 * Verifies one signature: that it holds, is the plan's, covers what the plan says and nothing else, and was made by
 * the expected person with a certificate that leads to a root.
 *
 * @throws RecordUntrusted
 */
export async function verifySlot(
  trust: SlotTrust,
  document: XmlDocument,
  element: XmlElement,
  plan: SlotPlan,
): Promise<ValidSignature> {
  const finding = await verifySignature(trust.crypto, document, element);
  if (!finding.valid) throw new RecordUntrusted(finding.code, plan.slotId);
  if (finding.slotId !== plan.slotId) throw new RecordUntrusted('slot-differs', plan.slotId);
  const ids = finding.references.map((r) => r.id);
  if (ids.length !== plan.references.length || plan.references.some((id, i) => ids[i] !== id)) {
    throw new RecordUntrusted('references-differ', plan.slotId);
  }
  await requireSigner(trust, finding, plan);
  return finding;
}

async function requireSigner(trust: SlotTrust, signature: ValidSignature, plan: SlotPlan): Promise<void> {
  const { certificate, chain } = signature;
  const expected =
    'personalId' in plan.signer
      ? personalIdOf(certificate) === plan.signer.personalId
      : taxCodeOf(certificate) === plan.signer.taxCode;
  if (!expected) throw new RecordUntrusted('signer-differs', plan.slotId);
  if (isTrainingCertificate(certificate) !== trust.training) {
    throw new RecordUntrusted('training-differs', plan.slotId);
  }
  const at = instantOf(signature.signingTime);
  if (at === null) throw new RecordUntrusted('signing-time', plan.slotId);
  const path = await validatePath(trust.crypto, certificate, chain.slice(1), trust.roots, at);
  if (!path.valid) throw new RecordUntrusted(path.code, plan.slotId);
}

/**
 * Whether a signed element stands where its id belongs. Data elements do, once the record was read strictly (each id
 * once, at its own place); other signers' values and the annex must stand in the signature that they are named for.
 */
function standsInPlace(
  read: Read,
  plans: readonly SlotPlan[],
  slotId: string,
  id: string,
  element: XmlElement,
): boolean {
  const carrier = plans.find((plan) => plan.carriesAnnex)?.slotId;
  const owner =
    id === ANNEX_ID
      ? read.slots.find((s) => s.slotId === carrier)
      : read.slots.find((s) => slotIds.signatureValue(s.slotId) === id);
  if (owner !== undefined) return element.parent === owner.signature;
  return (
    id !== ANNEX_ID && !id.startsWith('sv-') && id !== slotId && read.xmlDocument.byId.get(id) === element
  );
}

function readStrictly(xml: Uint8Array, annex?: Uint8Array): SignedFile {
  try {
    return readSignedFile(xml, annex);
  } catch (error) {
    if (error instanceof RecordReadError || error instanceof CanonicalXmlError)
      throw new RecordUntrusted(error.code);
    throw error;
  }
}
