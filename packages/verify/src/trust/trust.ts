import type { Ed25519, Policy } from '@hocba/ledger';
import { type AlgorithmRule, type Certificate, type CryptoPort, parseCertificate } from '@hocba/signature';
import {
  type CertifiedClaimKey,
  goodUntil,
  type Suspicion,
  type TrustBundle,
  type TrustedSchool,
} from './bundle.ts';
import { openBundle } from './signed-bundle.ts';

/** What a verifier believes. Without a bundle there is no register: no school, no seal, and nothing becomes green. */
export interface Trust {
  readonly roots: readonly Certificate[];
  /** Of time-stamping authorities. */
  readonly authorityRoots: readonly Certificate[];
  /** The built-in rules if not given. */
  readonly algorithms?: readonly AlgorithmRule[];
  readonly policy: Policy | null;
  /** Who signs a log's status files: vkeys by origin. */
  readonly statusKeys: ReadonlyMap<string, string>;
  /** Status files of any logs, as they came. */
  readonly statusFiles: readonly Uint8Array[];
  /** Seconds; null where nobody set a bound. */
  readonly statusMaxAge: number | null;
  /** By code; null where there is no register. */
  readonly schools: ReadonlyMap<string, TrustedSchool> | null;
  readonly suspicions: readonly Suspicion[];
  readonly claimKeys: readonly CertifiedClaimKey[];
  /** When the bundle was made, unix seconds; null without one. */
  readonly asOf: number | null;
  /** Until when it is good (`goodUntil`), unix seconds; null without one. */
  readonly until: number | null;
}

/** A trust folder that cannot be used as it is; `file` names which of its files. */
export class TrustError extends Error {
  readonly file: string;
  constructor(file: string, options?: ErrorOptions) {
    super(`trust folder: ${file} cannot be read`, options);
    this.name = 'TrustError';
    this.file = file;
  }
}

/** The trust that an opened bundle gives, with the status files that came beside it. @throws DerError for a root that is none */
export function trustOf(bundle: TrustBundle, statusFiles: readonly Uint8Array[]): Trust {
  return {
    roots: bundle.roots.map(parseCertificate),
    authorityRoots: bundle.authorityRoots.map(parseCertificate),
    algorithms: bundle.algorithms,
    policy: bundle.policy,
    statusKeys: new Map(bundle.statusKeys.map(({ origin, vkey }) => [origin, vkey])),
    statusFiles,
    statusMaxAge: bundle.statusMaxAge,
    schools: new Map(bundle.schools.map((school) => [school.code, school])),
    suspicions: bundle.suspicions,
    claimKeys: bundle.claimKeys,
    asOf: bundle.asOf,
    until: goodUntil(bundle),
  };
}

/** What a bundle comes with: the key that it must be signed by, and status files of any logs. */
export interface SignedTrust {
  readonly bundle: Uint8Array;
  readonly vkey: Uint8Array;
  readonly statusFiles: readonly Uint8Array[];
}

export const BUNDLE_FILE = 'hocba.trust';

/**
 * Verifies a bundle and reads it.
 * @throws TrustError for one that is wrong: half a trust is no trust
 */
export async function readSignedTrust(
  ports: { readonly crypto: Pick<CryptoPort, 'sha256'>; readonly ed25519: Ed25519 },
  { bundle, vkey, statusFiles }: SignedTrust,
): Promise<Trust> {
  const sha256 = (bytes: Uint8Array) => ports.crypto.sha256(bytes);
  try {
    return trustOf(await openBundle(sha256, ports.ed25519, [textOf(vkey).trim()], bundle), statusFiles);
  } catch (cause) {
    throw new TrustError(BUNDLE_FILE, { cause });
  }
}

export const textOf = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes);
