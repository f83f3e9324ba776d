import { type Policy, parsePolicy } from '@hocba/ledger';
import { type Certificate, type CryptoPort, certificatesFromPem } from '@hocba/signature';

/** What a verifier believes, from a folder of files: roots, the log's policy, the status key and a dated status file. */
export interface Trust {
  readonly roots: readonly Certificate[];
  readonly policy: Policy | null;
  readonly statusVkey: string | null;
  readonly status: Uint8Array | null;
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

/**
 * Reads a trust folder's files: `*.pem` roots, `tlog-policy`, `status.vkey`, `status.txt`. Other files are ignored.
 * @throws TrustError for a file that is there and wrong: half a trust is no trust
 */
export function readTrust(crypto: Pick<CryptoPort, 'sha256'>, files: ReadonlyMap<string, Uint8Array>): Trust {
  const text = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes);
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
  return {
    roots: pems.flatMap((name) => read(name, (bytes) => certificatesFromPem(text(bytes))) ?? []),
    policy: read('tlog-policy', (bytes) => parsePolicy((b) => crypto.sha256(b), text(bytes))),
    statusVkey: read('status.vkey', (bytes) => text(bytes).trim()),
    status: files.get('status.txt') ?? null,
  };
}
