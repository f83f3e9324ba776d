import type { Kysely } from 'kysely';
import { inSchool } from '../../../store/database.ts';
import type { Database } from '../../../store/tables.ts';
import type { AuditNotes } from '../report.ts';

/**
 * Names every pupil who has cells or a record in a class and does not stand on its roll. The database lets nobody be taken off so, but
 * who may turn its triggers off; and a list of the class that is made afterwards would not miss the pupil.
 */
export async function auditRolls(db: Kysely<Database>, schoolId: string, notes: AuditNotes): Promise<void> {
  const gone = await inSchool(db, schoolId, (trx) =>
    trx
      .selectFrom(
        trx
          .selectFrom('cell')
          .select(['class_id', 'pupil_id'])
          .where('school_id', '=', schoolId)
          .union(
            trx
              .selectFrom('record')
              .select(['class_id', 'pupil_id'])
              .where('school_id', '=', schoolId)
              .where('pupil_id', 'is not', null)
              .$narrowType<{ pupil_id: string }>(),
          )
          .as('one'),
      )
      .leftJoin('enrolment as e', (join) =>
        join
          .on('e.school_id', '=', schoolId)
          .onRef('e.class_id', '=', 'one.class_id')
          .onRef('e.pupil_id', '=', 'one.pupil_id'),
      )
      .select(['one.class_id', 'one.pupil_id'])
      .where('e.pupil_id', 'is', null)
      .orderBy('one.class_id')
      .orderBy('one.pupil_id')
      .execute(),
  );
  for (const { class_id, pupil_id } of gone)
    notes.problem('cell', `${class_id}/${pupil_id}`, 'pupil-not-on-roll');
}
