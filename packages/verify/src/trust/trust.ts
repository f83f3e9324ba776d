import { type Ed25519, type Policy, parsePolicy } from '@hocba/ledger';
import {
  type AlgorithmRule,
  type Certificate,
  type CryptoPort,
  certificatesFromPem,
  parseCertificate,
} from '@hocba/signature';
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

export const BUNDLE_FILE = 'hocba.trust';
export const BUNDLE_KEY_FILE = 'hocba-trust.vkey';
const STATUS_FILE = /^status(-[0-9A-Za-z.-]+)?\.txt$/;

/** Whether a file of that name is part of a trust folder. */
export function isTrustFile(name: string): boolean {
  return /\.(pem|vkey)$|^tlog-policy$/.test(name) || name === BUNDLE_FILE || STATUS_FILE.test(name);
}

/**
 * Reads a trust folder: a bundle `hocba.trust` with the key it must be signed by (`hocba-trust.vkey`) and status files
 * `status-*.txt`; or, where there is no bundle, the plain parts of one: `*.pem` roots, `tlog-policy`, `status.vkey`,
 * `status.txt`. Other files are ignored.
 * @throws TrustError for a file that is there and wrong: half a trust is no trust
 */
export async function readTrust(
  ports: { readonly crypto: Pick<CryptoPort, 'sha256'>; readonly ed25519: Ed25519 },
  files: ReadonlyMap<string, Uint8Array>,
): Promise<Trust> {
  const statusFiles = [...files].filter(([name]) => STATUS_FILE.test(name)).map(([, bytes]) => bytes);
  const bundle = files.get(BUNDLE_FILE);
  if (bundle === undefined) return readPlainParts(ports.crypto, files, statusFiles);
  const vkey = files.get(BUNDLE_KEY_FILE);
  if (vkey === undefined) throw new TrustError(BUNDLE_KEY_FILE);
  const sha256 = (bytes: Uint8Array) => ports.crypto.sha256(bytes);
  try {
    return trustOf(await openBundle(sha256, ports.ed25519, [text(vkey).trim()], bundle), statusFiles);
  } catch (cause) {
    throw new TrustError(BUNDLE_FILE, { cause });
  }
}

const text = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes);

function readPlainParts(
  crypto: Pick<CryptoPort, 'sha256'>,
  files: ReadonlyMap<string, Uint8Array>,
  statusFiles: readonly Uint8Array[],
): Trust {
  const read = <T>(file: string, use: (bytes: Uint8Array) => T): T | null => {
    const bytes = files.get(file);
    if (bytes === undefined) return null;
    try {
      return use(bytes);
    } catch (cause) {
      throw new TrustError(file, { cause });
    }
  };
  const pems = [...files.keys()].filter((name) => name.endsWith('.pem')).sort();
  const roots = pems.flatMap((name) => read(name, (bytes) => certificatesFromPem(text(bytes))) ?? []);
  const policy = read('tlog-policy', (bytes) => parsePolicy((b) => crypto.sha256(b), text(bytes)));
  const statusVkey = read('status.vkey', (bytes) => text(bytes).trim());
  const origins = statusVkey === null ? [] : (policy?.logs ?? []).map(({ key }) => key.name);
  return {
    roots,
    authorityRoots: roots,
    policy,
    statusKeys: new Map(origins.map((origin) => [origin, statusVkey ?? ''])),
    statusFiles,
    statusMaxAge: null,
    schools: null,
    suspicions: [],
    claimKeys: [],
    asOf: null,
    until: null,
  };
}
