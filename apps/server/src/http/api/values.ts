import { z } from 'zod';

/** Values that several routes carry. Every object is strict: an unknown field is refused. */
export const Uuid = z.uuid();
/** Of one class in one call: more than any class has, also a large combined one. */
export const MOST_PUPILS = 500;
export const SchoolYear = z.string().regex(/^\d{4}-\d{4}$/);
export const IsoDate = z.iso.date();
export const IsoTime = z.iso.datetime({ offset: true });
export const PeriodValue = z.enum(['GHK1', 'CHK1', 'GHK2', 'CN']);
/** The four periods, and the assessment that is held in summer (đánh giá bổ sung). */
export const CellPeriodValue = z.enum([...PeriodValue.options, 'BS']);
export const GradeValue = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)]);
export const ResultValue = z.enum(['HTXS', 'HTT', 'HT', 'CHT']);
export const SubjectValue = z.enum([
  'TV',
  'TOAN',
  'NN1',
  'LSDL',
  'KH',
  'TH',
  'CN',
  'DD',
  'TNXH',
  'GDTC',
  'AN',
  'MT',
  'HDTN',
  'TDT',
]);
export const SignerRoleValue = z.enum(['subjectTeacher', 'homeroomTeacher', 'principal', 'schoolSeal']);
export const StaffRoleValue = z.enum(['teacher', 'principal', 'clerk', 'admin']);

/** A cell's item, such as `TOAN.level`; which items exist is the record package's to say. */
export const Item = z
  .string()
  .max(40)
  .regex(/^[A-Z0-9_]+\.(level|mark|comment|text|count|number)$/);

export const ProblemView = z.strictObject({
  severity: z.enum(['blocking', 'warning', 'note']),
  code: z.string(),
  item: z.string().optional(),
  field: z.string().optional(),
  message: z.string(),
  action: z.string(),
});

/** The answer to everything that is refused: what happened, is my work safe, what to do. */
export const ErrorAnswer = z.strictObject({
  error: z.string(),
  message: z.string(),
  reference: z.string().optional(),
  details: z.array(z.string()).optional(),
});
