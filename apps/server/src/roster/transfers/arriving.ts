import { randomUUID } from 'node:crypto';
import { cleanText, mayFollow } from '@hocba/record';
import type { Kysely, Selectable, Transaction } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import type * as api from '../../http/api/transfers.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { StudyYearTable } from '../../store/tables/move.ts';
import type { Database, PupilTable } from '../../store/tables.ts';
import { addStatus, newestStatuses, statusName } from '../status.ts';
import type { StudyYearRow } from '../study-years.ts';
import { takeOverCells } from './inherit.ts';
import { join, requireDay } from './place.ts';
import type { ResultsToDate } from './results-to-date.ts';

type Key = z.output<typeof api.findOffer.body>;
type Identity = Selectable<PupilTable>;

/** What a school that let a pupil go has kept of it. */
interface Package {
  readonly transferId: string;
  readonly fromSchoolId: string;
  readonly leftOn: string;
  readonly identity: Identity;
  readonly studyYears: readonly StudyYearRow[];
  readonly results: ResultsToDate;
}

/**
 * The pupil whom another school of this installation has let go, by code or personal number and birth date. Whatever
 * does not fit gets one answer, so that nothing can be learned of pupils by trying.
 */
export async function findOffer(
  deps: Deps,
  actor: Actor,
  input: Key,
): Promise<z.input<typeof api.findOffer.response>> {
  const found = await packageFor(deps, actor, input);
  if (!found) return { offer: null };
  const { identity, leftOn, results, studyYears } = found;
  return {
    offer: {
      pupilCode: identity.pupil_code,
      fullName: identity.full_name,
      leftOn,
      years: studyYears.length,
      results,
    },
  };
}

/** Reads the other school's own row under that school's tenancy; only what it has offered, to whom it has offered it. */
async function packageFor(deps: Deps, actor: Actor, input: Key): Promise<Package | null> {
  const key = cleanText(input.key);
  const own = await inSchool(deps.db, actor.schoolId, (trx) =>
    trx.selectFrom('school').select('code').where('school_id', '=', actor.schoolId).executeTakeFirstOrThrow(),
  );
  const offer = await deps.db
    .selectFrom('transfer_offer')
    .selectAll()
    .where((eb) => eb.or([eb('pupil_code', '=', key), eb('personal_id', '=', key)]))
    .where((eb) => eb.or([eb('to_school_code', 'is', null), eb('to_school_code', '=', own.code)]))
    .where('taken_by', 'is', null)
    .orderBy('offered_at', 'desc')
    .executeTakeFirst();
  if (!offer) return null;
  const row = await inSchool(deps.db, offer.from_school_id, (trx) =>
    trx
      .selectFrom('transfer')
      .select(['on_date', 'results'])
      .where('school_id', '=', offer.from_school_id)
      .where('transfer_id', '=', offer.transfer_id)
      .executeTakeFirst(),
  );
  if (!row) return null;
  const { identity, studyYears, ...results } = row.results as unknown as ResultsToDate & {
    identity: Identity;
    studyYears: StudyYearRow[];
  };
  if (identity.birth_date !== input.birthDate) return null;
  return {
    transferId: offer.transfer_id,
    fromSchoolId: offer.from_school_id,
    leftOn: row.on_date,
    identity,
    studyYears,
    results,
  };
}

/**
 * Takes a pupil over with all that the former school knows: a new row here, the same code in the country. Once.
 * @throws Refusal `not-found`, `invalid-input`
 */
export async function takeOver(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof api.takeOver.body>,
): Promise<{ pupilId: string; transferId: string }> {
  const found = await packageFor(deps, actor, input);
  if (!found) throw new Refusal('not-found');
  requireDay(input.onDate, deps.now(), found.leftOn);
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const taken = await trx
      .updateTable('transfer_offer')
      .set({ taken_by: actor.schoolId, taken_at: deps.now() })
      .where('transfer_id', '=', found.transferId)
      .where('taken_by', 'is', null)
      .returning('transfer_id')
      .execute();
    if (taken.length === 0) throw new Refusal('not-found');
    const { school_id: _, pupil_id: __, ...facts } = found.identity;
    const pupilId = await ownPupil(trx, actor.schoolId, facts, found.fromSchoolId);
    return arrive(trx, actor, deps.now(), {
      pupilId,
      toClassId: input.toClassId,
      onDate: input.onDate,
      reason: input.reason,
      schoolName: found.results.schoolName,
      grade: found.results.grade,
      results: found.results,
      // Years that the pupil had here before are this school's own rows.
      years: found.studyYears.map((y) => ({ ...y, result: null, promoted: null })),
    });
  });
}

/**
 * The pupil's row in this school: the one it had before, or a new one. The registry says where the code is at home.
 * @param from the school that gave the pupil away; without one the code must be nobody's or this school's
 */
