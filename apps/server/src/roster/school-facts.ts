import { cleanText, provincesOn } from '@hocba/record';
import { communesOfReform, communesOn } from '@hocba/record/communes';
import type { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import type { Deps } from '../access/binding.ts';
import { vietnamDay } from '../access/running-year.ts';
import type * as api from '../http/api/school-facts.ts';
import { Refusal } from '../refusal.ts';
import { inSchool } from '../store/database.ts';

type View = z.input<typeof api.schoolFacts.response>;

/** What the school says of itself on its records, and how it came to be so. */
export async function schoolFacts(deps: Deps, actor: Actor): Promise<View> {
  const { schoolId } = actor;
  return inSchool(deps.db, schoolId, async (trx) => {
    const row = await trx
      .selectFrom('school')
      .selectAll()
      .where('school_id', '=', schoolId)
      .executeTakeFirstOrThrow();
    const history = await trx
      .selectFrom('school_facts as f')
      .leftJoin('staff as s', (join) =>
        join.onRef('s.school_id', '=', 'f.school_id').onRef('s.staff_id', '=', 'f.set_by'),
      )
      .select(['f.valid_on', 'f.facts', 'f.reason', 'f.set_at', 's.full_name'])
      .where('f.school_id', '=', schoolId)
      .orderBy('f.seq', 'desc')
      .execute();
    return {
      facts: {
        name: row.name,
        code: row.code,
        provinceOfficeCode: row.province_office_code,
        provinceOfficeName: row.province_office_name,
        districtName: row.district_name ?? '',
        issuePlace: row.issue_place,
        taxCode: row.tax_code,
        profile: row.profile as View['facts']['profile'],
        provinceCode: row.province_code,
        provinceName: row.province_name,
        communeCode: row.commune_code,
        communeName: row.commune_name,
      },
      validOn: row.facts_on,
      history: history.map((one) => ({
        validOn: one.valid_on,
        name: (one.facts as unknown as { name: string }).name,
        reason: one.reason,
        by: one.full_name ?? '',
        at: one.set_at.toISOString(),
      })),
    };
  });
}

/**
 * Changes what the school says of itself. Province and commune are named as the lists hold them on the day; records that
 * stand keep the names of theirs. @throws Refusal `invalid-input`
 */
export async function setSchoolFacts(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof api.setSchoolFacts.body>,
): Promise<z.input<typeof api.setSchoolFacts.response>> {
  const { schoolId } = actor;
  const { validOn } = input;
  const province = provincesOn(validOn).find((p) => p.code === input.provinceCode);
  const commune = communesOn(communesOfReform(), validOn, input.provinceCode).find(
    (c) => c.code === input.communeCode,
  );
  const wrong: string[] = [];
  if (validOn > vietnamDay(deps.now())) wrong.push('Ngày có hiệu lực không được ở sau hôm nay.');
  if (!province) wrong.push('Danh mục tỉnh, thành phố của ngày đó không có mã này.');
  if (!commune) wrong.push('Danh mục xã, phường của ngày đó không có mã này trong tỉnh đã chọn.');
  if (validOn >= '2025-07-01' && cleanText(input.districtName) !== '')
    wrong.push('Từ 01/07/2025 không còn cấp huyện; hãy để trống.');
  if (wrong.length > 0 || !province || !commune) throw new Refusal('invalid-input', wrong);
  await inSchool(deps.db, schoolId, async (trx) => {
    const before = await trx
      .selectFrom('school')
      .select('code')
      .where('school_id', '=', schoolId)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const code = cleanText(input.code);
    const twin = await trx
      .selectFrom('school')
      .select('school_id')
      .where('code', '=', code)
      .where('school_id', '<>', schoolId)
      .executeTakeFirst();
    if (twin && code !== before.code)
      throw new Refusal('invalid-input', ['Mã trường này đang thuộc một trường khác.']);
    const facts = {
      code,
      name: cleanText(input.name),
      province_office_code: cleanText(input.provinceOfficeCode),
      province_office_name: cleanText(input.provinceOfficeName),
      district_name: cleanText(input.districtName) || null,
      province_code: province.code,
      province_name: province.name,
      commune_code: commune.code,
      commune_name: commune.name,
      issue_place: cleanText(input.issuePlace),
      tax_code: input.taxCode,
      profile: input.profile,
    };
    await trx
      .updateTable('school')
      .set({ ...facts, facts_on: validOn })
      .where('school_id', '=', schoolId)
      .execute();
    const last = await trx
      .selectFrom('school_facts')
      .select((eb) => eb.fn.max('seq').as('seq'))
      .where('school_id', '=', schoolId)
      .executeTakeFirst();
    await trx
      .insertInto('school_facts')
      .values({
        school_id: schoolId,
        seq: (last?.seq ?? 0) + 1,
        valid_on: validOn,
        facts: JSON.stringify(facts),
        reason: cleanText(input.reason),
        set_by: actor.staffId,
        set_at: deps.now(),
      })
      .execute();
  });
  return { provinceName: province.name, communeName: commune.name };
}
