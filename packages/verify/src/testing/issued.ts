import { readFileSync } from 'node:fs';
import {
  createLog,
  encodeLeaf,
  formatManifestReceipt,
  formatReceipt,
  issuedCore,
  type Leaf,
  leafHash,
  type ManifestEntry,
  manifestCommitment,
  manifestPath,
  manifestRoot,
  memoryLock,
  memoryStorage,
  openLog,
  type StatusEntry,
  signStatus,
  sortManifestEntries,
} from '@hocba/ledger';
import { ed25519Signer, generateLogKey, nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import {
  freezeRecord,
  insertSlot,
  type RecordDocument,
  readSignedFile,
  type SlotContent,
  type SlotPlan,
} from '@hocba/record';
import { bytesToSign, completeSignature, prepareSignature, verifySignature } from '@hocba/signature';
import {
  type IssuedLeaf,
  issueTrainingPerson,
  issueTrainingSeal,
  makeTrainingPki,
  nodeCrypto,
  softSigner,
  type TrainingPki,
} from '@hocba/signature/node';
import { canonicalElement, scanCanonical } from '@hocba/xml';
import { readTrust } from '../trust/folder.ts';
import type { Trust } from '../trust/trust.ts';

/** A small real world for tests: a PKI, a record signed by everybody, a log that holds its leaf, and its trust folder. */
export interface World {
  readonly pki: TrainingPki;
  readonly xml: Uint8Array;
  readonly proof: Uint8Array;
  readonly leafIndex: number;
  trust(entries?: readonly StatusEntry[]): Promise<Trust>;
  /** Logs a list that closed a class's year, and gives the proof file of one pupil's part of it. */
  listProof(of: {
    readonly origin?: string;
    readonly schoolYear?: string;
    readonly entries: readonly ManifestEntry[];
    readonly pupil: string;
  }): Promise<Uint8Array>;
}

const CLASS_ID = '3f2c0d5e-8a55-4c1d-9a63-0c5c0f6f0001';
const NOW = new Date('2026-05-28T13:00:00Z');
const sample = new URL('../../../record/samples/moet-2025/lop4.json', import.meta.url);

export function sampleDocument(change: Partial<RecordDocument> = {}): RecordDocument {
  return { ...(JSON.parse(readFileSync(sample, 'utf8')) as RecordDocument), ...change };
}

/** The certificate that signs a slot, from a PKI that is no training one. */
export type LeafOf = (plan: SlotPlan) => IssuedLeaf;

async function leafFor(pki: TrainingPki, plan: SlotPlan, n: number): Promise<IssuedLeaf> {
  const key = n % 2 === 0 ? 'p256' : 'rsa-2048';
  const { signer } = plan;
  if ('personalId' in signer) {
    const { fullName, personalId } = signer;
    return issueTrainingPerson(pki, { fullName, personalId, schoolName: 'Trường Mẫu', key }, NOW);
  }
  return issueTrainingSeal(pki, { ...signer, key }, NOW);
}

/** Signs every slot of the plan in order, each by a certificate of its planned signer unless `swap` gives another plan's. */
export async function signAll(
  pki: TrainingPki | LeafOf,
  doc: RecordDocument,
  swap: (plan: SlotPlan) => SlotPlan = (plan) => plan,
): Promise<Uint8Array> {
  return signSlots(pki, freezeRecord(doc), insertSlot, swap);
}

/** What is signed slot by slot: a frozen record, or a frozen class's table, which has no annex. */
interface Frozen {
  readonly xml: Uint8Array;
  readonly slots: readonly SlotPlan[];
  readonly annex?: Uint8Array;
}

/** `signAll` of anything frozen. `insert` puts one slot into its bytes. */
export async function signSlots(
  pki: TrainingPki | LeafOf,
  frozen: Frozen,
  insert: (xml: Uint8Array, plan: SlotPlan, slot: SlotContent) => Uint8Array,
  swap: (plan: SlotPlan) => SlotPlan = (plan) => plan,
): Promise<Uint8Array> {
  let xml = frozen.xml;
  for (const [n, plan] of frozen.slots.entries()) {
    const leaf = typeof pki === 'function' ? pki(swap(plan)) : await leafFor(pki, swap(plan), n);
    const signer = softSigner(leaf.privateKeyPem, leaf.chain);
    const signingTime = `2026-05-28T20:${String(10 + n).padStart(2, '0')}:05+07:00`;
    const document = scanCanonical(xml);
    const prepared = prepareSignature(nodeCrypto, {
      slotId: plan.slotId,
      references: plan.references
        .filter((id) => !(id === 'annex' && plan.carriesAnnex))
        .map((id) => {
          const element = document.byId.get(id);
          if (!element) throw new Error(`no element ${id}`);
          return { id, canonical: canonicalElement(document, element) };
        }),
      ...(plan.carriesAnnex && frozen.annex ? { annex: frozen.annex } : {}),
      signingTime,
      chain: signer.chain,
      algorithm: signer.algorithm,
      signingTimeNamespace: 'urn:hocba:signing-time:1',
    });
    const [value] = await signer.sign([bytesToSign(prepared)]);
    const signature = await completeSignature(nodeCrypto, prepared, value ?? new Uint8Array());
    const personalId = 'personalId' in plan.signer ? { personalId: plan.signer.personalId } : {};
    xml = insert(xml, plan, { signingTime, ...personalId, signature });
  }
  return xml;
}

/** The issued core of a signed record or class's table: what its leaf commits to. */
export async function coreOf(xml: Uint8Array, salt: Uint8Array): Promise<Uint8Array> {
  const file = readSignedFile(xml);
  const data = file.read.xmlDocument.byId.get('data');
  if (!data) throw new Error('no data element');
  const signatureValues: Uint8Array[] = [];
  for (const slot of file.read.slots) {
    const finding = await verifySignature(nodeCrypto, file.read.xmlDocument, slot.signature);
    if (!finding.valid) throw new Error(`${slot.slotId}: ${finding.code}`);
    signatureValues.push(finding.signatureValue);
  }
  const dataDigest = nodeSha256(canonicalElement(file.read.xmlDocument, data));
  return issuedCore(nodeSha256, { salt, profile: file.format, dataDigest, signatureValues });
}

export async function makeWorld(
  options: { doc?: RecordDocument; origin?: string; swap?: (plan: SlotPlan) => SlotPlan } = {},
): Promise<World> {
  const pki = await makeTrainingPki({ organisation: 'Kiểm thử', now: NOW, rootKey: 'p256' });
  const xml = await signAll(pki, options.doc ?? sampleDocument(), options.swap);
  const origin = options.origin ?? 'hocba.training/79000000/2025-2026';
  const salt = new Uint8Array(32).fill(9);
  const leaf: Leaf = { kind: 'issue', time: 1_779_973_000, commitment: await coreOf(xml, salt) };
  const other: Leaf = { kind: 'issue', time: 1_779_972_000, commitment: new Uint8Array(32).fill(1) };
  const previous = { index: 1n, leafHash: leafHash(nodeSha256, encodeLeaf(leaf)) };
  const later: Leaf = {
    kind: 'recall',
    time: 1_779_974_000,
    commitment: new Uint8Array(32).fill(2),
    previous,
  };
  const signer = ed25519Signer(origin, generateLogKey());
  const status = ed25519Signer(`${origin}/status`, generateLogKey());
  const ports = {
    origin,
    sha256: nodeSha256,
    ed25519: nodeEd25519,
    storage: memoryStorage(),
    lock: memoryLock(),
    signer,
    now: () => NOW.getTime(),
  };
  await createLog(ports);
  const log = await openLog(ports);
  const bytes = [other, leaf, later].map(encodeLeaf);
  await log.append(
    0,
    bytes.map((b) => ({ bytes: b, leafHash: leafHash(nodeSha256, b) })),
  );
  const proof = await log.proofFor(1, formatReceipt({ salt, leaf: encodeLeaf(leaf) }));
  const text = new TextEncoder();
  return {
    pki,
    xml,
    proof,
    leafIndex: 1,
    async listProof({ entries, pupil, schoolYear = '2025-2026', origin: named = origin }) {
      const manifest = {
        origin: named,
        school: '1',
        schoolYear,
        classId: CLASS_ID,
        entries: sortManifestEntries(entries),
      };
      const listSalt = new Uint8Array(32).fill(4);
      const commitment = manifestCommitment(nodeSha256, manifestRoot(nodeSha256, manifest), listSalt);
      const list = encodeLeaf({ kind: 'manifest', time: 1_779_974_500, commitment });
      const index = log.size;
      await log.append(index, [{ bytes: list, leafHash: leafHash(nodeSha256, list) }]);
      const path = await manifestPath(nodeSha256, manifest, listSalt, pupil);
      return log.proofFor(index, formatManifestReceipt({ leaf: list, path }));
    },
    async trust(entries = []) {
      const file = await signStatus(nodeSha256, nodeEd25519, status, {
        origin,
        asOf: 1_779_975_000,
        size: 3,
        entries,
      });
      return readTrust(
        { crypto: nodeCrypto, ed25519: nodeEd25519 },
        new Map([
          ['goc.pem', text.encode(pki.root.certificatePem)],
          ['tlog-policy', text.encode(`log ${signer.vkey}\nquorum none\n`)],
          ['status.vkey', text.encode(`${status.vkey}\n`)],
          ['status.txt', file],
        ]),
      );
    },
  };
}
