import { z } from 'zod';
import { defineRoute } from './route.ts';
import { CellPeriodValue, IsoDate, IsoTime, Item, SchoolYear, SubjectValue, Uuid } from './values.ts';

const ClassParams = z.strictObject({ classId: Uuid });
const Who = z.strictObject({ staffId: Uuid, fullName: z.string() });

const PeriodView = z.strictObject({
  period: CellPeriodValue,
  closed: z.boolean(),
  /** The day after which the school year's lock forbids entry, once it has passed. */
  lockedOn: IsoDate.nullable(),
  /** Who closed or reopened it last, when, and why; absent while nobody has. */
  by: z.string().nullable(),
  at: IsoTime.nullable(),
  reason: z.string().nullable(),
});
const Sitting = z.strictObject({
  pupilId: Uuid,
  item: Item,
  attempt: z.number().int(),
  value: z.string().nullable(),
  takenOn: IsoDate.nullable(),
  reason: z.string().nullable(),
  by: z.string().nullable(),
});

const Cell = z.strictObject({
  pupilId: Uuid,
  item: Item,
  /** Which sitting of a test; 1 for everything else. */
  attempt: z.number().int(),
  value: z.string().nullable(),
  version: z.number().int(),
  by: z.string().nullable(),
  at: IsoTime.nullable(),
});
/**
 * The class sheet of a period, by default of the one that is worked on now. Without `subject`, all columns of the class
 * (homeroom's class table).
 */
export const classSheet = defineRoute({
  method: 'GET',
  path: '/api/classes/:classId/sheet',
  policy: 'classStaff',
  summary: 'Bảng lớp',
  params: ClassParams,
  query: z.strictObject({ period: CellPeriodValue.optional(), subject: SubjectValue.optional() }),
  response: z.strictObject({
    className: z.string(),
    schoolYear: SchoolYear,
    grade: z.number().int(),
    period: CellPeriodValue,
    /** The periods of the class with what became of them; a closed one refuses changes. */
    periods: z.array(PeriodView),
    mayClose: z.boolean(),
    mayReopen: z.boolean(),
    seq: z.number().int(),
    columns: z.array(
      z.strictObject({
        item: Item,
        title: z.string(),
        group: z.string(),
        kind: z.enum(['level', 'trait', 'mark', 'text', 'number']),
        owner: Who.nullable(),
        editable: z.boolean(),
        required: z.boolean(),
        /** Grades whose pupils need, or may have, the cell: in a combined class not everybody's. */
        requiredIn: z.array(z.number().int()),
        possibleIn: z.array(z.number().int()),
      }),
    ),
    pupils: z.array(
      z.strictObject({
        pupilId: Uuid,
        ordinal: z.number().int(),
        pupilCode: z.string(),
        fullName: z.string(),
        grade: z.number().int(),
        frozen: z.boolean(),
        /** Since when the pupil pauses: nothing is missing then. */
        suspendedOn: IsoDate.nullable(),
        /** Cells that a confirmed plan lifts for the pupil: neither needed nor ever held against him or her. */
        exempt: z.array(Item),
      }),
    ),
    /** Who was in the class and left it: shown greyed, nothing is entered for them. */
    left: z.array(
      z.strictObject({
        pupilId: Uuid,
        fullName: z.string(),
        leftOn: IsoDate,
        leftAs: z.enum(['class-changed', 'transferred', 'dropped-out', 'deceased']).nullable(),
      }),
    ),
    /**
     * Who came from another school in the year, with what its paper says in words: shown to who sees the whole class. What
     * a school of this installation has stated stands in the cells.
     */
    arrived: z.array(
      z.strictObject({ pupilId: Uuid, onDate: IsoDate, schoolName: z.string(), note: z.string() }),
    ),
    cells: z.array(Cell),
    /** Every sitting of tests that were taken again. */
    sittings: z.array(Sitting),
  }),
});

const Op = z.strictObject({
  n: z.number().int().min(0).max(1_000_000),
  pupilId: Uuid,
  period: CellPeriodValue,
  item: Item,
  attempt: z.number().int().min(1).max(9).default(1),
  base: z.number().int().min(0),
  value: z.string().max(2000).nullable(),
  source: z.enum(['key', 'paste', 'fill', 'bank', 'excel']),
});
/** Cells to set, each against the version its author saw. (batch, n) is the idempotency key: a replay gives the same answer. */
export const saveCells = defineRoute({
  method: 'POST',
  path: '/api/classes/:classId/ops',
  policy: 'classStaff',
  summary: 'Ghi các ô',
  params: ClassParams,
  body: z.strictObject({
    device: z.string().min(1).max(64),
    batch: z.string().min(1).max(64),
    ops: z.array(Op).min(1).max(200),
  }),
  response: z.strictObject({
    seq: z.number().int(),
    results: z.array(
      z.union([
        z.strictObject({
          n: z.number().int(),
          ok: z.literal(true),
          version: z.number().int(),
          value: z.string().nullable(),
        }),
        z.strictObject({
          n: z.number().int(),
          conflict: z.strictObject({
            version: z.number().int(),
            value: z.string().nullable(),
            by: z.string(),
            at: IsoTime,
          }),
        }),
        z.strictObject({
          n: z.number().int(),
          reject: z.enum([
            'frozen',
            'not-assigned',
            'invalid',
            'period-closed',
            'year-locked',
            'unknown-pupil',
          ]),
          message: z.string(),
        }),
      ]),
    ),
  }),
});
export const changedCells = defineRoute({
  method: 'GET',
  path: '/api/classes/:classId/changes',
  policy: 'classStaff',
  summary: 'Các ô đã đổi từ lần xem trước',
  params: ClassParams,
  query: z.strictObject({ after: z.coerce.number().int().min(0), period: CellPeriodValue.default('CN') }),
  response: z.strictObject({ seq: z.number().int(), cells: z.array(Cell), sittings: z.array(Sitting) }),
});
