import { type Kysely, sql } from 'kysely';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import type { Actor } from '../actor.ts';
import type { Deps } from '../binding.ts';
import { openSlip } from './slips.ts';
import type { FactorState } from './state.ts';

/**
 * What sets up the next factor. `vouched`: nothing yet, since somebody handed out the password of an office person and so
 * may know it; somebody else of the office has to agree first (decision of 29 November).
 */
export type EnrolBy = 'fresh' | 'password' | 'slip' | 'vouched';

export async function enrolBy(
  deps: Deps,
  actor: Actor,
  { enforced, enrolled }: FactorState,
): Promise<EnrolBy> {
  if (enrolled) return 'fresh';
  if ((await openSlip(deps, actor)) !== null) return 'slip';
  const office = actor.roles.some((role) => role !== 'teacher');
  if (!enforced || !office) return 'password';
  return inSchool(deps.db, actor.schoolId, async (trx) =>
    (await waitsForVoucher(trx, actor)) ? 'vouched' : 'password',
  );
}

/** Who handed out the password that the person has, or had when choosing one's own; null where nobody did. */
export async function passwordIssuer(
  trx: Kysely<Database>,
  { schoolId, staffId }: Pick<Actor, 'schoolId' | 'staffId'>,
): Promise<{ readonly staffId: string; readonly fullName: string } | null> {
  const row = await trx
    .selectFrom('account as a')
    .innerJoin('staff as s', (join) =>
      join.onRef('s.school_id', '=', 'a.school_id').onRef('s.staff_id', '=', 'a.issued_by'),
    )
    .select(['s.staff_id', 's.full_name'])
    .where('a.school_id', '=', schoolId)
    .where('a.staff_id', '=', staffId)
    .executeTakeFirst();
  return row === undefined ? null : { staffId: row.staff_id, fullName: row.full_name };
}

/**
 * The password was handed out, and there is somebody of the office with a factor, neither its issuer nor the person, who can
 * say that this is the person. In a school that begins there may be nobody yet.
 */
export async function waitsForVoucher(
  trx: Kysely<Database>,
  { schoolId, staffId }: Pick<Actor, 'schoolId' | 'staffId'>,
): Promise<boolean> {
  const { rows } = await sql`
    select 1 from account mine
    where mine.school_id = ${schoolId} and mine.staff_id = ${staffId} and mine.issued_by is not null
      and exists (
        select 1 from account other
        join staff_role r on r.school_id = other.school_id and r.staff_id = other.staff_id and r.role <> 'teacher'
        join second_factor f on f.account_id = other.account_id and f.confirmed_at is not null and f.ended_at is null
        where other.school_id = mine.school_id and other.disabled_at is null
          and other.staff_id not in (mine.staff_id, mine.issued_by)
      )`.execute(trx);
  return rows.length > 0;
}
