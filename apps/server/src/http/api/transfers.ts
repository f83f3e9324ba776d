import { z } from 'zod';
import { defineRoute } from './route.ts';
import {
  CellPeriodValue,
  IsoDate,
  IsoTime,
  PeriodValue,
  ProblemView,
  ResultValue,
  SchoolYear,
  Uuid,
} from './values.ts';

const Name = z.string().min(1).max(80);
const SchoolName = z.string().min(1).max(200);
const Reason = z.string().min(3).max(500);
const Grade = z.number().int().min(1).max(5);
const PupilParams = z.strictObject({ pupilId: Uuid });
const StudyYearView = z.strictObject({
  schoolYear: SchoolYear,
  schoolName: z.string(),
  className: z.string(),
  grade: Grade,
  arrivedOn: IsoDate,
  leftOn: IsoDate.nullable(),
  elsewhere: z.boolean(),
});
/** What a school knows of a pupil's year to a date: every cell of every period, as it stood. */
export const ResultsToDate = z.strictObject({
  schoolName: z.string(),
  schoolYear: SchoolYear,
  className: z.string(),
  grade: Grade,
  until: IsoDate,
  periods: z.array(
    z.strictObject({
      period: CellPeriodValue,
      title: z.string(),
      /** Whether the class had closed the period by then. */
      closed: z.boolean(),
      cells: z.array(z.strictObject({ item: z.string(), title: z.string(), value: z.string() })),
    }),
  ),
  /** In words, where another school's paper was entered. */
  note: z.string(),
  /** The paper by which marks and levels were typed. */
  document: z.string().optional(),
});
/**
 * A record as a file: XML, or a PDF with one inside; a pupil's package of them, or a book. Base64; four megabytes are read: a year with its
 * signed print is a quarter of one, with what keeps its signatures good for long rather more.
 */
export const RecordFile = z.strictObject({
  name: z.string().min(1).max(200),
  content: z
    .string()
    .max(6_500_000)
    .regex(/^[A-Za-z0-9+/]+={0,2}$/),
});
/** Such a file and what is typed beside it. */
const WITH_FILE = 7_000_000;
const TransferView = z.strictObject({
  transferId: Uuid,
  direction: z.enum(['out', 'in', 'class']),
  onDate: IsoDate,
  className: z.string(),
  otherSchool: z.string().nullable(),
  otherClass: z.string().nullable(),
  reason: z.string(),
  recordedAt: IsoTime,
  recordedBy: z.string(),
  results: ResultsToDate,
  /** The record by which the pupil was taken over, and what verification said of it. */
  file: z.strictObject({ name: z.string(), verified: z.boolean(), sentence: z.string() }).nullable(),
  /** Whether the results that came with the pupil may be taken back. */
  mayUndoResults: z.boolean(),
});

