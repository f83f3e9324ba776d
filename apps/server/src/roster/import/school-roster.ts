import { classNameIn } from '@hocba/sheet';
import type { Transaction } from 'kysely';
import type { Database } from '../../store/tables.ts';
import type { KnownPupil } from './match.ts';
import type { Values } from './stored.ts';

export interface SchoolPupil extends KnownPupil {
  /** Class of the year; null for a pupil who is in none. */
  readonly classId: string | null;
  readonly className: string | null;
  readonly values: Values;
  readonly frozen: boolean;
}

export interface SchoolRoster {
  /** Classes of the year by name, as files write it. */
  readonly classes: ReadonlyMap<string, string>;
  readonly pupils: readonly SchoolPupil[];
  /** Codes in upper case that belong to another school. */
  readonly elsewhere: ReadonlySet<string>;
}

/** The school's pupils with their facts and their classes in a year; of other schools which of `codes` are theirs. */
export async function loadSchool(
  trx: Transaction<Database>,
  schoolId: string,
  schoolYear: string,
  codes: readonly string[],
): Promise<SchoolRoster> {
  const classes = await trx
    .selectFrom('class')
    .select(['class_id', 'name'])
    .where('school_id', '=', schoolId)
    .where('school_year', '=', schoolYear)
    .execute();
  const pupils = await trx.selectFrom('pupil').selectAll().where('school_id', '=', schoolId).execute();
  const enrolled = await trx
    .selectFrom('enrolment as e')
    .innerJoin('class as c', (join) =>
      join.onRef('c.school_id', '=', 'e.school_id').onRef('c.class_id', '=', 'e.class_id'),
    )
    .select(['e.pupil_id', 'c.class_id', 'c.name'])
    .where('e.school_id', '=', schoolId)
    .where('c.school_year', '=', schoolYear)
    .where('e.left_on', 'is', null)
    .execute();
  const held = await trx
    .selectFrom('record as r')
    .select('r.pupil_id')
    .where('r.school_id', '=', schoolId)
    .where('r.school_year', '=', schoolYear)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('record_act as a')
            .select('a.seq')
            .whereRef('a.school_id', '=', 'r.school_id')
            .whereRef('a.record_id', '=', 'r.record_id')
            .where('a.act', 'in', ['thaw', 'return']),
        ),
      ),
    )
    .execute();
  const spellings = [...new Set(codes.flatMap((code) => [code, code.toUpperCase(), code.toLowerCase()]))];
  const foreign =
    spellings.length === 0
      ? []
      : await trx
          .selectFrom('pupil_registry')
          .select('pupil_code')
          .where('pupil_code', 'in', spellings)
          .where('school_id', '!=', schoolId)
          .execute();
  const frozen = new Set(held.map((row) => row.pupil_id));
  const placeOf = new Map(enrolled.map((row) => [row.pupil_id, row]));
  return {
    classes: new Map(classes.map((row) => [classNameIn(row.name), row.class_id])),
    elsewhere: new Set(foreign.map((row) => row.pupil_code.toUpperCase())),
    pupils: pupils.map((row) => {
      const { school_id: _, pupil_id, pupil_code, ...values } = row;
      const place = placeOf.get(pupil_id);
      return {
        pupilId: pupil_id,
        pupilCode: pupil_code,
        fullName: row.full_name,
        classId: place?.class_id ?? null,
        className: place?.name ?? null,
        values,
        frozen: frozen.has(pupil_id),
      };
    }),
  };
}
