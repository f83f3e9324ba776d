import { type Kysely, sql } from 'kysely';
import { ofItsYear } from '../../roster/of-its-year.ts';
import { suspendedSince } from '../../roster/status.ts';
import type { Database } from '../../store/tables.ts';

/** What of a class only the principal can go on with, in pupils. */
export interface PrincipalDue {
  /** Confirmed as not completed, and nobody has said whether they go up (TT 27/2020 Điều 11). */
  readonly promotions: number;
  /** Recognised by their class for a title that the principal grants (Điều 13). */
  readonly titles: number;
  /** Individual education plans that are set and not confirmed. Sensitive: for who may see the plan alone. */
  readonly plans: number;
}

/** Of the classes of a school year those where something waits for the principal, by class. */
export async function principalDue(
  trx: Kysely<Database>,
  schoolId: string,
  schoolYear: string,
): Promise<ReadonlyMap<string, PrincipalDue>> {
  const { rows } = await sql<{ class_id: string; promotions: string; titles: string; plans: string }>`
    select e.class_id,
      count(*) filter (where (
          select d.result from decision d
          where d.school_id = e.school_id and d.class_id = e.class_id and d.pupil_id = e.pupil_id and d.kind = 'result'
          order by d.decided_at desc, d.decision_id desc limit 1) = 'CHT'
        and not exists (select 1 from decision d
          where d.school_id = e.school_id and d.class_id = e.class_id and d.pupil_id = e.pupil_id
            and d.kind = 'promotion')) as promotions,
      count(*) filter (where (
          select t.act = 'vote' and t.recognised from title_act t
          where t.school_id = e.school_id and t.school_year = ${schoolYear} and t.pupil_id = e.pupil_id
          order by t.seq desc limit 1)) as titles,
      count(*) filter (where (
          select p.act = 'set' from education_plan p
          where p.school_id = e.school_id and p.class_id = e.class_id and p.pupil_id = e.pupil_id
          order by p.seq desc limit 1)) as plans
    from enrolment e
    join class c on c.school_id = e.school_id and c.class_id = e.class_id
    where e.school_id = ${schoolId} and c.school_year = ${schoolYear}
      and ${ofItsYear('e')} and ${suspendedSince('e')} is null
    group by e.class_id`.execute(trx);
  return new Map(
    rows
      .map((row): [string, PrincipalDue] => [
        row.class_id,
        { promotions: Number(row.promotions), titles: Number(row.titles), plans: Number(row.plans) },
      ])
      .filter(([, due]) => due.promotions + due.titles + due.plans > 0),
  );
}