/** By name with or without its marks, code or class; what is looked for stands in no address. */
export const searchPupils = defineRoute({
  method: 'POST',
  path: '/api/pupils/search',
  policy: 'schoolOffice',
  summary: 'Tìm học sinh',
  body: z.strictObject({ text: z.string().max(100), classId: Uuid.optional() }),
  response: z.strictObject({
    pupils: z.array(
      z.strictObject({
        pupilId: Uuid,
        pupilCode: z.string(),
        fullName: z.string(),
        birthDate: IsoDate.nullable(),
        className: z.string().nullable(),
        schoolYear: SchoolYear.nullable(),
        status: z.string(),
        gone: z.boolean(),
      }),
    ),
    more: z.boolean(),
  }),
});
export const pupilDetail = defineRoute({
  method: 'GET',
  path: '/api/pupils/:pupilId',
  policy: 'principalOrClerk',
  summary: 'Hồ sơ một học sinh',
  params: PupilParams,
  response: z.strictObject({
    pupilId: Uuid,
    pupilCode: z.string(),
    fullName: z.string(),
    personalId: z.string().nullable(),
    registerNumber: z.string().nullable(),
    sex: z.enum(['male', 'female']).nullable(),
    birthDate: IsoDate.nullable(),
    motherName: z.string().nullable(),
    /** What lacks or does not fit together in the pupil's identity. */
    problems: z.array(ProblemView),
    status: z.strictObject({ name: z.string(), since: IsoDate.nullable() }),
    /** Every status that was set, the newest first. */
    statuses: z.array(
      z.strictObject({
        name: z.string(),
        since: IsoDate,
        reason: z.string().nullable(),
        recordedBy: z.string(),
        recordedAt: IsoTime,
      }),
    ),
    /** Statuses that may be set now. */
    mayBecome: z.array(z.enum(['suspended', 'returned', 'dropped-out', 'deceased'])),
    /** The class that the pupil is in now; null for one who has left. */
    place: z
      .strictObject({ classId: Uuid, name: z.string(), schoolYear: SchoolYear, grade: Grade })
      .nullable(),
    studyYears: z.array(StudyYearView),
    transfers: z.array(TransferView),
  }),
});
export const transferOut = defineRoute({
  method: 'POST',
  path: '/api/pupils/:pupilId/transfer-out',
  policy: 'principalOrClerk',
  summary: 'Ghi học sinh chuyển đi',
  params: PupilParams,
  body: z.strictObject({
    onDate: IsoDate,
    schoolName: SchoolName,
    /** Mã trường of the receiving school; given, only that school of the installation may take the pupil over. */
    schoolCode: z.string().max(20).optional(),
    reason: Reason,
  }),
  response: z.strictObject({ transferId: Uuid }),
});
export const changeClass = defineRoute({
  method: 'POST',
  path: '/api/pupils/:pupilId/class-change',
  policy: 'principalOrClerk',
  summary: 'Chuyển học sinh sang lớp khác',
  params: PupilParams,
  body: z.strictObject({ toClassId: Uuid, onDate: IsoDate, reason: Reason }),
  response: z.strictObject({ transferId: Uuid }),
});
/** Pauses the pupil's schooling, ends the pause, or notes that the pupil is gone for good. */
export const setStatus = defineRoute({
  method: 'POST',
  path: '/api/pupils/:pupilId/status',
  policy: 'principalOrClerk',
  summary: 'Ghi tạm nghỉ, đi học lại, thôi học, đã mất',
  params: PupilParams,
  body: z.strictObject({
    status: z.enum(['suspended', 'returned', 'dropped-out', 'deceased']),
    onDate: IsoDate,
    reason: Reason,
    /** For a pupil who comes back after leaving: the class to join. */
    toClassId: Uuid.optional(),
  }),
  response: z.strictObject({ status: z.string() }),
});
const Key = z.strictObject({
  /** Mã học sinh or the 12-digit personal number. */
  key: z.string().min(4).max(20),
  birthDate: IsoDate,
});
/** Pupils whom another school of this installation has let go to this one. Code and birth date must both fit. */
export const findOffer = defineRoute({
  method: 'POST',
  path: '/api/transfers/find',
  policy: 'principalOrClerk',
  summary: 'Tìm học sinh trường khác đã chuyển đi',
  body: Key,
  response: z.strictObject({
    offer: z
      .strictObject({
        pupilCode: z.string(),
        fullName: z.string(),
        leftOn: IsoDate,
        years: z.number().int(),
        results: ResultsToDate,
      })
      .nullable(),
  }),
});
/** Takes the pupil over with identity, study years and results to that date: nothing is typed anew. */
export const takeOver = defineRoute({
  method: 'POST',
  path: '/api/transfers/take-over',
  policy: 'principalOrClerk',
  summary: 'Tiếp nhận học sinh từ trường trong hệ thống',
  body: z.strictObject({ ...Key.shape, toClassId: Uuid, onDate: IsoDate, reason: Reason }),
  response: z.strictObject({ pupilId: Uuid, transferId: Uuid }),
});
/** A pupil of a school that is not here: entered from its papers. */
export const transferIn = defineRoute({
  method: 'POST',
  path: '/api/transfers/in',
  bodyLimit: WITH_FILE,
  policy: 'principalOrClerk',
  summary: 'Tiếp nhận học sinh từ trường ngoài hệ thống',
  body: z.strictObject({
    toClassId: Uuid,
    onDate: IsoDate,
    reason: Reason,
    schoolName: SchoolName,
    /** Results to that date as the other school's paper states them, in words. */
    resultsNote: z.string().max(4000),
    /** The same where it states marks and levels: they become the pupil's cells of the class, with the paper as source. */
    results: z
      .array(
        z.strictObject({
          period: PeriodValue,
          cells: z
            .array(z.strictObject({ item: z.string().max(40), value: z.string().min(1).max(2000) }))
            .min(1)
            .max(100),
        }),
      )
      .max(4)
      .optional(),
    /** The paper that states them; needed with `results`. */
    document: z.string().min(3).max(200).optional(),
    /** The record that the other school issued: verified and read here again. */
    file: RecordFile.optional(),
    pupil: z.strictObject({
      pupilCode: z.string().min(4).max(20),
      fullName: Name,
      personalId: z
        .string()
        .regex(/^\d{12}$/)
        .optional(),
      sex: z.enum(['male', 'female']),
      birthDate: IsoDate,
    }),
    studyYears: z
      .array(
        z.strictObject({
          schoolYear: SchoolYear,
          schoolName: SchoolName,
          className: z.string().min(1).max(20),
          grade: Grade,
          arrivedOn: IsoDate,
          result: ResultValue.optional(),
          promoted: z.boolean().optional(),
        }),
      )
      .max(9),
  }),
  response: z.strictObject({ pupilId: Uuid, transferId: Uuid }),
});
/** The same as entering it, and everything is taken back: what would be written. */
export const previewArrival = defineRoute({
  method: 'POST',
  path: '/api/transfers/in/preview',
  bodyLimit: WITH_FILE,
  policy: 'principalOrClerk',
  summary: 'Xem trước việc tiếp nhận',
  body: transferIn.body,
  response: z.strictObject({
    periods: ResultsToDate.shape.periods,
    cells: z.number().int(),
    studyYears: z.array(SchoolYear),
    /** Years of which nothing came along, in which the pupil may have stayed at home. */
    missing: z.array(SchoolYear),
  }),
});
/** What the records of other schools say, verified; nothing is kept. */
export const readArrival = defineRoute({
  method: 'POST',
  path: '/api/transfers/read',
  bodyLimit: WITH_FILE,
  policy: 'principalOrClerk',
  summary: 'Đọc học bạ số của trường khác',
  body: RecordFile,
  response: z.strictObject({
    fileName: z.string(),
    verified: z.boolean(),
    judgedBy: z.string().nullable(),
    /** As the newest record states it. */
    pupil: z.strictObject({
      pupilCode: z.string().nullable(),
      fullName: z.string().nullable(),
      personalId: z.string().nullable(),
      sex: z.enum(['male', 'female']).nullable(),
      birthDate: IsoDate.nullable(),
    }),
    /** The earliest first. */
    years: z.array(
      z.strictObject({
        schoolYear: z.string().nullable(),
        schoolName: z.string().nullable(),
        className: z.string().nullable(),
        grade: Grade.nullable(),
        result: ResultValue.nullable(),
        verified: z.boolean(),
        sentence: z.string(),
        cells: z.array(z.strictObject({ item: z.string(), title: z.string(), value: z.string() })),
        /** A sentence for each datum that is left out. */
        unread: z.array(z.string()),
      }),
    ),
    /** Years between these of which the package has nothing. */
    missing: z.array(SchoolYear),
  }),
});
const Cell = z.string().nullable();
/** Which cells a paper may state for a class, period by period. */
export const arrivalItems = defineRoute({
  method: 'GET',
  path: '/api/transfers/items/:classId',
  policy: 'principalOrClerk',
  summary: 'Các ô kết quả có thể ghi khi tiếp nhận',
  params: z.strictObject({ classId: Uuid }),
  response: z.strictObject({
    grade: Grade,
    schoolYear: SchoolYear,
    periods: z.array(
      z.strictObject({
        period: PeriodValue,
        title: z.string(),
        rows: z.array(
          z.strictObject({ key: z.string(), title: z.string(), level: Cell, mark: Cell, comment: Cell }),
        ),
      }),
    ),
  }),
});
/** Results that came with an arrival are taken back until the class closes a period. */
export const undoArrivalResults = defineRoute({
  method: 'POST',
  path: '/api/transfers/:transferId/undo-results',
  policy: 'principalOrClerk',
  summary: 'Bỏ kết quả đã ghi khi tiếp nhận',
  params: z.strictObject({ transferId: Uuid }),
  response: z.strictObject({ cells: z.number().int(), kept: z.array(z.string()) }),
});
