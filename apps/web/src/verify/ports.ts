import { webCrypto } from '@hocba/signature';
import { readSignedTrust, type Trust, type VerifyPorts } from '@hocba/verify';
import { ed25519 } from './ed25519.ts';

const crypto = webCrypto();
export const ports: VerifyPorts = { crypto, ed25519: ed25519(crypto.sha512) };

const ADDRESS = '/api/trust';
const KEPT = 'kiem-tra-hoc-ba/can-cu';

/**
 * What this page's own server says to believe. Without a network: what it said last and this browser has kept; a
 * verdict says how old its status is, and one that is too old makes nothing green. Null if there is neither.
 */
export async function fetchTrust(): Promise<Trust | null> {
  // Browsers give no cache to a page that came without TLS from another machine.
  const kept = 'caches' in globalThis ? await caches.open(KEPT).catch(() => null) : null;
  try {
    const response = await fetch(ADDRESS, { credentials: 'omit' });
    if (!response.ok) return null;
    const copy = response.clone();
    const trust = await trustOf(response);
    // Kept only once it has been read whole: a broken answer must not take the place of a good one.
    await kept?.put(ADDRESS, copy).catch(() => undefined);
    return trust;
  } catch {
    const last = await kept?.match(ADDRESS).catch(() => undefined);
    return last ? trustOf(last).catch(() => null) : null;
  }
}

async function trustOf(response: Response): Promise<Trust> {
  const { bundle, vkey, statuses } = (await response.json()) as TrustAnswer;
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  const statusFiles = statuses.map(({ text }) => bytes(text));
  return readSignedTrust(ports, { bundle: bytes(bundle), vkey: bytes(vkey), statusFiles });
}

interface TrustAnswer {
  bundle: string;
  vkey: string;
  statuses: { text: string }[];
}
