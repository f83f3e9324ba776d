import { type Ed25519, parsePolicy } from '@hocba/ledger';
import { type CryptoPort, certificatesFromPem } from '@hocba/signature';
import { BUNDLE_FILE, readSignedTrust, type Trust, TrustError, textOf } from './trust.ts';

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
  return readSignedTrust(ports, { bundle, vkey, statusFiles });
}

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
  const roots = pems.flatMap((name) => read(name, (bytes) => certificatesFromPem(textOf(bytes))) ?? []);
  const policy = read('tlog-policy', (bytes) => parsePolicy((b) => crypto.sha256(b), textOf(bytes)));
  const statusVkey = read('status.vkey', (bytes) => textOf(bytes).trim());
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
