import { hash, verify } from '@node-rs/argon2';

/** Argon2id with 19 MiB, two passes, one lane (OWASP's least; R-03). The library's default algorithm is Argon2id. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const;

/** A password's hash as a PHC string, which carries its own parameters and salt. Text is taken as NFC. */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFC'), COST);
}

/** True if the password is the one that was hashed; false also for a hash that cannot be read. */
export async function passwordMatches(stored: string, password: string): Promise<boolean> {
  try {
    return await verify(stored, password.normalize('NFC'));
  } catch {
    return false;
  }
}

/** Whether a hash was made with less than what is asked today, so that a sign-in makes it anew. */
export function isOutdatedHash(stored: string): boolean {
  const cost = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=\d+\$/.exec(stored);
  return !cost || Number(cost[1]) < COST.memoryCost || Number(cost[2]) < COST.timeCost;
}

let decoy: Promise<string> | null = null;

/** Takes as long as a real comparison and never matches: for a user name that nobody has. */
export async function compareWithNobody(password: string): Promise<void> {
  decoy ??= hashPassword('khong-phai-mat-khau-cua-ai');
  await passwordMatches(await decoy, password);
}
