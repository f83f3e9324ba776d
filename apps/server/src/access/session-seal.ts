import { createHmac, timingSafeEqual } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { secretFile } from '../store/postgres/secret-file.ts';

/** What of a session nobody but the application may say. When it was last used is not among it: it moves each minute. */
export interface SealedSession {
  readonly digest: Uint8Array;
  readonly accountId: string;
  /** Whose account it was when the session began. */
  readonly schoolId: string;
  readonly staffId: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly secondFactorAt: Date | null;
}

const keys = new Map<string, Buffer>();

/** Lies beside the data and never in the database: who owns the tables opens no session with what he writes into them. */
function keyOf(dataDir: string): Buffer {
  let key = keys.get(dataDir);
  if (key === undefined) {
    const folder = join(dataDir, 'keys');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    key = Buffer.from(secretFile(join(folder, 'sessions.key')), 'base64url');
    keys.set(dataDir, key);
  }
  return key;
}

/** HMAC-SHA-256 over the session's row; also of a time that is none (`infinity` comes as a number). */
export function sessionSeal(dataDir: string, session: SealedSession): Uint8Array {
  const { digest, accountId, schoolId, staffId, createdAt, expiresAt, secondFactorAt } = session;
  const lines = [
    'hocba.vn/session/v1',
    Buffer.from(digest).toString('hex'),
    accountId,
    schoolId,
    staffId,
    Number(createdAt),
    Number(expiresAt),
    secondFactorAt === null ? '-' : Number(secondFactorAt),
  ];
  return new Uint8Array(createHmac('sha256', keyOf(dataDir)).update(lines.join('\n')).digest());
}

/** Whether the application has written the row so; never of one without a seal. */
export function isSealed(dataDir: string, session: SealedSession, seal: Uint8Array | null): boolean {
  const wanted = sessionSeal(dataDir, session);
  return seal !== null && seal.length === wanted.length && timingSafeEqual(seal, wanted);
}
