import type { CellItem, ClassTableRow, OverallResult, Period } from '@hocba/record';
import { writeClassTables } from '@hocba/sheet';
import type { Actor } from '../../access/actor.ts';
import type { Deps, FileBody } from '../../access/binding.ts';
import { requireClassStaff } from '../../access/objects.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import { cellsOf } from '../class-data.ts';
import { loadPupilYears } from '../pupil-years.ts';
import { seesWholeClass } from '../sheet.ts';
import { assessmentOf } from '../year-cells.ts';
import { fileNameOf } from './file-name.ts';

/**
 * The class's *Bảng tổng hợp* of a period on its form (mẫu 1–9), for who sees the whole class.
 * @throws Refusal `not-allowed` for a teacher of single subjects
 */
export async function exportClassTable(
  deps: Deps,
  actor: Actor,
  input: { classId: string; period: Period },
): Promise<FileBody> {
  const { period } = input;
  const table = await inSchool(deps.db, actor.schoolId, async (trx) => {
    const access = await requireClassStaff(trx, actor, input.classId);
    if (!seesWholeClass(actor, access)) throw new Refusal('not-allowed');
    const years = await loadPupilYears(trx, actor.schoolId, input.classId);
    const cells = Map.groupBy(
      await cellsOf(trx, actor.schoolId, input.classId, period),
      (cell) => cell.pupilId,
    );
    const closing = period === 'CN';
    const rows = years.pupils.map((pupil): ClassTableRow => {
      const values = new Map(
        (cells.get(pupil.pupilId) ?? []).flatMap(({ item, value }): [CellItem, string][] =>
          value === null ? [] : [[item as CellItem, value]],
        ),
      );
      const { levels, marks, traits } = assessmentOf(years.grade, values);
      const { conclusion } = pupil;
      return {
        fullName: pupil.fullName,
        ...(pupil.birthDate === null ? {} : { birthDate: pupil.birthDate }),
        levels,
        marks,
        traits,
        ...(closing && conclusion.result !== null ? { result: conclusion.result as OverallResult } : {}),
        ...(closing && pupil.award !== null ? { awarded: true } : {}),
        ...(closing && conclusion.promoted === false ? { notPromoted: true } : {}),
      };
    });
    return {
      grade: years.grade,
      period,
      schoolYear: years.schoolYear,
      className: years.className,
      schoolName: years.school.name,
      place: [years.school.communeName, years.school.provinceName].join(', '),
      homeroomTeacherName: years.homeroomTeacher?.fullName ?? '',
      principalName: years.principal?.fullName ?? '',
      rows,
    };
  });
  return {
    fileName: fileNameOf('bang-tong-hop', table.className, period),
    bytes: await writeClassTables([table]),
  };
}
