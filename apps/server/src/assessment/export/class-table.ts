import { type ClassTableInput, MOST_CLASS_TABLE_ROWS, type Printer } from '@hocba/form';
import type { Grade, Period } from '@hocba/record';
import { writeClassTables } from '@hocba/sheet';
import type { Actor } from '../../access/actor.ts';
import type { Deps, FileBody } from '../../access/binding.ts';
import { vietnamDay } from '../../access/running-year.ts';
import { Refusal } from '../../refusal.ts';
import { type ClassTables, classTablesOf, type GradeTable } from '../class-table/class-table.ts';
import { fileNameOf, printNameOf } from './file-name.ts';

/**
 * The class's *Bảng tổng hợp* of a period on its form (mẫu 1–9), a sheet for each grade, for who sees the whole class.
 * @throws Refusal `not-allowed` for a teacher of single subjects
 */
export async function exportClassTable(
  deps: Deps,
  actor: Actor,
  input: { classId: string; period: Period },
): Promise<FileBody> {
  const { years, period, tables } = await classTablesOf(deps, actor, input);
  const bytes = await writeClassTables(
    tables.map(({ grade, rows }) => ({
      grade,
      period,
      schoolYear: years.schoolYear,
      className: tables.length > 1 ? `${years.className} khối ${grade}` : years.className,
      schoolName: years.school.name,
      place: [years.school.communeName, years.school.provinceName].join(', '),
      homeroomTeacherName: years.homeroomTeacher?.fullName ?? '',
      principalName: years.principal?.fullName ?? '',
      rows,
    })),
  );
  return { fileName: fileNameOf('bang-tong-hop', years.className, period), bytes };
}

export interface PrintDeps extends Deps {
  readonly printer: Pick<Printer, 'renderClassTable'>;
}

/**
 * The same table as a PDF. While the period is open it is a draft, with the watermark; of a closed one it leaves the room to
 * sign on paper.
 * @throws Refusal `not-found` for a class without pupils, or a grade that none of them is of; `class-too-large` for one that the form has no room for
 */
export async function printClassTable(
  deps: PrintDeps,
  actor: Actor,
  input: { classId: string; period: Period; grade?: Grade | undefined },
): Promise<FileBody> {
  const found = await classTablesOf(deps, actor, input);
  const table = found.tables.find(({ grade }) => input.grade === undefined || grade === input.grade);
  if (table === undefined || table.rows.length === 0) throw new Refusal('not-found');
  if (table.rows.length > MOST_CLASS_TABLE_ROWS) throw new Refusal('class-too-large');
  const bytes = await deps.printer.renderClassTable(printOf(found, table));
  const parts = ['bang-tong-hop', found.years.className, found.period];
  if (found.tables.length > 1) parts.push(`khoi-${table.grade}`);
  return { fileName: printNameOf(...parts), bytes, inline: true };
}

function printOf({ years, period, state }: ClassTables, { grade, rows }: GradeTable): ClassTableInput {
  const { school, principal, homeroomTeacher } = years;
  return {
    training: school.training,
    grade,
    period,
    schoolYear: years.schoolYear,
    className: years.className,
    school: {
      name: school.name,
      communeName: school.communeName,
      provinceName: school.provinceName,
    },
    homeroomTeacherName: homeroomTeacher?.fullName ?? '',
    principal: {
      fullName: principal?.fullName ?? '',
      ...(principal?.title ? { title: principal.title } : {}),
    },
    rows,
    issued: state?.closed ? { place: school.issuePlace, date: vietnamDay(state.at), signatures: [] } : null,
  };
}
