import type { Kysely } from 'kysely';
import { newestStatuses } from '../../../roster/status.ts';
import { inSnapshot } from '../../../store/database.ts';
import type { Database } from '../../../store/tables.ts';
import type { AuditNotes } from '../report.ts';

/**
 * Holds the country's register of pupils' codes against the pupils themselves, whose rows the trail notes: an entry is of a pupil of its school
 * with that very code, and who has a place at a school stands there under no other. An entry that was changed by SQL lets another school take a pupil
 * in whom nobody has let go. The register is of no school, so that its rows stand in no school's trail.
 */
export async function auditRegistry(
  db: Kysely<Database>,
  schoolId: string,
  notes: AuditNotes,
): Promise<void> {
  const { entries, placed, statuses } = await inSnapshot(db, schoolId, async (trx) => ({
    entries: await trx
      .selectFrom('pupil_registry as r')
      .leftJoin('pupil as p', (join) =>
        join
          .onRef('p.school_id', '=', 'r.school_id')
          .onRef('p.pupil_id', '=', 'r.pupil_id')
          .onRef('p.pupil_code', '=', 'r.pupil_code'),
      )
      .select('r.pupil_id')
      .where('r.school_id', '=', schoolId)
      .where('p.pupil_id', 'is', null)
      .orderBy('r.pupil_id')
      .execute(),
    placed: await trx
      .selectFrom('pupil as p')
      .innerJoin('pupil_registry as r', 'r.pupil_code', 'p.pupil_code')
      .select('p.pupil_id')
      .where('p.school_id', '=', schoolId)
      .where(({ or, eb, ref }) =>
        or([eb('r.school_id', '<>', ref('p.school_id')), eb('r.pupil_id', '<>', ref('p.pupil_id'))]),
      )
      .orderBy('p.pupil_id')
      .execute(),
    statuses: await newestStatuses(trx, schoolId),
  }));
  for (const { pupil_id } of entries)
    notes.problem('row', `${pupil_id} pupil_registry -`, 'registry-differs');
  for (const { pupil_id } of placed)
    if (statuses.get(pupil_id)?.status !== 'transferred')
      notes.problem('row', `${pupil_id} pupil_registry -`, 'registered-elsewhere');
}
