import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Plan } from '../../access/approval/kinds.ts';
import { Refusal } from '../../refusal.ts';
import type { Database } from '../../store/tables.ts';

/** a file of more pupils than these is made only when a second person has agreed. */
const MOST_PUPILS = 200;

/** Whoever was in a class of the year, also who has left since: no file of the year holds more. */
async function pupilsOfYear(trx: Kysely<Database>, schoolId: string, schoolYear: string): Promise<string[]> {
  const rows = await trx
    .selectFrom('enrolment as e')
    .innerJoin('class as c', (join) =>
      join.onRef('c.school_id', '=', 'e.school_id').onRef('c.class_id', '=', 'e.class_id'),
    )
    .select('e.pupil_id')
    .distinct()
    .where('e.school_id', '=', schoolId)
    .where('c.school_year', '=', schoolYear)
    .orderBy('e.pupil_id')
    .execute();
  return rows.map((row) => row.pupil_id);
}

/** Whether a file of the whole year holds more pupils than one person may take along alone. */
export async function isBulk(trx: Kysely<Database>, schoolId: string, schoolYear: string): Promise<boolean> {
  return (await pupilsOfYear(trx, schoolId, schoolYear)).length > MOST_PUPILS;
}

/**
 * What such a file would hold: agreed to for exactly these pupils.
 * @throws Refusal `not-found` for a year without pupils
 */
export async function bulkPlan(
  trx: Kysely<Database>,
  schoolId: string,
  of: { readonly object: string; readonly schoolYear: string; readonly title: string },
): Promise<Plan> {
  const ids = await pupilsOfYear(trx, schoolId, of.schoolYear);
  if (ids.length === 0) throw new Refusal('not-found');
  return {
    object: of.object,
    basis: { pupils: createHash('sha256').update(ids.join()).digest('hex') },
    summary: [
      `${of.title}, năm học ${of.schoolYear.replace('-', '–')}: ${ids.length} học sinh`,
      'Tệp Excel rời khỏi phần mềm: người đề nghị tải một lần, trong thời hạn của đề nghị, và giữ kín như học bạ giấy.',
    ],
  };
}
