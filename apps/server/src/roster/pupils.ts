import { cleanText } from '@hocba/record';
import type { Kysely, Selectable, Updateable } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import type { Deps } from '../access/binding.ts';
import { requireHomeroomTeacher } from '../access/objects.ts';
import type * as api from '../http/api/roster.ts';
import { Refusal } from '../refusal.ts';
import { inSchool } from '../store/database.ts';
import type { Database, PupilTable } from '../store/tables.ts';
import { lockClass } from './class-lock.ts';
import { touchesIssuedCivilStatus } from './identity.ts';

type Facts = z.output<typeof api.savePupils.body>['pupils'][number];

const TEXTS = [
  ['registerNumber', 'register_number'],
  ['birthPlace', 'birth_place'],
  ['homeTown', 'home_town'],
  ['address', 'address'],
  ['ethnicity', 'ethnicity'],
  ['nationality', 'nationality'],
  ['fatherName', 'father_name'],
  ['motherName', 'mother_name'],
  ['guardianName', 'guardian_name'],
] as const satisfies readonly (readonly [keyof Facts, keyof PupilTable])[];

/**
 * Writes the facts that are given and leaves the others. All or none: an unknown or repeated code refuses the whole
 * request. A pupil whose record is frozen keeps its facts until the record is thawed.
 */
export async function savePupils(
  deps: Deps,
  actor: Actor,
  input: { classId: string; pupils: readonly Facts[] },
): Promise<z.input<typeof api.savePupils.response>> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    await requireHomeroomTeacher(trx, actor, input.classId);
    // A freeze under way holds the class: what it has read stays as it was, and what it froze is seen below.
    await lockClass(trx, actor.schoolId, input.classId);
    const enrolled = await trx
      .selectFrom('enrolment as e')
      .innerJoin('pupil as p', (join) =>
        join.onRef('p.school_id', '=', 'e.school_id').onRef('p.pupil_id', '=', 'e.pupil_id'),
      )
      .selectAll('p')
      .where('e.school_id', '=', actor.schoolId)
      .where('e.class_id', '=', input.classId)
      .where('e.left_on', 'is', null)
      .execute();
    const ids = new Map(enrolled.map((row) => [row.pupil_code, row.pupil_id]));
    const held = await trx
      .selectFrom('record as r')
      .select('r.pupil_id')
      .where('r.school_id', '=', actor.schoolId)
      .where('r.class_id', '=', input.classId)
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
    const frozen = new Set(held.flatMap((row) => row.pupil_id ?? []));
    refuseWrong(input.pupils, ids, frozen);
    const rows = new Map(enrolled.map((row) => [row.pupil_id, row]));
    await refuseAfterIssue(trx, actor.schoolId, input.pupils, ids, rows);
    for (const facts of input.pupils) {
      const changes = changesOf(facts);
      if (Object.keys(changes).length === 0) continue;
      await trx
        .updateTable('pupil')
        .set(changes)
        .where('school_id', '=', actor.schoolId)
        .where('pupil_id', '=', ids.get(facts.pupilCode) ?? '')
        .execute();
    }
    return { saved: input.pupils.length };
  });
}

function refuseWrong(
  pupils: readonly Facts[],
  ids: ReadonlyMap<string, string>,
  frozen: ReadonlySet<string>,
): void {
  const seen = new Set<string>();
  const wrong = pupils.flatMap(({ pupilCode }) => {
    const twice = seen.has(pupilCode);
    seen.add(pupilCode);
    const id = ids.get(pupilCode);
    if (id === undefined) return [`Mã học sinh ${pupilCode} không có trong lớp.`];
    if (twice) return [`Mã học sinh ${pupilCode} được ghi hai lần.`];
    return frozen.has(id) ? [`Mã học sinh ${pupilCode}: học bạ đã chốt nên không sửa được lý lịch.`] : [];
  });
  if (wrong.length > 0) throw new Refusal('invalid-input', wrong.slice(0, 20));
}

/** What an issued record of any year says is changed by the office alone, with its decision. */
async function refuseAfterIssue(
  trx: Kysely<Database>,
  schoolId: string,
  pupils: readonly Facts[],
  ids: ReadonlyMap<string, string>,
  rows: ReadonlyMap<string, Selectable<PupilTable>>,
): Promise<void> {
  const wrong: string[] = [];
  for (const facts of pupils) {
    const pupilId = ids.get(facts.pupilCode) ?? '';
    const change = { before: { ...rows.get(pupilId) }, after: changesOf(facts) };
    if (await touchesIssuedCivilStatus(trx, schoolId, pupilId, change))
      wrong.push(afterIssue(facts.pupilCode));
  }
  if (wrong.length > 0) throw new Refusal('invalid-input', wrong.slice(0, 20));
}

/** Why a way in other than the office's own does not change civil status. */
export function afterIssue(pupilCode: string): string {
  return `Mã học sinh ${pupilCode}: đã có học bạ phát hành, nên thay đổi hộ tịch do văn thư ghi theo quyết định.`;
}

function changesOf(facts: Facts): Updateable<PupilTable> {
  const changes: Updateable<PupilTable> = {};
  for (const [field, column] of TEXTS) {
    const value = facts[field];
    if (value !== undefined) changes[column] = cleanText(value) || null;
  }
  if (facts.personalId !== undefined) changes.personal_id = facts.personalId;
  if (facts.sex !== undefined) changes.sex = facts.sex;
  return changes;
}
