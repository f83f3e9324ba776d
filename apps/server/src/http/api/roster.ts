import { z } from 'zod';
import { defineRoute } from './route.ts';
import { IsoDate, MOST_PUPILS, PeriodValue, SchoolYear, SubjectValue, Uuid } from './values.ts';

export * from './hand-overs.ts';
export * from './identity.ts';
export * from './people-files.ts';
export * from './school-facts.ts';
export * from './school-years.ts';
export * from './staff.ts';
export * from './transfers.ts';

const Grade = z.number().int().min(1).max(5);
export const ClassSummary = z.strictObject({
  classId: Uuid,
  name: z.string(),
  grade: Grade,
  schoolYear: SchoolYear,
  pupils: z.number().int(),
  homeroomTeacher: z.strictObject({ staffId: Uuid, fullName: z.string() }).nullable(),
});
const Pupil = z.strictObject({
  pupilId: Uuid,
  ordinal: z.number().int(),
  pupilCode: z.string(),
  fullName: z.string(),
  sex: z.enum(['male', 'female']).nullable(),
  birthDate: IsoDate.nullable(),
});

export const listClasses = defineRoute({
  method: 'GET',
  path: '/api/classes',
  policy: 'signedIn',
  summary: 'Các lớp mà tôi được xem',
  response: z.strictObject({ classes: z.array(ClassSummary) }),
});
export const classDetail = defineRoute({
  method: 'GET',
  path: '/api/classes/:classId',
  policy: 'classStaff',
  summary: 'Một lớp: học sinh và phân công',
  params: z.strictObject({ classId: Uuid }),
  response: z.strictObject({
    ...ClassSummary.shape,
    roster: z.array(Pupil),
    subjects: z.array(
      z.strictObject({
        subject: SubjectValue,
        name: z.string(),
        tested: z.boolean(),
        elective: z.boolean(),
        teacher: z.strictObject({ staffId: Uuid, fullName: z.string() }).nullable(),
      }),
    ),
  }),
});
/** Creates a class, or changes who answers for it: homeroom teacher and one teacher a subject. */
export const saveClass = defineRoute({
  method: 'POST',
  path: '/api/classes',
  policy: 'admin',
  // It says who signs.
  stepUp: true,
  summary: 'Tạo hoặc sửa lớp và phân công',
  body: z.strictObject({
    classId: Uuid.optional(),
    name: z.string().min(1).max(20),
    grade: Grade,
    schoolYear: SchoolYear,
    homeroomStaffId: Uuid,
    assignments: z.array(z.strictObject({ subject: SubjectValue, staffId: Uuid })).max(20),
  }),
  response: z.strictObject({ classId: Uuid }),
});
/** Facts of pupils that a results sheet does not carry. Pupils are found by Mã học sinh. */
export const savePupils = defineRoute({
  method: 'POST',
  path: '/api/classes/:classId/pupils',
  policy: 'homeroomTeacher',
  summary: 'Ghi lý lịch học sinh',
  params: z.strictObject({ classId: Uuid }),
  body: z.strictObject({
    pupils: z
      .array(
        z.strictObject({
          pupilCode: z.string().min(1).max(20),
          personalId: z
            .string()
            .regex(/^\d{12}$/)
            .optional(),
          registerNumber: z.string().max(20).optional(),
          sex: z.enum(['male', 'female']).optional(),
          birthPlace: z.string().max(200).optional(),
          homeTown: z.string().max(200).optional(),
          address: z.string().max(300).optional(),
          ethnicity: z.string().max(40).optional(),
          nationality: z.string().max(60).optional(),
          fatherName: z.string().max(80).optional(),
          motherName: z.string().max(80).optional(),
          guardianName: z.string().max(80).optional(),
        }),
      )
      .max(MOST_PUPILS),
  }),
  response: z.strictObject({ saved: z.number().int() }),
});

export const RowRefusal = z.strictObject({
  row: z.number().int(),
  code: z.string(),
  name: z.string(),
  reasons: z.array(z.string()),
});
export const RowMatch = z.strictObject({
  row: z.number().int(),
  code: z.string(),
  name: z.string(),
  match: z.enum(['new', 'code', 'name', 'similarName']),
  selected: z.boolean(),
  cells: z.number().int(),
  notes: z.array(z.string()),
});
/** Upload (multipart, field `file`) of a national-layout results sheet: a dry run; nothing is written but the preview. */
export const previewImport = defineRoute({
  method: 'POST',
  path: '/api/classes/:classId/imports',
  policy: 'homeroomTeacher',
  summary: 'Xem trước tệp Excel của lớp',
  params: z.strictObject({ classId: Uuid }),
  response: z.strictObject({
    importId: Uuid,
    fileName: z.string(),
    period: PeriodValue,
    rows: z.array(RowMatch),
    refused: z.array(RowRefusal),
    /** What concerns the whole file: columns not read, another class's name in the title. */
    remarks: z.array(z.string()),
  }),
});
/** Writes the selected rows: new pupils are enrolled, cells are set as acts with source `excel`. */
export const applyImport = defineRoute({
  method: 'POST',
  path: '/api/classes/:classId/imports/:importId',
  policy: 'homeroomTeacher',
  summary: 'Nhập các dòng đã chọn',
  params: z.strictObject({ classId: Uuid, importId: Uuid }),
  body: z.strictObject({ rows: z.array(z.number().int()).max(MOST_PUPILS) }),
  response: z.strictObject({ imported: z.number().int(), cells: z.number().int() }),
});
