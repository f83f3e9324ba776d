import type { Ed25519 } from '@hocba/ledger';
import { webCrypto } from '@hocba/signature';
import { BUNDLE_FILE, BUNDLE_KEY_FILE, readTrust, type Trust, type VerifyPorts } from '@hocba/verify';
import { ed25519 } from '@noble/curves/ed25519.js';

/** Ed25519 in the page itself: browsers of old school PCs have none of their own. */
const noble: Ed25519 = {
  verify(publicKey, message, signature) {
    try {
      return ed25519.verify(signature, message, publicKey, { zip215: false });
    } catch {
      return false;
    }
  },
};

export const ports: VerifyPorts = { crypto: webCrypto(), ed25519: noble };

/** What this page's own server says to believe; null if it cannot be reached, and then nothing becomes green. */
export async function fetchTrust(): Promise<Trust | null> {
  try {
    const response = await fetch('/api/trust', { credentials: 'omit' });
    if (!response.ok) return null;
    const { bundle, vkey, statuses } = (await response.json()) as TrustAnswer;
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    const files = new Map(statuses.map(({ name, text }): [string, Uint8Array] => [name, bytes(text)]));
    files.set(BUNDLE_FILE, bytes(bundle));
    files.set(BUNDLE_KEY_FILE, bytes(vkey));
    return await readTrust(ports, files);
  } catch {
    return null;
  }
}

interface TrustAnswer {
  bundle: string;
  vkey: string;
  statuses: { name: string; text: string }[];
}
