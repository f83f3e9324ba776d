import type { CellItem, Grade, SignerRole, SubjectCode } from '@hocba/record';
import { SUBJECTS } from '@hocba/record';
import type { ClassSheet } from '@hocba/sheet';
import type { z } from 'zod';
import { assessment, issuing, roster, signing } from '../../apps/server/src/http/api/index.ts';
import { Refused } from './client.ts';
import { inventCell, inventPupil } from './invented.ts';
import type { People, Staff } from './people.ts';

export interface NotIssued {
  row: number;
  code: string;
  reasons: string[];
}
export interface YearOutcome {
  readonly classId: string;
  readonly issued: readonly { recordId: string; pupilCode: string }[];
  readonly notIssued: readonly NotIssued[];
}
export interface YearInput {
  readonly people: People;
  readonly sheet: ClassSheet;
  readonly file: { name: string; bytes: Uint8Array };
  /** Called before each step with its name, for progress and for the times. */
  readonly step: (name: string) => void;
  /** Other ways to sign than the training keys: set up before the first signature, and helped along while a batch waits. */
  readonly signing?: {
    before(classId: string, teachers: readonly Staff[]): Promise<void>;
    waiting(staff: Staff, progress: Progress): Promise<void>;
  };
}

export type Progress = z.output<typeof signing.signingProgress.response>;

/** Subjects that schools often give to specialists; the rest is the homeroom teacher's. */
const SPECIALISTS: readonly SubjectCode[] = ['NN1', 'TH', 'CN', 'AN', 'MT', 'GDTC', 'TDT'];

/**
 * One class through the whole year by the HTTP API. Every step may be called again after a lost answer: what the
 * server has done already it does not do twice, and says so.
 */
export async function takeClassThroughYear(input: YearInput): Promise<YearOutcome> {
  const { people, sheet, step } = input;
  const homeroom = people.teachers[0] as Staff;
  step('class');
  const { classId, teacherOf } = await openClass(input, homeroom);
  step('import');
  const refused = await importSheet(input, homeroom, classId);
  step('pupils');
  const pupils = await fillPupils(sheet, homeroom, classId);
  step('cells');
  await fillCells(classId, homeroom, teacherOf, pupils);
  step('results');
  await decideResults(sheet, people, homeroom, classId, pupils);
  step('check');
  await homeroom.person.call(assessment.checkClass, { params: { classId } });
  step('freeze');
  const frozen = await homeroom.person.call(signing.freezeClass, { params: { classId }, body: {} });
  const teachers = [...new Set(teacherOf.values())];
  await input.signing?.before(classId, teachers);
  const sign = (staff: Staff, role: SignerRole): Promise<void> =>
    signAll(staff, role, classId, input.signing?.waiting);
  for (const teacher of teachers) {
    step('sign:subjectTeacher');
    await sign(teacher, 'subjectTeacher');
  }
  // Where subject teachers sign the class's table, it is sealed before any record that stands on it may be signed.
  const { tables } = await homeroom.person.call(signing.listRecords, { params: { classId } });
  for (let round = tables.length > 0 ? 0 : 1; round < 2; round++) {
    step('sign:homeroomTeacher');
    await sign(homeroom, 'homeroomTeacher');
    step('sign:principal');
    await sign(people.principal, 'principal');
    step('sign:schoolSeal');
    await sign(people.clerk, 'schoolSeal');
  }
  step('issued');
  const { records } = await people.clerk.person.call(issuing.issuedRecords, { query: { classId } });
  const rowOf = new Map(sheet.rows.map((row) => [row.code, row.row]));
  const leftOut = frozen.leftOut.map(({ pupilCode, reasons }) => ({
    row: rowOf.get(pupilCode) ?? 0,
    code: pupilCode,
    reasons,
  }));
  return {
    classId,
    issued: records
      .filter((r) => r.status === 'issued')
      .map(({ recordId, pupilCode }) => ({ recordId, pupilCode })),
    notIssued: [...refused, ...leftOut].sort((a, b) => a.row - b.row),
  };
}

