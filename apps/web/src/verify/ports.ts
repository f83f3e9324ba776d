import { webCrypto } from '@hocba/signature';
import { BundleError, readSignedTrust, type Trust, TrustError, type VerifyPorts } from '@hocba/verify';
import { ed25519 } from './ed25519.ts';

const crypto = webCrypto();
export const ports: VerifyPorts = { crypto, ed25519: ed25519(crypto.sha512) };

/** By how many days this device's clock is off the server's, where that was asked just now; 0 for what makes no verdict another. */
export let clockOffBy = 0;
const DAY_MS = 86_400_000;

const ADDRESS = '/api/trust';
const KEPT = 'kiem-tra-hoc-ba/can-cu';

/** How long a poor line is waited for, in milliseconds: where something is kept, and where there is nothing else. */
const PATIENCE = { kept: 8_000, none: 60_000 };

/**
 * What this page's own server says to believe. Without a network, behind one that answers nothing or only its own door, or while
 * the server is ill: what it said last and this browser has kept; a verdict says how old its status is, and one that is too
 * old makes nothing green. Null if there is neither.
 *
 * @returns `outdated` where the server's list is of a kind that came after this page, `ill-made` where it is signed and not as a list is
 * written: what is kept may lack just what it says, and is not believed either
 */
export async function fetchTrust(): Promise<Trust | null | 'outdated' | 'ill-made'> {
  // Browsers give no cache to a page that came without TLS from another machine.
  const kept = 'caches' in globalThis ? await caches.open(KEPT).catch(() => null) : null;
  const last = await kept?.match(ADDRESS).catch(() => undefined);
  try {
    const signal = AbortSignal.timeout(last ? PATIENCE.kept : PATIENCE.none);
    const response = await fetch(ADDRESS, { credentials: 'omit', signal });
    if (!response.ok) throw new Error(`status ${response.status}`);
    const served = Date.parse(response.headers.get('date') ?? '');
    const days = Math.round(Math.abs(Date.now() - served) / DAY_MS);
    // What does not parse is no number of days.
    clockOffBy = days > 1 ? days : 0;
    const copy = response.clone();
    const trust = await trustOf(response);
    // Kept only once it has been read whole: a broken answer must not take the place of a good one.
    await kept?.put(ADDRESS, copy).catch(() => undefined);
    return trust;
  } catch (error) {
    const code = error instanceof TrustError && error.cause instanceof BundleError ? error.cause.code : null;
    if (code === 'not-understood') return 'outdated';
    if (code === 'malformed') return 'ill-made';
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
