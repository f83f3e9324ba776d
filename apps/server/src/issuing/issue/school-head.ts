import type { Kysely } from 'kysely';
import { Refusal } from '../../refusal.ts';
import type { Database } from '../../store/tables.ts';

export interface SchoolHead {
  readonly code: string;
  readonly name: string;
  readonly training: boolean;
}

export async function schoolOf(trx: Kysely<Database>, schoolId: string): Promise<SchoolHead> {
  const row = await trx
    .selectFrom('school')
    .select(['code', 'name', 'training'])
    .where('school_id', '=', schoolId)
    .executeTakeFirst();
  if (!row) throw new Refusal('not-found');
  return row;
}
