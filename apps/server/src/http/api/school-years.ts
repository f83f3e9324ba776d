import { z } from 'zod';
import { defineRoute } from './route.ts';
import { IsoDate, IsoTime, SchoolYear, Uuid } from './values.ts';

const Person = z.strictObject({ staffId: Uuid, fullName: z.string() });
const YearParams = z.strictObject({ schoolYear: SchoolYear });

export const SchoolYearView = z.strictObject({
  schoolYear: SchoolYear,
  startsOn: IsoDate,
  endsOn: IsoDate,
  plannedIssueDate: IsoDate,
  /** Last days of the main lock and of the one after the summer's further assessment. */
  mainLockOn: IsoDate,
  supplementaryLockOn: IsoDate,
  /** Each time that the principal moved them, the newest first. */
  lockMoves: z.array(
    z.strictObject({
      mainLockOn: IsoDate,
      supplementaryLockOn: IsoDate,
      reason: z.string(),
      by: z.string(),
      at: IsoTime,
    }),
  ),
  classes: z.number().int(),
  pupils: z.number().int(),
  running: z.boolean(),
  /** Whether anything of it is issued: from then on its locks move by two persons. */
  issued: z.boolean(),
  /** Whether a file of all its pupils takes two persons. */
  bulk: z.boolean(),
});
export const listSchoolYears = defineRoute({
  method: 'GET',
  path: '/api/school-years',
  policy: 'schoolOffice',
  summary: 'Các năm học của trường',
  response: z.strictObject({
    years: z.array(SchoolYearView),
    /** The days that the year after the newest one would have. */
    next: z.strictObject({
      schoolYear: SchoolYear,
      startsOn: IsoDate,
      endsOn: IsoDate,
      plannedIssueDate: IsoDate,
      mainLockOn: IsoDate,
      supplementaryLockOn: IsoDate,
    }),
  }),
});
/** Opens the year after the newest one. */
export const openSchoolYear = defineRoute({
  method: 'POST',
  path: '/api/school-years',
  policy: 'schoolOffice',
  summary: 'Mở năm học mới',
  body: z.strictObject({
    schoolYear: SchoolYear,
    startsOn: IsoDate,
    endsOn: IsoDate,
    plannedIssueDate: IsoDate,
    mainLockOn: IsoDate,
    supplementaryLockOn: IsoDate,
  }),
  response: z.strictObject({ schoolYear: SchoolYear }),
});
/** The principal moves the year's locks, with a reason; nothing else of an opened year changes. */
export const moveLocks = defineRoute({
  method: 'POST',
  path: '/api/school-years/:schoolYear/locks',
  policy: 'principal',
  summary: 'Dời ngày khoá sổ',
  params: YearParams,
  body: z.strictObject({
    mainLockOn: IsoDate,
    supplementaryLockOn: IsoDate,
    reason: z.string().trim().min(1).max(500),
  }),
  response: z.strictObject({ mainLockOn: IsoDate, supplementaryLockOn: IsoDate }),
});

const ExceptionKind = z.enum([
  'undecided',
  'left',
  'suspended',
  'kept-waiting',
  'repeats',
  'no-class',
  'no-record',
  'no-number',
]);
const RollOverChoices = z.strictObject({
  teachers: z.enum(['stay', 'follow']),
  classes: z
    .array(
      z.strictObject({
        classId: Uuid,
        name: z.string().max(20),
        homeroomStaffId: Uuid.nullable().optional(),
      }),
    )
    .max(200),
  repeaters: z.array(z.strictObject({ pupilId: Uuid, className: z.string().max(20) })).max(2000),
  waiting: z.array(Uuid).max(2000),
});
const Totals = z.strictObject({
  up: z.number().int(),
  repeat: z.number().int(),
  complete: z.number().int(),
  waiting: z.number().int(),
  left: z.number().int(),
  moved: z.number().int(),
});
export const RollOverPlan = z.strictObject({
  fromYear: SchoolYear,
  toYear: SchoolYear,
  /** What the act must name, so that what is applied is what was looked at. */
  digest: z.string(),
  classes: z.array(
    z.strictObject({
      name: z.string(),
      grade: z.number().int(),
      from: z.strictObject({ classId: Uuid, name: z.string() }).nullable(),
      exists: z.boolean(),
      pupils: z.number().int(),
      homeroomTeacher: Person.nullable(),
      subjects: z.number().int(),
    }),
  ),
  totals: Totals,
  exceptions: z.array(
    z.strictObject({
      kind: ExceptionKind,
      moves: z.boolean(),
      pupilId: Uuid,
      pupilCode: z.string(),
      fullName: z.string(),
      className: z.string(),
      grade: z.number().int(),
      to: z.string().nullable(),
    }),
  ),
  problems: z.array(z.string()),
});
const RollOverRun = z.strictObject({
  rollOverId: Uuid,
  fromYear: SchoolYear,
  toYear: SchoolYear,
  appliedAt: IsoTime,
  appliedBy: z.string(),
  totals: Totals,
  undoneAt: IsoTime.nullable(),
});
/** A dry run: what the act would do and which pupils want a look. Nothing is written. */
export const previewRollOver = defineRoute({
  method: 'POST',
  path: '/api/school-years/:schoolYear/roll-over/preview',
  policy: 'principalOrClerk',
  summary: 'Xem trước kết chuyển lớp',
  params: YearParams,
  body: RollOverChoices,
  response: z.strictObject({
    plan: RollOverPlan,
    teachers: z.array(Person),
    runs: z.array(RollOverRun),
  }),
});
/** Moves last year's classes up in one transaction. The same plan again changes nothing and answers the same. */
export const applyRollOver = defineRoute({
  method: 'POST',
  path: '/api/school-years/:schoolYear/roll-over',
  policy: 'principalOrClerk',
  summary: 'Kết chuyển lớp lên năm học mới',
  params: YearParams,
  body: z.strictObject({ ...RollOverChoices.shape, digest: z.string().max(64) }),
  response: RollOverRun,
});
/** Takes back what a roll-over made, as long as nothing of the new year has been written in it. */
export const undoRollOver = defineRoute({
  method: 'POST',
  path: '/api/roll-overs/:rollOverId/undo',
  policy: 'principalOrClerk',
  summary: 'Hoàn tác kết chuyển lớp',
  params: z.strictObject({ rollOverId: Uuid }),
  response: z.strictObject({ classes: z.number().int(), pupils: z.number().int() }),
});