async function openClass(
  { people, sheet }: YearInput,
  homeroom: Staff,
): Promise<{ classId: string; teacherOf: Map<string, Staff> }> {
  const grade = sheet.grade as Grade;
  const subjects = [...new Set(sheet.rows.flatMap((row) => [...row.cells.keys()]))]
    .map((item) => item.split('.')[0] as SubjectCode)
    .filter((code, n, all) => all.indexOf(code) === n && isSubject(code));
  const others = people.teachers.slice(1);
  const teacherOf = new Map<string, Staff>(
    subjects.map((subject) => {
      const nth = SPECIALISTS.indexOf(subject);
      return [subject, nth < 0 || others.length === 0 ? homeroom : (others[nth % others.length] as Staff)];
    }),
  );
  const name = sheet.className ?? `${grade}A`;
  const body = {
    name,
    grade,
    schoolYear: people.schoolYear,
    homeroomStaffId: homeroom.staffId,
    assignments: [...teacherOf].map(([subject, teacher]) => ({
      subject: subject as SubjectCode,
      staffId: teacher.staffId,
    })),
  };
  try {
    const { classId } = await people.admin.person.call(roster.saveClass, { body });
    return { classId, teacherOf };
  } catch (error) {
    if (!(error instanceof Refused && error.code === 'class-exists')) throw error;
    const { classes } = await homeroom.person.call(roster.listClasses);
    const there = classes.find((one) => one.name === name && one.schoolYear === people.schoolYear);
    if (!there) throw error;
    return { classId: there.classId, teacherOf };
  }
}

function isSubject(code: string): boolean {
  return SUBJECTS.some((subject) => subject.code === code);
}

async function importSheet({ file }: YearInput, homeroom: Staff, classId: string): Promise<NotIssued[]> {
  const preview = await homeroom.person.call(roster.previewImport, { params: { classId }, file });
  const rows = preview.rows.map((row) => row.row);
  try {
    await homeroom.person.call(roster.applyImport, {
      params: { classId, importId: preview.importId },
      body: { rows },
    });
  } catch (error) {
    if (!(error instanceof Refused && error.code === 'import-already-applied')) throw error;
  }
  return preview.refused.map(({ row, code, reasons }) => ({ row, code, reasons }));
}

interface Enrolled {
  readonly pupilId: string;
  readonly pupilCode: string;
  readonly grade: Grade;
}

async function fillPupils(sheet: ClassSheet, homeroom: Staff, classId: string): Promise<Enrolled[]> {
  const detail = await homeroom.person.call(roster.classDetail, { params: { classId } });
  const pupils = detail.roster.map((pupil) =>
    inventPupil(pupil.pupilCode, pupil.fullName, pupil.birthDate ?? '2016-01-01', pupil.ordinal),
  );
  await homeroom.person.call(roster.savePupils, { params: { classId }, body: { pupils } });
  return detail.roster.map(({ pupilId, pupilCode }) => ({ pupilId, pupilCode, grade: sheet.grade as Grade }));
}

/** Comments and measures, each column by the person who owns it, in batches that a replay does not write twice. */
async function fillCells(
  classId: string,
  homeroom: Staff,
  teacherOf: ReadonlyMap<string, Staff>,
  pupils: readonly Enrolled[],
): Promise<void> {
  const sheet = await homeroom.person.call(assessment.classSheet, {
    params: { classId },
    query: { period: 'CN' },
  });
  const values = new Map(sheet.cells.map((cell) => [`${cell.pupilId}|${cell.item}`, cell]));
  for (const writer of new Set([homeroom, ...teacherOf.values()])) {
    const ops = sheet.columns.flatMap((column) => {
      const subject = column.item.split('.')[0] ?? '';
      if ((teacherOf.get(subject) ?? homeroom) !== writer) return [];
      return pupils.flatMap((pupil) => {
        if (values.get(`${pupil.pupilId}|${column.item}`)?.value) return [];
        const level = values.get(`${pupil.pupilId}|${subject}.level`)?.value ?? null;
        const value = inventCell(column.item as CellItem, pupil.pupilCode, pupil.grade, level);
        const base = values.get(`${pupil.pupilId}|${column.item}`)?.version ?? 0;
        return value === null
          ? []
          : [
              {
                pupilId: pupil.pupilId,
                period: 'CN' as const,
                item: column.item,
                attempt: 1,
                base,
                value,
                source: 'bank' as const,
              },
            ];
      });
    });
    for (let at = 0; at < ops.length; at += 200) {
      const part = ops.slice(at, at + 200).map((op, n) => ({ n, ...op }));
      const body = { device: 'vi-du', batch: `${writer.staffId.slice(0, 8)}-${at}`, ops: part };
      const { results } = await writer.person.call(assessment.saveCells, { params: { classId }, body });
      const wrong = results.find((result) => !('ok' in result));
      if (wrong) throw new Error(`một ô không ghi được: ${JSON.stringify(wrong)}`);
    }
  }
}

