import { z } from 'zod';
import { defineRoute } from './route.ts';
import { IsoDate, IsoTime, SchoolYear, StaffRoleValue, SubjectValue, Uuid } from './values.ts';

const Grade = z.number().int().min(1).max(5);
const Person = z.strictObject({ staffId: Uuid, fullName: z.string() });

/** What is printed on the slip: shown once, to who hands it out. */
export const IssuedAccount = z.strictObject({
  username: z.string(),
  oneTimePassword: z.string(),
  until: IsoTime,
});

/** The staff without their identity numbers, each with what they teach this year. */
export const listStaff = defineRoute({
  method: 'GET',
  path: '/api/staff',
  policy: 'admin',
  summary: 'Cán bộ, giáo viên',
  response: z.strictObject({
    staff: z.array(
      z.strictObject({
        staffId: Uuid,
        staffCode: z.string(),
        fullName: z.string(),
        title: z.string(),
        roles: z.array(StaffRoleValue),
        leftOn: IsoDate.nullable(),
        /** Who handed out the password last. */
        accountFrom: z.strictObject({ fullName: z.string(), at: IsoTime }).nullable(),
        homeroom: z.array(z.string()),
        teaches: z.array(z.strictObject({ className: z.string(), subjects: z.array(z.string()) })),
      }),
    ),
  }),
});
/** Enters somebody, or changes name, title and roles. The identity number is given once and shown nowhere. */
export const saveStaff = defineRoute({
  method: 'POST',
  path: '/api/staff',
  policy: 'admin',
  stepUp: true,
  summary: 'Ghi cán bộ, giáo viên',
  body: z.strictObject({
    staffId: Uuid.optional(),
    staffCode: z.string().min(1).max(20),
    fullName: z.string().min(1).max(80),
    personalId: z
      .string()
      .regex(/^\d{12}$/)
      .optional(),
    title: z.string().min(1).max(80),
    roles: z.array(StaffRoleValue).max(4),
  }),
  /** `account`: of who is new. */
  response: z.strictObject({ staffId: Uuid, account: IssuedAccount.nullable() }),
});
/** An account for who has none, a new one-time password for who has lost theirs. */
export const issueAccount = defineRoute({
  method: 'POST',
  path: '/api/staff/:staffId/account',
  policy: 'admin',
  stepUp: true,
  summary: 'Cấp tài khoản, mật khẩu dùng một lần',
  params: z.strictObject({ staffId: Uuid }),
  body: z.strictObject({}),
  response: z.strictObject({ account: IssuedAccount }),
});
/** Somebody leaves; who comes in the place takes over classes, subjects and roles, and the account is closed. */
export const staffLeaves = defineRoute({
  method: 'POST',
  path: '/api/staff/:staffId/leave',
  policy: 'admin',
  stepUp: true,
  summary: 'Ghi thôi việc và người thay',
  params: z.strictObject({ staffId: Uuid }),
  body: z.strictObject({ onDate: IsoDate, successorId: Uuid.optional() }),
  response: z.strictObject({ classes: z.number().int() }),
});
/** Who leads and who teaches what in each class of a year. */
export const assignmentGrid = defineRoute({
  method: 'GET',
  path: '/api/school-years/:schoolYear/assignments',
  policy: 'schoolOffice',
  summary: 'Bảng phân công của năm học',
  params: z.strictObject({ schoolYear: SchoolYear }),
  response: z.strictObject({
    classes: z.array(
      z.strictObject({
        classId: Uuid,
        name: z.string(),
        grade: Grade,
        /** More than one in a combined class (lớp ghép). */
        grades: z.array(Grade),
        pupils: z.number().int(),
        homeroomStaffId: Uuid.nullable(),
        subjects: z.array(
          z.strictObject({ subject: SubjectValue, name: z.string(), staffId: Uuid.nullable() }),
        ),
      }),
    ),
    teachers: z.array(Person),
  }),
});
