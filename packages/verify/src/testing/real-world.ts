import {
  createLog,
  encodeLeaf,
  formatReceipt,
  type Leaf,
  leafHash,
  memoryLock,
  memoryStorage,
  openLog,
  parseVkey,
  type StatusEntry,
  signStatus,
} from '@hocba/ledger';
import { ed25519Signer, generateLogKey, nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import type { ClassTableDocument, RecordDocument } from '@hocba/record';
import {
  ALGORITHM_POLICY,
  appendSignatureTimestamp,
  obtainTimestamp,
  openSignature,
  parseCertificate,
  raiseToLevel,
  signatureTimestampMessage,
} from '@hocba/signature';
import { type IssuedLeaf, nodeCrypto } from '@hocba/signature/node';
import { makeRealPki, type RealPki } from '@hocba/signature/testing';
import type { TrustBundle } from '../trust/bundle.ts';
import { BUNDLE_KEY_FILE, readTrust } from '../trust/folder.ts';
import { signBundle } from '../trust/signed-bundle.ts';
import { BUNDLE_FILE, type Trust } from '../trust/trust.ts';
import { coreOf, type LeafOf, sampleDocument, signAll } from './issued.ts';
import { signTable } from './issued-table.ts';

/** A school that issues in earnest, in a world whose roots are made for the one test: what a green verdict needs. */
export interface RealWorld {
  readonly pki: RealPki;
  readonly origin: string;
  readonly seal: IssuedLeaf;
  readonly leafOf: LeafOf;
  /** In the order in which they were logged, after the tables. */
  readonly records: readonly RealRecord[];
  readonly tables: readonly RealTable[];
  /** `status` of the log's records, and any change to the bundle before it is signed. */
  files(change?: TrustChange): Promise<Map<string, Uint8Array>>;
  trust(change?: TrustChange): Promise<Trust>;
}
export interface RealRecord {
  readonly xml: Uint8Array;
  readonly proof: Uint8Array;
  readonly index: number;
  readonly doc: RecordDocument;
}
export type RealTable = Omit<RealRecord, 'doc'> & { readonly doc: ClassTableDocument };
export interface TrustChange {
  readonly entries?: readonly StatusEntry[];
  /** When the status was made, unix seconds. */
  readonly statusAt?: number;
  /** Leaves of the tree that it speaks of, where it is not the whole one. */
  readonly statusSize?: number;
  readonly bundle?: (bundle: TrustBundle) => TrustBundle;
}
export interface RealWorldOptions {
  /** One after the other; the sample record alone if not given. */
  readonly docs?: readonly RecordDocument[];
  /** Class tables, issued before the records that name them. */
  readonly tables?: readonly ClassTableDocument[];
  readonly origin?: string;
  /** Slots whose answers the seal carries: all but itself if not given. */
  readonly carried?: (slotIds: readonly string[]) => readonly string[];
  /** Level of principal and seal. */
  readonly level?: 'B' | 'T' | 'LTA';
  /** What the log says of when it had the records, unix seconds. */
  readonly loggedAt?: number;
  /** Other software has the seal dated at this time, whatever the seal states itself. */
  readonly falselyDatedAt?: Date;
}

/** Signing times of `signAll` are from 13:10 to 13:30 UTC of this day. */
export const REAL_START = new Date('2026-05-28T12:00:00Z');
export const DATED_AT = new Date('2026-05-28T13:40:00Z');
export const LOGGED_AT = seconds('2026-05-28T13:41:00Z');
export const STATUS_AT = seconds('2026-05-31T00:00:00Z');
/** When the tests look, unless they say otherwise. */
export const REAL_NOW = new Date('2026-06-01T00:00:00Z');

function seconds(text: string): number {
  return Date.parse(text) / 1000;
}

export const realDocument = (change: Partial<RecordDocument> = {}): RecordDocument =>
  sampleDocument({ training: false, ...change });

export const fingerprint = (leaf: Pick<IssuedLeaf, 'chain'>): string =>
  Buffer.from(nodeSha256(leaf.chain[0] ?? new Uint8Array())).toString('hex');

export async function makeRealWorld(options: RealWorldOptions = {}): Promise<RealWorld> {
  const { docs = [realDocument()], origin = 'hocba.example/00000001/2025-2026', level = 'LTA' } = options;
  const pki = makeRealPki(REAL_START);
  const [first] = docs;
  if (first === undefined) throw new Error('no document');
  const seal = pki.seal(first.seal.organisationName, first.seal.taxCode);
  const people = new Map<string, IssuedLeaf>();
  const leafOf: LeafOf = ({ signer }) => {
    if (!('personalId' in signer)) return seal;
    const known = people.get(signer.personalId) ?? pki.person(signer.fullName, signer.personalId);
    people.set(signer.personalId, known);
    return known;
  };
  pki.setNow(options.falselyDatedAt ?? DATED_AT);
  const services = pki.services(1_400);
  const { tables: given = [] } = options;
  const made: { xml: Uint8Array; salt: Uint8Array; leaf: Uint8Array }[] = [];
  for (const [n, sign] of [
    ...given.map((table) => () => signTable(leafOf, table)),
    ...docs.map((doc) => () => signAll(leafOf, doc)),
  ].entries()) {
    let xml = await sign();
    const others = [...new TextDecoder().decode(xml).matchAll(/<Signature [^>]*Id="sig-([^"]+)"/g)]
      .map(([, id = '']) => id)
      .filter((id) => id !== 'ky-phat-hanh');
    if (options.falselyDatedAt !== undefined) {
      const open = openSignature(xml, 'ky-phat-hanh');
      const message = signatureTimestampMessage(open.doc, open.element);
      const asking = { port: services.timestamp, nonce: services.nonce(), roots: services.roots };
      xml = appendSignatureTimestamp(open, (await obtainTimestamp(nodeCrypto, message, asking)).token);
    } else if (level !== 'B') {
      xml = (await raiseToLevel(nodeCrypto, xml, 'cbql', level, services)).xml;
      const carried = options.carried?.(others) ?? others;
      xml = (await raiseToLevel(nodeCrypto, xml, 'ky-phat-hanh', level, services, carried)).xml;
    }
    const salt = new Uint8Array(32).fill(n + 1);
    const leaf: Leaf = {
      kind: 'issue',
      time: options.loggedAt ?? LOGGED_AT,
      commitment: await coreOf(xml, salt),
    };
    made.push({ xml, salt, leaf: encodeLeaf(leaf) });
  }
  const signer = ed25519Signer(origin, generateLogKey());
  const status = ed25519Signer(`${origin}/status`, generateLogKey());
  const bundleSigner = ed25519Signer('hocba.example/trust', generateLogKey());
  const ports = {
    origin,
    sha256: nodeSha256,
    ed25519: nodeEd25519,
    storage: memoryStorage(),
    lock: memoryLock(),
    signer,
    now: () => LOGGED_AT * 1000,
  };
  await createLog(ports);
  const log = await openLog(ports);
  await log.append(
    0,
    made.map(({ leaf }) => ({ bytes: leaf, leafHash: leafHash(nodeSha256, leaf) })),
  );
  const files = await Promise.all(
    made.map(async ({ xml, salt, leaf }, index) => ({
      xml,
      index,
      proof: await log.proofFor(index, formatReceipt({ salt, leaf })),
    })),
  );
  const tables = files.slice(0, given.length).flatMap((file, n): RealTable[] => {
    const doc = given[n];
    return doc ? [{ ...file, doc }] : [];
  });
  const records = files.slice(given.length).flatMap((file, n): RealRecord[] => {
    const doc = docs[n];
    return doc ? [{ ...file, doc }] : [];
  });
  const bundle: TrustBundle = {
    asOf: STATUS_AT,
    roots: [pki.root.der],
    authorityRoots: [pki.root.der],
    algorithms: ALGORITHM_POLICY,
    policy: {
      logs: [{ key: parseVkey(nodeSha256, signer.vkey) }],
      witnesses: [],
      groups: [],
      quorum: 'none',
    },
    statusKeys: [{ origin, vkey: status.vkey }],
    statusMaxAge: 30 * 86_400,
    schools: [
      {
        code: first.school.code,
        name: first.school.name,
        successor: null,
        logs: [{ origin, from: seconds('2025-09-01T00:00:00Z') }],
        seals: [{ certificate: fingerprint(seal), from: seconds('2025-09-01T00:00:00Z'), until: null }],
      },
    ],
    suspicions: [],
    claimKeys: [],
  };
  const filesOf = async (change: TrustChange = {}): Promise<Map<string, Uint8Array>> => {
    const changed = change.bundle?.(bundle) ?? bundle;
    const answer = {
      origin,
      asOf: change.statusAt ?? STATUS_AT,
      size: change.statusSize ?? made.length,
      entries: change.entries ?? [],
    };
    return new Map([
      [BUNDLE_FILE, await signBundle(nodeSha256, nodeEd25519, bundleSigner, changed)],
      [BUNDLE_KEY_FILE, new TextEncoder().encode(`${bundleSigner.vkey}\n`)],
      ['status-2025-2026.txt', await signStatus(nodeSha256, nodeEd25519, status, answer)],
    ]);
  };
  return {
    pki,
    origin,
    seal,
    leafOf,
    records,
    tables,
    files: filesOf,
    trust: async (change) => readTrust({ crypto: nodeCrypto, ed25519: nodeEd25519 }, await filesOf(change)),
  };
}

/** The certificate of the signer of a slot, as the world issued it. */
export const certificateOf = (leaf: Pick<IssuedLeaf, 'chain'>) =>
  parseCertificate(leaf.chain[0] ?? new Uint8Array());
