import { randomUUID } from 'node:crypto';
import { cleanText } from '@hocba/record';
import type { Kysely, Updateable } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import type { Deps } from '../access/binding.ts';
import { vietnamDay } from '../access/running-year.ts';
import type * as api from '../http/api/identity.ts';
import { Refusal } from '../refusal.ts';
import { inSchool } from '../store/database.ts';
import { reviewed } from '../store/noted-rows.ts';
import type { Database, PupilTable } from '../store/tables.ts';
import { lockClass } from './class-lock.ts';
import {
  cleanFacts,
  factsOf,
  IDENTITY,
  IDENTITY_FIELDS,
  type IdentityFacts,
  identityProblems,
} from './identity-check.ts';
import { IDENTITY_NOT_NOTED, identityIsNoted } from './noted-identity.ts';
import { lockPupil } from './transfers/leaving.ts';
import { placeOf, recordWaits } from './transfers/place.ts';

type View = z.input<typeof api.pupilIdentity.response>;

/** Everything that the office knows of who the pupil is, how it was changed, and the records that a correction is due for. */
export async function pupilIdentity(deps: Deps, actor: Actor, input: { pupilId: string }): Promise<View> {
  const { schoolId } = actor;
  const { pupilId } = input;
  return inSchool(deps.db, schoolId, async (trx) => {
    const row = await trx
      .selectFrom('pupil')
      .selectAll()
      .where('school_id', '=', schoolId)
      .where('pupil_id', '=', pupilId)
      .executeTakeFirst();
    if (!row) throw new Refusal('not-found');
    const place = await placeOf(trx, schoolId, pupilId);
    const issued = await standingRecords(trx, schoolId, pupilId);
    const acts = await trx
      .selectFrom('identity_act as a')
      .leftJoin('staff as s', (join) =>
        join.onRef('s.school_id', '=', 'a.school_id').onRef('s.staff_id', '=', 'a.set_by'),
      )
      .selectAll('a')
      .select('s.full_name')
      .where('a.school_id', '=', schoolId)
      .where('a.pupil_id', '=', pupilId)
      .orderBy('a.set_at', 'desc')
      .execute();
    const facts = factsOf(row);
    return {
      fullName: row.full_name,
      facts,
      problems: [
        ...(await behindProblems(trx, schoolId, pupilId)),
        ...(place ? identityProblems(place, facts) : []),
      ],
      issuedYears: [...new Set(issued.map((r) => r.school_year))].sort(),
      due: issued.flatMap((record) => {
        const act = acts.find((a) => a.record_ids.includes(record.record_id));
        return act
          ? [{ recordId: record.record_id, schoolYear: record.school_year, reason: whyOf(act) }]
          : [];
      }),
      history: acts.map((act) => ({
        fields: Object.keys(act.changes).flatMap((key) =>
          IDENTITY_FIELDS.filter((field) => field === key).map((field) => IDENTITY[field][1]),
        ),
        reason: act.reason,
        decision:
          act.decision_number === null || act.decision_date === null
            ? null
            : { number: act.decision_number, date: act.decision_date },
        by: act.full_name ?? '',
        at: act.set_at.toISOString(),
      })),
    };
  });
}

function whyOf(act: { reason: string; decision_number: string | null }): string {
  return act.decision_number === null ? act.reason : `${act.reason} (${act.decision_number})`;
}

/** Records of the pupil that are issued and not recalled. */
export async function standingRecords(trx: Kysely<Database>, schoolId: string, pupilId: string) {
  return trx
    .selectFrom('issued_record as i')
    .innerJoin('record as r', (join) =>
      join.onRef('r.school_id', '=', 'i.school_id').onRef('r.record_id', '=', 'i.record_id'),
    )
    .leftJoin('recalled_record as x', (join) =>
      join.onRef('x.school_id', '=', 'i.school_id').onRef('x.record_id', '=', 'i.record_id'),
    )
    .select(['r.record_id', 'r.school_year'])
    .where('i.school_id', '=', schoolId)
    .where('r.pupil_id', '=', pupilId)
    .where('x.record_id', 'is', null)
    .orderBy('r.school_year')
    .execute();
}

/**
 * Whether a change of columns is one of civil status that an issued record states: the office then writes it by a
 * decision (`hộ tịch`), and every other way in, a list of the class or an Excel file, must refuse it.
 */
export async function touchesIssuedCivilStatus(
  trx: Kysely<Database>,
  schoolId: string,
  pupilId: string,
  change: { readonly before: Columns; readonly after: Columns },
): Promise<boolean> {
  const civil = IDENTITY_FIELDS.some((field) => {
    const [column, , isCivil] = IDENTITY[field];
    const [before, after] = [change.before[column] ?? null, change.after[column]];
    return isCivil && before !== null && after !== undefined && after !== before;
  });
  return civil && (await standingRecords(trx, schoolId, pupilId)).length > 0;
}