/** The sheet's own conclusions are confirmed as they stand, so that one that contradicts the rules shows at the check. */
async function decideResults(
  sheet: ClassSheet,
  people: People,
  homeroom: Staff,
  classId: string,
  pupils: readonly Enrolled[],
): Promise<void> {
  const { pupils: proposals } = await homeroom.person.call(assessment.yearResults, { params: { classId } });
  const idOf = new Map(pupils.map((pupil) => [pupil.pupilCode, pupil.pupilId]));
  const results = sheet.rows.flatMap((row) => {
    const pupilId = idOf.get(row.code);
    const proposed = proposals.find((p) => p.pupilId === pupilId)?.proposed ?? null;
    const result = row.stated.result ?? proposed;
    return pupilId === undefined || result === null || row.problems.some((p) => p.code === 'duplicate-pupil')
      ? []
      : [{ pupilId, result }];
  });
  if (results.length > 0)
    await homeroom.person.call(assessment.confirmResults, { params: { classId }, body: { results } });
  // Where the sheet's conclusion contradicts the rules there is nothing to decide yet: the check will say so.
  const confirmed = new Map(results.map(({ pupilId, result }) => [pupilId, result]));
  const notCompleted = proposals.filter((p) => p.proposed === 'CHT' && confirmed.get(p.pupilId) === 'CHT');
  if (notCompleted.length === 0) return;
  await people.principal.person.call(assessment.decidePromotion, {
    params: { classId },
    body: {
      decisions: notCompleted.map(({ pupilId }) => ({
        pupilId,
        completed: false,
        promoted: false,
        reason:
          'Chưa hoàn thành sau khi đã được giúp đỡ; hiệu trưởng quyết định chưa lên lớp (Điều 11 khoản 3).',
      })),
    },
  });
}

const POLL_MS = 100;
const ROUNDS = 600;

/** One batch, waited for; whatever a restart left open is taken up again until nothing is ready any more. */
export async function signAll(
  staff: Staff,
  role: SignerRole,
  classId: string,
  waiting?: (staff: Staff, progress: Progress) => Promise<void>,
): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const { tasks } = await staff.person.call(signing.signingTasks);
    const task = tasks.find((one) => one.role === role && one.classId === classId);
    if (!task || task.ready === 0) return;
    const batchId = await startBatch(staff, role, classId);
    // A batch whose answer was lost has everything under way: its end shows in the tasks.
    if (batchId === null) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    else await batchEnd(staff, batchId, waiting);
  }
  throw new Error('việc ký không kết thúc');
}

/** Null when nothing is left to begin, since an earlier batch has it. */
async function startBatch(staff: Staff, role: SignerRole, classId: string): Promise<string | null> {
  try {
    const body = { role, classIds: [classId] };
    return (await staff.person.call(signing.startSigning, { body })).batchId;
  } catch (error) {
    if (error instanceof Refused && error.code === 'not-ready-to-sign') return null;
    throw error;
  }
}

async function batchEnd(
  staff: Staff,
  batchId: string,
  waiting?: (staff: Staff, progress: Progress) => Promise<void>,
): Promise<void> {
  for (;;) {
    const progress = await staff.person.call(signing.signingProgress, { params: { batchId } });
    if (progress.refused.length > 0) throw new Error(`không ký được: ${JSON.stringify(progress.refused)}`);
    if (progress.finished) return;
    await waiting?.(staff, progress);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
