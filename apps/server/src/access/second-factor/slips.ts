import { timingSafeEqual } from 'node:crypto';
import { inSchool } from '../../store/database.ts';
import { isNoted } from '../../store/noted-rows.ts';
import type { Actor } from '../actor.ts';
import type { Deps } from '../binding.ts';
import { paperCodeDigest } from './paper-codes.ts';

/** The slip of a reset that was agreed to and not used yet; it may have run out. */
export interface Slip {
  readonly resetId: string;
  /** Null of one that the application did not write: it is asked for, and nothing that is typed is it. */
  readonly digest: Uint8Array | null;
  readonly until: Date;
}

/** The newest reset's slip as long as it is not used: until then the password alone opens nothing. */
export async function openSlip(deps: Deps, actor: Pick<Actor, 'schoolId' | 'staffId'>): Promise<Slip | null> {
  const { schoolId } = actor;
  const { row, own } = await inSchool(deps.db, schoolId, async (trx) => {
    const row = await trx
      .selectFrom('factor_reset')
      .select(['reset_id', 'slip_digest', 'slip_until', 'slip_used_at'])
      .where('school_id', '=', schoolId)
      .where('staff_id', '=', actor.staffId)
      .where('approved', '=', true)
      .orderBy('decided_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    return {
      row,
      own: row !== undefined && (await isNoted(trx, schoolId, 'factor_reset', row.reset_id)),
    };
  });
  if (!row?.slip_digest || !row.slip_until || row.slip_used_at !== null) return null;
  return { resetId: row.reset_id, digest: own ? row.slip_digest : null, until: row.slip_until };
}

export function slipMatches(deps: Deps, slip: Slip, typed: string): boolean {
  const digest = paperCodeDigest(slip.resetId, typed);
  const known = slip.digest !== null && digest !== null && timingSafeEqual(digest, slip.digest);
  return slip.until > deps.now() && known;
}

/** A factor was set up with this slip, by who showed it: it is spent. */
export async function useSlip(
  deps: Deps,
  actor: Pick<Actor, 'schoolId' | 'staffId'>,
  resetId: string,
): Promise<void> {
  await inSchool(deps.db, actor.schoolId, (trx) =>
    trx
      .updateTable('factor_reset')
      .set({ slip_used_at: deps.now() })
      .where('school_id', '=', actor.schoolId)
      .where('staff_id', '=', actor.staffId)
      .where('reset_id', '=', resetId)
      .where('approved', '=', true)
      .where('slip_used_at', 'is', null)
      .execute(),
  );
}
