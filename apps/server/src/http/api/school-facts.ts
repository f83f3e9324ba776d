import { z } from 'zod';
import { defineRoute } from './route.ts';
import { IsoDate, IsoTime } from './values.ts';

const ProfileValue = z.enum(['moet-1.0', 'moet-2025']);
const Facts = z.strictObject({
  name: z.string().min(1).max(200),
  code: z.string().min(1).max(20),
  provinceOfficeCode: z.string().min(1).max(10),
  provinceOfficeName: z.string().min(1).max(200),
  /** Empty since 01/07/2025: there are no districts any more. */
  districtName: z.string().max(80),
  issuePlace: z.string().min(1).max(120),
  taxCode: z.string().regex(/^\d{10}(-\d{3})?$/),
  profile: ProfileValue,
});

/** What the school says of itself on its records. */
export const schoolFacts = defineRoute({
  method: 'GET',
  path: '/api/school-facts',
  policy: 'schoolOffice',
  summary: 'Thông tin của trường',
  response: z.strictObject({
    facts: z.strictObject({
      ...Facts.shape,
      provinceCode: z.string().nullable(),
      provinceName: z.string(),
      communeCode: z.string().nullable(),
      communeName: z.string(),
    }),
    /** Day by which the names were taken from the lists; null where they were typed. */
    validOn: IsoDate.nullable(),
    history: z.array(
      z.strictObject({ validOn: IsoDate, name: z.string(), reason: z.string(), by: z.string(), at: IsoTime }),
    ),
  }),
});
/** Names of province and commune are those that the lists hold on the day; records made from then on carry them. */
export const setSchoolFacts = defineRoute({
  method: 'POST',
  path: '/api/school-facts',
  policy: 'admin',
  summary: 'Sửa thông tin của trường',
  body: z.strictObject({
    ...Facts.shape,
    validOn: IsoDate,
    provinceCode: z.string().regex(/^\d{2}$/),
    communeCode: z.string().regex(/^\d{5}$/),
    reason: z.string().min(3).max(500),
  }),
  response: z.strictObject({ provinceName: z.string(), communeName: z.string() }),
});
/** A code list as it holds on a day; communes of one province. */
export const listCodes = defineRoute({
  method: 'GET',
  path: '/api/code-lists/:list',
  policy: 'signedIn',
  summary: 'Danh mục mã có hiệu lực trong ngày',
  params: z.strictObject({ list: z.enum(['provinces', 'communes', 'peoples', 'statuses', 'subjects']) }),
  query: z.strictObject({ day: IsoDate, province: z.string().max(2).optional() }),
  response: z.strictObject({
    codes: z.array(
      z.strictObject({
        code: z.string(),
        name: z.string(),
        validFrom: IsoDate,
        validUntil: IsoDate.nullable(),
      }),
    ),
  }),
});
