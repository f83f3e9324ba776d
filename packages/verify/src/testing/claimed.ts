import { type ClaimContent, claimContentOf, signClaim } from '@hocba/form/claim';
import {
  type ClaimKey,
  claimKeyCommitment,
  claimKeyId,
  createLog,
  encodeLeaf,
  formatClaimKey,
  formatReceipt,
  type LeafKind,
  type Log,
  leafHash,
  memoryLock,
  memoryStorage,
  type NoteSigner,
  openLog,
  parsePolicy,
  parseVkey,
  type Status,
  signStatus,
} from '@hocba/ledger';
import { ed25519Signer, generateLogKey, nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import { nodeCrypto } from '@hocba/signature/node';
import type { ProvenLeaf } from '../claim/claim-leaf.ts';
import { type ClaimFinding, verifyClaim } from '../claim/verify-claim.ts';
import type { SchoolLog, TrustedSchool } from '../trust/bundle.ts';
import type { Trust } from '../trust/trust.ts';
import { sampleDocument } from './issued.ts';

export const day = (iso: string): number => Date.parse(`${iso}T00:00:00+07:00`) / 1000;
export const OF = 'so.example/79000000';
export const log = (year: string, from: string): SchoolLog => ({ origin: `${OF}/${year}`, from: day(from) });

/** How the key's certificate differs from one that is in order. */
export interface Certified {
  /** In the document that is shown, and that the leaf commits to. */
  readonly document?: Partial<ClaimKey>;
  /** In what the leaf commits to alone. */
  readonly committed?: Partial<ClaimKey>;
  readonly kind?: LeafKind;
  /** What the policy says behind its log. */
  readonly policy?: string;
  readonly proof?: (file: Uint8Array) => Uint8Array;
}

/** A claim by the certified key of a log, and the trust of somebody who knows the school's logs. */
export async function claimed(
  key: SchoolLog,
  logs: readonly SchoolLog[],
  change: Partial<ClaimContent>,
  written = (text: string) => text,
  successor?: TrustedSchool,
) {
  const found = await findingOf(key, logs, change, { written, ...(successor && { successor }) });
  return 'code' in found ? `${found.state}:${found.code}` : found.state;
}

export async function findingOf(
  key: SchoolLog,
  logs: readonly SchoolLog[],
  change: Partial<ClaimContent>,
  {
    signedBy,
    certified = {},
    written = (text: string) => text,
    status,
    place = 7,
    leafHash: named,
    copy,
    successor,
  }: {
    readonly written?: (text: string) => string;
    /** Who signs in the certified key's name, where it is somebody else. */
    readonly signedBy?: NoteSigner;
    readonly certified?: Certified;
    readonly status?: Omit<Status, 'origin'>;
    readonly place?: number;
    /** What the claim says of its leaf, where it is not the log's own. */
    readonly leafHash?: Uint8Array;
    /** The school that keeps this one's records since it was closed or merged. */
    readonly successor?: TrustedSchool;
    /** What a copy of the log gives for the leaf asked for; without one there is none. */
    readonly copy?: (at: number, log: Log, leaves: readonly Uint8Array[]) => Promise<ProvenLeaf | null>;
  },
): Promise<ClaimFinding> {
  const claims = ed25519Signer('claims', generateLogKey());
  const { publicKey } = parseVkey(nodeSha256, claims.vkey);
  const document = {
    origin: key.origin,
    publicKey,
    from: day('2025-09-05'),
    until: day('2026-10-01'),
    ...certified.document,
  };
  const salt = new Uint8Array(32).fill(9);
  const leaf = encodeLeaf({
    kind: certified.kind ?? 'claimKey',
    time: day('2025-09-06'),
    commitment: claimKeyCommitment(nodeSha256, { ...document, ...certified.committed }, salt),
  });
  const signer = ed25519Signer(key.origin, generateLogKey());
  const storage = memoryStorage();
  const ports = {
    origin: key.origin,
    sha256: nodeSha256,
    ed25519: nodeEd25519,
    storage,
    lock: memoryLock(),
    signer,
    now: () => day('2026-05-28') * 1000,
  };
  await createLog(ports);
  const writer = await openLog(ports);
  const leaves = Array.from({ length: 9 }, (_, n): Uint8Array => {
    const commitment = new Uint8Array(32).fill(n);
    if (n === 0) return leaf;
    return encodeLeaf({
      kind: n === 8 ? 'manifest' : 'issue',
      time: day('2025-09-06') + n * 86_400,
      commitment,
    });
  });
  await writer.append(
    0,
    leaves.map((bytes) => ({ bytes, leafHash: leafHash(nodeSha256, bytes) })),
  );
  const content = {
    ...claimContentOf(sampleDocument()),
    schoolCode: '79000000',
    training: false,
    schoolYear: '2025-2026',
    issueDate: '2026-05-29',
    ...change,
  };
  const body = {
    content,
    keyId: claimKeyId(nodeSha256, publicKey),
    leafIndex: place,
    leafHash: named ?? leafHash(nodeSha256, leaves[place] ?? leaf).slice(0, 16),
  };
  const statusSigner = ed25519Signer(`${key.origin}/status`, generateLogKey());
  const statusFile =
    status && (await signStatus(nodeSha256, nodeEd25519, statusSigner, { origin: key.origin, ...status }));
  const text = await signClaim(body, (signedBy ?? claims).sign);
  const proof = await writer.proofFor(0, formatReceipt({ salt, leaf }));
  const trust: Trust = {
    roots: [],
    authorityRoots: [],
    policy: parsePolicy(nodeSha256, `log ${signer.vkey}\n${certified.policy ?? 'quorum none\n'}`),
    statusKeys: new Map([[key.origin, statusSigner.vkey]]),
    statusFiles: statusFile === undefined ? [] : [statusFile],
    statusMaxAge: 30 * 86_400,
    schools: new Map([
      [
        '79000000',
        { code: '79000000', name: 'Trường Mẫu', logs, seals: [], successor: successor?.code ?? null },
      ],
      ...(successor ? [[successor.code, successor] as const] : []),
    ]),
    suspicions: [],
    claimKeys: [{ document: formatClaimKey(document), proof: certified.proof?.(proof) ?? proof }],
    asOf: day('2026-06-01'),
    until: null,
  };
  const now = () => new Date(day('2026-06-02') * 1_000);
  const leafOf = copy && ((_: string, index: number) => copy(index, writer, leaves));
  return verifyClaim(written(text), trust, {
    crypto: nodeCrypto,
    ed25519: nodeEd25519,
    now,
    ...(leafOf === undefined ? {} : { leafOf }),
  });
}
