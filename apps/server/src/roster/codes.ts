import { PEOPLES, provincesOn, pupilStatusesOn, SUBJECTS } from '@hocba/record';
import { communesOfReform, communesOn } from '@hocba/record/communes';
import type { z } from 'zod';
import type * as api from '../http/api/school-facts.ts';

type Code = z.input<typeof api.listCodes.response>['codes'][number];

/** First day of the subjects of TT 27/2020. */
const SUBJECTS_FROM = '2020-09-01';

/** A code list as it holds on a day (ISO date); communes of the named province, or none without one. */
export function listCodes(input: {
  list: z.output<typeof api.listCodes.params>['list'];
  day: string;
  province?: string | undefined;
}): { codes: Code[] } {
  const { day, province } = input;
  const lists: Readonly<Record<typeof input.list, () => readonly Omit<Code, 'validUntil'>[]>> = {
    provinces: () => provincesOn(day),
    communes: () => (province === undefined ? [] : communesOn(communesOfReform(), day, province)),
    peoples: () => PEOPLES.filter((p) => p.validFrom <= day),
    statuses: () => pupilStatusesOn(day),
    subjects: () =>
      day < SUBJECTS_FROM ? [] : SUBJECTS.map(({ code, name }) => ({ code, name, validFrom: SUBJECTS_FROM })),
  };
  return {
    codes: lists[input.list]().map((one) => {
      const { code, name, validFrom } = one;
      const until = 'validUntil' in one && typeof one.validUntil === 'string' ? one.validUntil : null;
      return { code, name, validFrom, validUntil: until };
    }),
  };
}
