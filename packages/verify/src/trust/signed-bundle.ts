import {
  type Ed25519,
  formatNote,
  LedgerError,
  type NoteSigner,
  parseNote,
  parseVkey,
  type Sha256,
  signNote,
  verifyNote,
} from '@hocba/ledger';
import { BundleError, type TrustBundle } from './bundle.ts';
import { bundleText, isOfNewerVersion, readBundleText } from './spelling.ts';

/** A country of 14,000 schools with their seals is some 6 MB. */
export const MAX_BUNDLE_BYTES = 16_000_000;

/**
 * Signs a bundle as a C2SP note, by a key that is none of the logs'.
 * @throws BundleError 'too-large'; LedgerError of the note
 */
export async function signBundle(
  sha256: Sha256,
  ed25519: Ed25519,
  signer: NoteSigner,
  bundle: TrustBundle,
): Promise<Uint8Array> {
  const text = bundleText(sha256, bundle);
  // What is signed must be readable: a bundle that only its writer understands takes every verifier down.
  readBundleText(sha256, text);
  const bytes = formatNote({ text, signatures: [await signNote(sha256, ed25519, signer, text)] });
  if (bytes.length > MAX_BUNDLE_BYTES) throw new BundleError('too-large', String(bytes.length));
  return bytes;
}

/**
 * Verifies and reads a bundle. One that is signed and not understood is refused whole: what a version does not know may be what refuses. Whether
 * it is newer than its reader or wrongly made is told by the version that it declares.
 * @param vkeys who may sign bundles, as the verifier was told by other means; one of them must have
 * @throws BundleError
 */
export async function openBundle(
  sha256: Sha256,
  ed25519: Ed25519,
  vkeys: readonly string[],
  bytes: Uint8Array,
): Promise<TrustBundle> {
  if (bytes.length > MAX_BUNDLE_BYTES) throw new BundleError('too-large', String(bytes.length));
  try {
    const note = parseNote(bytes, MAX_BUNDLE_BYTES);
    await verifyNote(
      ed25519,
      note,
      vkeys.map((vkey) => parseVkey(sha256, vkey)),
    );
    return readAsSigned(sha256, note.text);
  } catch (cause) {
    if (!(cause instanceof LedgerError)) throw cause;
    const signature = cause.code === 'note-unsigned' || cause.code === 'note-signature-wrong';
    throw new BundleError(signature ? 'wrong-signature' : 'not-a-bundle', cause.code, { cause });
  }
}

function readAsSigned(sha256: Sha256, text: string): TrustBundle {
  if (isOfNewerVersion(text)) throw new BundleError('not-understood', text.slice(0, text.indexOf('\n')));
  try {
    return readBundleText(sha256, text);
  } catch (cause) {
    if (cause instanceof LedgerError) throw new BundleError('malformed', cause.message, { cause });
    throw cause;
  }
}
