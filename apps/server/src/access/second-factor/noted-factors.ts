import { sql } from 'kysely';
import { inSchool } from '../../store/database.ts';
import { type NotedTableName, notNoted } from '../../store/noted-rows.ts';
import type { Deps } from '../binding.ts';

/** Of an account's factors, or of its codes on paper, those that stand as the application has written them. One that was put in by SQL proves nobody. */
export async function notedFactors<F extends { readonly factor_id: string }>(
  { db }: Pick<Deps, 'db'>,
  accountId: string,
  factors: readonly F[],
): Promise<readonly F[]> {
  const ids = factors.map(({ factor_id }) => factor_id);
  const others = await othersOf(db, accountId, 'second_factor', ids);
  return factors.filter(({ factor_id }) => !others.has(factor_id));
}

/** Whether all codes on paper of the account are the application's: where one is not, none is taken. */
export async function paperCodesAreNoted({ db }: Pick<Deps, 'db'>, accountId: string): Promise<boolean> {
  return (await othersOf(db, accountId, 'paper_code', [accountId])).size === 0;
}

async function othersOf(
  db: Deps['db'],
  accountId: string,
  table: NotedTableName,
  ofs: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ofs.length === 0) return new Set();
  const { school_id: schoolId } = await db
    .selectFrom('account')
    .select('school_id')
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow();
  if (!db.isTransaction) return inSchool(db, schoolId, (trx) => notNoted(trx, schoolId, table, ofs));
  // The caller holds the account meanwhile, at work in no school.
  await sql`select set_config('app.school_id', ${schoolId}, true)`.execute(db);
  return notNoted(db, schoolId, table, ofs);
}
