import { createHash, randomInt } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../../store/tables.ts';
import type { Deps } from '../binding.ts';
import { paperCodesAreNoted } from './noted-factors.ts';

const COUNT = 10;
/** Without what is mistaken for one another on paper: 0 O, 1 I L, 2 Z, 5 S, 8 B. */
const LETTERS = '34679ACDEFGHJKMNPQRTUVWXY';
const LENGTH = 12;

/** Twelve letters of twenty-five, 55 bits, in groups of four. */
export function paperCode(): string {
  const letters = Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)] ?? '');
  return [0, 4, 8].map((at) => letters.slice(at, at + 4).join('')).join('-');
}

/** As typed: small letters, blanks and hyphens do not matter. Null for what is no such code. */
export function paperCodeDigest(accountId: string, typed: string): Uint8Array | null {
  const code = typed.toUpperCase().replaceAll(/[\s-]/g, '');
  if (code.length !== LENGTH || [...code].some((letter) => !LETTERS.includes(letter))) return null;
  return new Uint8Array(createHash('sha256').update(`${accountId}\n${code}`).digest());
}

/** Ten new codes; the earlier ones end. They are shown once. */
export async function newPaperCodes(
  trx: Transaction<Database>,
  accountId: string,
  now: Date,
): Promise<readonly string[]> {
  const codes = Array.from({ length: COUNT }, paperCode);
  await endPaperCodes(trx, accountId, now);
  await trx
    .insertInto('paper_code')
    .values(
      codes.map((code) => ({
        account_id: accountId,
        code_digest: paperCodeDigest(accountId, code) ?? new Uint8Array(),
        created_at: now,
      })),
    )
    .execute();
  return codes;
}

export async function endPaperCodes(trx: Kysely<Database>, accountId: string, now: Date): Promise<void> {
  await trx
    .updateTable('paper_code')
    .set({ ended_at: now })
    .where('account_id', '=', accountId)
    .where('ended_at', 'is', null)
    .where('used_at', 'is', null)
    .execute();
}

/** Whether the code is one of the account's that was not used; it is used now. */
export async function paperCodeAnswers(deps: Deps, accountId: string, typed: string): Promise<boolean> {
  const digest = paperCodeDigest(accountId, typed);
  if (digest === null || !(await paperCodesAreNoted(deps, accountId))) return false;
  const { numUpdatedRows } = await deps.db
    .updateTable('paper_code')
    .set({ used_at: deps.now() })
    .where('account_id', '=', accountId)
    .where('code_digest', '=', digest)
    .where('used_at', 'is', null)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function paperCodesLeft(deps: Deps, accountId: string): Promise<number> {
  const row = await deps.db
    .selectFrom('paper_code')
    .select(({ fn }) => fn.countAll<string>().as('left'))
    .where('account_id', '=', accountId)
    .where('used_at', 'is', null)
    .where('ended_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(row.left);
}