export async function ownPupil(
  trx: Transaction<Database>,
  schoolId: string,
  facts: Omit<Identity, 'school_id' | 'pupil_id'>,
  from?: string,
): Promise<string> {
  const before = await trx
    .selectFrom('pupil')
    .select('pupil_id')
    .where('school_id', '=', schoolId)
    .where('pupil_code', '=', facts.pupil_code)
    .executeTakeFirst();
  const pupilId = before?.pupil_id ?? randomUUID();
  const home = await registryOf(trx, facts.pupil_code);
  if (home !== null && home !== schoolId && home !== from) {
    throw new Refusal('invalid-input', [
      // Whose code it is, is not said.
      'Mã học sinh này không ghi mới được ở trường. Hãy xem lại mã; nếu trường cũ của em cũng dùng hệ thống này, hãy đề nghị trường đó ghi em chuyển đi, rồi tiếp nhận.',
    ]);
  }
  await trx
    .insertInto('pupil_registry')
    .values({ pupil_code: facts.pupil_code, school_id: schoolId, pupil_id: pupilId })
    .onConflict((oc) => oc.column('pupil_code').doUpdateSet({ school_id: schoolId, pupil_id: pupilId }))
    .execute();
  if (before) {
    if (from !== undefined) {
      await trx
        .updateTable('pupil')
        .set(facts)
        .where('school_id', '=', schoolId)
        .where('pupil_id', '=', pupilId)
        .execute();
    }
  } else {
    await trx
      .insertInto('pupil')
      .values({ ...facts, school_id: schoolId, pupil_id: pupilId })
      .execute();
  }
  return pupilId;
}

async function registryOf(trx: Kysely<Database>, pupilCode: string): Promise<string | null> {
  const row = await trx
    .selectFrom('pupil_registry')
    .select('school_id')
    .where('pupil_code', '=', pupilCode)
    .forUpdate()
    .executeTakeFirst();
  return row?.school_id ?? null;
}

export interface Arrival {
  readonly pupilId: string;
  readonly toClassId: string;
  readonly onDate: string;
  readonly reason: string;
  readonly schoolName: string;
  readonly grade?: number;
  readonly results: ResultsToDate;
  readonly years: readonly (Pick<
    StudyYearRow,
    'schoolYear' | 'schoolName' | 'className' | 'grade' | 'arrivedOn'
  > &
    Pick<StudyYearTable, 'result' | 'promoted'>)[];
}

export async function arrive(
  trx: Transaction<Database>,
  actor: Actor,
  now: Date,
  arrival: Arrival,
): Promise<{ pupilId: string; transferId: string }> {
  const { pupilId } = arrival;
  const { schoolId } = actor;
  const before = (await newestStatuses(trx, schoolId, pupilId)).get(pupilId)?.status;
  if (before !== undefined && !mayFollow(before, 'arrived')) {
    throw new Refusal('invalid-input', [
      `Em đang ở trạng thái “${statusName(before)}” nên không tiếp nhận được.`,
    ]);
  }
  const place = await join(trx, schoolId, pupilId, arrival.toClassId, arrival.onDate, arrival.grade);
  const school = await trx
    .selectFrom('school')
    .select('name')
    .where('school_id', '=', schoolId)
    .executeTakeFirstOrThrow();
  // Many schools have the same name: a year was here if this school has the pupil in a class of it.
  const here = await trx
    .selectFrom('enrolment as e')
    .innerJoin('class as c', (on) =>
      on.onRef('c.school_id', '=', 'e.school_id').onRef('c.class_id', '=', 'e.class_id'),
    )
    .select('c.school_year')
    .where('e.school_id', '=', schoolId)
    .where('e.pupil_id', '=', pupilId)
    .execute();
  const years = arrival.years.filter(
    (y) => y.schoolName !== school.name || !here.some((own) => own.school_year === y.schoolYear),
  );
  if (years.length > 0) {
    await trx
      .insertInto('study_year')
      .values(
        years.map((y) => ({
          school_id: schoolId,
          pupil_id: pupilId,
          school_year: y.schoolYear,
          school_name: cleanText(y.schoolName),
          class_name: cleanText(y.className),
          grade: y.grade,
          arrived_on: y.arrivedOn,
          result: y.result,
          promoted: y.promoted,
        })),
      )
      .onConflict((oc) => oc.columns(['school_id', 'pupil_id', 'school_year', 'school_name']).doNothing())
      .execute();
  }
  const transferId = randomUUID();
  await trx
    .insertInto('transfer')
    .values({
      school_id: schoolId,
      transfer_id: transferId,
      pupil_id: pupilId,
      class_id: place.classId,
      direction: 'in',
      on_date: arrival.onDate,
      other_school_code: null,
      other_school_name: arrival.schoolName,
      other_class_id: null,
      reason: cleanText(arrival.reason),
      results: JSON.stringify(arrival.results),
      recorded_by: actor.staffId,
      recorded_at: now,
    })
    .execute();
  await takeOverCells(trx, actor, {
    pupilId,
    toClassId: place.classId,
    transferId,
    now,
    schoolYear: place.schoolYear,
    results: arrival.results,
  });
  await addStatus(trx, actor, {
    pupilId,
    status: 'arrived',
    since: arrival.onDate,
    classId: place.classId,
    reason: cleanText(arrival.reason),
    now,
  });
  return { pupilId, transferId };
}
