import { type RawBuilder, sql } from 'kysely';

/**
 * Whether an enrolment counts for the whole of its class's year: the pupil is in the class still, or left after the day on
 * which the year's results stood still, as pupils do in summer. For who is assessed again in summer the summer's lock counts,
 * as in the database's own wall (migration 0039).
 *
 * @param enrolment how the query calls the table
 */
export function ofItsYear(enrolment: string): RawBuilder<boolean> {
  const of = (column: string) => sql.ref(`${enrolment}.${column}`);
  return sql<boolean>`(${of('left_on')} is null or coalesce(${of('left_on')} > (
    select last_day_of_entry(k.school_id, k.school_year, summer_concerns(k.school_id, k.school_year, ${of('pupil_id')}))
      from class k where k.school_id = ${of('school_id')} and k.class_id = ${of('class_id')}), false))`;
}
