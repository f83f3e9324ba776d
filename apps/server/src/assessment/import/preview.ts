import { createHash, randomUUID } from 'node:crypto';
import type { Grade } from '@hocba/record';
import { type ClassSheet, classNameIn, MAX_FILE_BYTES, type ResultsFile } from '@hocba/sheet';
import type { Transaction } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps, Upload } from '../../access/binding.ts';
import { type ClassAccess, classAccess, requireHomeroomTeacher } from '../../access/objects.ts';
import { runningYear, vietnamDay } from '../../access/running-year.ts';
import type * as api from '../../http/api/results-files.ts';
import type * as classApi from '../../http/api/roster.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { ownGrades } from './own-grades.ts';
import { previewRows, type StoredGroup, type StoredPreview } from './preview-class.ts';
import { reachOf } from './reach.ts';
import { readResultsFile } from './read-file.ts';

export { MAX_FILE_BYTES };

/**
 * Reads a file of results for one class and tells what an import would do; writes nothing but this preview. Of a file
 * with many classes the class's own rows are taken.
 * @throws Refusal `file-unreadable`, `file-too-large`, `header-not-found`, `invalid-input`, each naming the file
 */
export async function previewImport(
  deps: Deps,
  actor: Actor,
  input: { classId: string; upload: Upload },
): Promise<z.input<typeof classApi.previewImport.response>> {
  const { upload, classId } = input;
  const { access, grades } = await inSchool(deps.db, actor.schoolId, async (trx) => {
    const found = await requireHomeroomTeacher(trx, actor, classId);
    return { access: found, grades: await ownGrades(trx, actor.schoolId, found.schoolYear) };
  });
  const file = await readResultsFile(upload, {
    schoolYear: access.schoolYear,
    gradeOf: (name) => (name === classNameIn(access.name) ? access.grade : null),
    gradesOfRows: (_, rows) => grades(access.name, rows),
  });
  const sheet = sheetOfClass(file, access);
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    await requireHomeroomTeacher(trx, actor, classId);
    const { period } = sheet;
    const seen = await previewRows(trx, actor, access, 'classImport', {
      ...sheet,
      fileName: upload.fileName,
    });
    const importId = await keepPreview(trx, deps, actor, upload, classId, [seen.stored]);
    const other = sheet.className !== null && sheet.className !== classNameIn(access.name);
    return {
      importId,
      fileName: upload.fileName,
      period,
      rows: seen.rows,
      refused: seen.refused,
      remarks: [
        ...(other ? [`Tệp ghi lớp ${sheet.className}; các dòng sẽ được nhập vào lớp ${access.name}.`] : []),
        ...file.remarks,
        ...sheet.remarks,
      ],
    };
  });
}

/** The one sheet of the class, whatever it is called where the file holds no other. */
function sheetOfClass(file: ResultsFile, access: ClassAccess): ClassSheet {
  const own = file.classes.filter((one) => one.className === classNameIn(access.name));
  const [sheet, ...more] = own.length > 0 ? own : file.classes;
  const named = `Tệp “${file.fileName}”`;
  if (sheet === undefined || more.length > 0) {
    throw new Refusal('invalid-input', [
      own.length > 0
        ? `${named} có nhiều bảng của lớp ${access.name}; hãy nhập ở trang “Nhập từ Excel” của nhiều lớp.`
        : `${named} không có bảng của lớp ${access.name}.`,
    ]);
  }
  if (sheet.grade !== access.grade || sheet.schoolYear !== access.schoolYear) {
    throw new Refusal('invalid-input', [
      `${named} là bảng của khối ${sheet.grade}, năm học ${sheet.schoolYear}; lớp ${access.name} thuộc khối ${access.grade}, năm học ${access.schoolYear}.`,
    ]);
  }
  return sheet;
}

/**
 * Reads a file with results of many classes and tells, class by class, what an import would do. A class that the school
 * does not have, or that the actor has nothing to do with, is named and left out.
 * @throws Refusal as `previewImport`; `invalid-input` when no class is left
 */
export async function previewResults(
  deps: Deps,
  actor: Actor,
  input: { upload: Upload },
): Promise<z.input<typeof api.previewResults.response>> {
  const { upload } = input;
  const { known, schoolYear, grades } = await inSchool(deps.db, actor.schoolId, async (trx) => {
    const year = await runningYear(trx, actor.schoolId, vietnamDay(deps.now()));
    if (year === null) throw new Refusal('invalid-input', ['Trường chưa mở năm học nào.']);
    return {
      known: await classesOf(trx, actor.schoolId),
      schoolYear: year.schoolYear,
      grades: await ownGrades(trx, actor.schoolId, year.schoolYear),
    };
  });
  const file = await readResultsFile(upload, {
    schoolYear,
    gradeOf: (name) => known.get(`${schoolYear} ${name}`)?.grade ?? null,
    gradesOfRows: grades,
  });
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const remarks: string[] = [...file.remarks];
    const groups: z.input<typeof api.previewResults.response>['groups'] = [];
    const stored: StoredGroup[] = [];
    for (const sheet of file.classes) {
      const shown = sheet.className ?? `ở trang “${sheet.sheetName}”`;
      const found = known.get(`${sheet.schoolYear} ${sheet.className}`);
      const access = found === undefined ? null : await classAccess(trx, actor, found.classId);
      const reach = access === null ? null : reachOf(actor, access);
      if (access === null || access.grade !== sheet.grade) {
        remarks.push(`Lớp ${shown}: trường không có lớp này trong năm học ${sheet.schoolYear}.`);
      } else if (reach === null) {
        remarks.push(`Lớp ${shown}: thầy/cô không dạy lớp này nên không nhập được.`);
      } else {
        const seen = await previewRows(trx, actor, access, reach, { ...sheet, fileName: upload.fileName });
        groups.push({
          group: stored.length,
          classId: access.classId,
          className: access.name,
          period: sheet.period,
          sheet: sheet.sheetName,
          rows: seen.rows,
          refused: seen.refused,
        });
        stored.push(seen.stored);
        remarks.push(...sheet.remarks.map((remark) => `Lớp ${access.name}: ${remark}`));
      }
    }
    if (groups.length === 0) throw new Refusal('invalid-input', remarks.slice(0, 20));
    const importId = await keepPreview(trx, deps, actor, upload, null, stored);
    return { importId, fileName: upload.fileName, groups, remarks: [...new Set(remarks)] };
  });
}

/** The school's classes by year and name, as files write the name. */
async function classesOf(
  trx: Transaction<Database>,
  schoolId: string,
): Promise<ReadonlyMap<string, { classId: string; grade: Grade }>> {
  const rows = await trx
    .selectFrom('class')
    .select(['class_id', 'name', 'grade', 'school_year'])
    .where('school_id', '=', schoolId)
    .execute();
  return new Map(
    rows.map((row) => [
      `${row.school_year} ${classNameIn(row.name)}`,
      { classId: row.class_id, grade: row.grade as Grade },
    ]),
  );
}

async function keepPreview(
  trx: Transaction<Database>,
  deps: Deps,
  actor: Actor,
  upload: Upload,
  classId: string | null,
  groups: readonly StoredGroup[],
): Promise<string> {
  const importId = randomUUID();
  const preview: StoredPreview = { groups };
  await trx
    .insertInto('import')
    .values({
      school_id: actor.schoolId,
      import_id: importId,
      class_id: classId,
      file_name: upload.fileName,
      file_digest: createHash('sha256').update(upload.bytes).digest(),
      preview: JSON.stringify(preview),
      created_by: actor.staffId,
      created_at: deps.now(),
    })
    .execute();
  return importId;
}
