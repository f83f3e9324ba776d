import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A pairing that lasts a working day: kept for this user alone, and used for no other address than its own. */
export interface Pairing {
  readonly origin: string;
  readonly token: string;
  readonly expiresAt: string;
}

function placeOf(folder: string, origin: string): string {
  return join(folder, `${createHash('sha256').update(origin).digest('hex').slice(0, 16)}.json`);
}

export function pairingFolder(): string {
  return process.env.HOCBA_AGENT_HOME ?? join(homedir(), '.hocba-agent');
}

export function readPairing(folder: string, origin: string, now: Date): Pairing | null {
  try {
    const kept = JSON.parse(readFileSync(placeOf(folder, origin), 'utf8')) as Pairing;
    return kept.origin === origin && new Date(kept.expiresAt) > now ? kept : null;
  } catch {
    return null;
  }
}

export function keepPairing(folder: string, pairing: Pairing): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(placeOf(folder, pairing.origin), JSON.stringify(pairing), { mode: 0o600 });
}

export function forgetPairing(folder: string, origin: string): void {
  rmSync(placeOf(folder, origin), { force: true });
}
