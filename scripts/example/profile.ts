import { roster } from '../../apps/server/src/http/api/index.ts';
import { schoolFacts, setSchoolFacts } from '../../apps/server/src/http/api/school-facts.ts';
import type { Staff } from './people.ts';

export type ProfileId = 'moet-1.0' | 'moet-2025';

/** The school's administrator chooses the profile of its records, with the names of its place as the lists hold them today. */
export async function chooseProfile({ person }: Staff, profile: ProfileId): Promise<void> {
  const { facts } = await person.call(schoolFacts);
  const day = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10);
  const codes = async (list: 'provinces' | 'communes', province?: string) =>
    (
      await person.call(roster.listCodes, {
        params: { list },
        query: { day, ...(province === undefined ? {} : { province }) },
      })
    ).codes;
  const pick = (
    all: readonly { code: string; name: string }[],
    code: string | null,
    name: string,
  ): string => {
    const found = all.find((one) => one.code === code || one.name === name) ?? all[0];
    if (!found) throw new Error('danh mục địa danh trống');
    return found.code;
  };
  const provinceCode = pick(await codes('provinces'), facts.provinceCode, facts.provinceName);
  const communes = await codes('communes', provinceCode);
  const { name, code, provinceOfficeCode, provinceOfficeName, districtName, issuePlace, taxCode } = facts;
  await person.call(setSchoolFacts, {
    body: {
      name,
      code,
      provinceOfficeCode,
      provinceOfficeName,
      districtName,
      issuePlace,
      taxCode,
      profile,
      validOn: day,
      provinceCode,
      communeCode: pick(communes, facts.communeCode, facts.communeName),
      reason: 'Chọn mẫu học bạ cho lớp mẫu',
    },
  });
}