type Columns = Readonly<Record<string, unknown>>;

/** What lacks or does not fit in facts that are being typed. @throws Refusal `not-found` */
export async function checkIdentity(
  deps: Deps,
  actor: Actor,
  input: { pupilId: string; facts: IdentityFacts },
): Promise<z.input<typeof api.checkIdentity.response>> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const place = await placeOf(trx, actor.schoolId, input.pupilId);
    if (!place) throw new Refusal('not-found');
    return {
      problems: [
        ...(await behindProblems(trx, actor.schoolId, input.pupilId)),
        ...identityProblems(place, cleanFacts(input.facts)),
      ],
    };
  });
}

/** That somebody changed it behind the application, if so. */
async function behindProblems(trx: Kysely<Database>, schoolId: string, pupilId: string) {
  if (await identityIsNoted(trx, schoolId, pupilId)) return [];
  const { severity, code, message, action } = IDENTITY_NOT_NOTED;
  return [{ severity, code, message, action }];
}

/**
 * Writes who the pupil is. Before issue an edit with its reason; once a record stands, civil status changes by a decision
 * alone, the record itself stays as it is, and the act names it as due for recall and replacement.
 * @throws Refusal `not-found`, `invalid-input`, also while a frozen record waits for signatures
 */
export async function setIdentity(
  deps: Deps,
  actor: Actor,
  input: { pupilId: string } & z.output<typeof api.setIdentity.body>,
): Promise<z.input<typeof api.setIdentity.response>> {
  const { schoolId } = actor;
  const { pupilId, decision } = input;
  const facts = cleanFacts(input.facts);
  const wrong: string[] = [];
  if (facts.fullName === '') wrong.push('Họ và tên còn trống.');
  if (facts.personalId !== '' && !/^\d{12}$/.test(facts.personalId))
    wrong.push('Số định danh cá nhân phải đủ 12 chữ số.');
  if (facts.motherName !== '' && facts.motherAbsence !== '')
    wrong.push('Đã có họ tên mẹ thì không ghi giấy tờ về việc không có thông tin mẹ.');
  const today = vietnamDay(deps.now());
  if ((facts.birthDate ?? '') > today || (decision?.date ?? '') > today)
    wrong.push('Ngày ghi không được ở sau hôm nay.');
  if (wrong.length > 0) throw new Refusal('invalid-input', wrong);
  return inSchool(deps.db, schoolId, async (trx) => {
    const before = factsOf(await lockPupil(trx, schoolId, pupilId));
    const place = await placeOf(trx, schoolId, pupilId);
    // A freeze under way holds the class: it reads either the facts before or those after.
    if (place) await lockClass(trx, schoolId, place.classId);
    const changed = IDENTITY_FIELDS.filter((field) => before[field] !== facts[field]);
    if (changed.length === 0 && (await identityIsNoted(trx, schoolId, pupilId)))
      throw new Refusal('invalid-input', ['Chưa có mục nào thay đổi.']);
    if (await recordWaits(trx, schoolId, { pupilId }))
      throw new Refusal('invalid-input', [
        'Học bạ của em đã chốt và đang chờ ký. Hãy trả lại để sửa, rồi mới sửa lý lịch.',
      ]);
    const civil = changed.some((field) => IDENTITY[field][2]);
    const issued = civil ? await standingRecords(trx, schoolId, pupilId) : [];
    if (issued.length > 0 && decision === undefined)
      throw new Refusal('invalid-input', [
        `Học bạ năm học ${issued.map((r) => r.school_year).join(', ')} đã phát hành. Thay đổi hộ tịch cần số và ngày của quyết định; học bạ đó sẽ được thu hồi và thay bằng bản mới.`,
      ]);
    // Who saves here has all of it before the eyes, so that it counts as it stands from now on.
    await reviewed(trx, 'pupil', pupilId);
    const set: Updateable<PupilTable> = { full_name: facts.fullName };
    for (const field of changed) Object.assign(set, { [IDENTITY[field][0]]: facts[field] || null });
    await trx
      .updateTable('pupil')
      .set(set)
      .where('school_id', '=', schoolId)
      .where('pupil_id', '=', pupilId)
      .execute();
    const due = issued.map((r) => r.record_id);
    await trx
      .insertInto('identity_act')
      .values({
        school_id: schoolId,
        act_id: randomUUID(),
        pupil_id: pupilId,
        changes: JSON.stringify(
          Object.fromEntries(changed.map((field) => [field, { from: before[field], to: facts[field] }])),
        ),
        reason: cleanText(input.reason),
        decision_number: decision ? cleanText(decision.number) : null,
        decision_date: decision?.date ?? null,
        record_ids: due,
        set_by: actor.staffId,
        set_at: deps.now(),
      })
      .execute();
    return { changed: changed.map((field) => IDENTITY[field][1]), due };
  });
}
