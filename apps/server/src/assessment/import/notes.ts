import { type Grade, type Period, ruleSetFor } from '@hocba/record';
import type { ClassRow } from '@hocba/sheet';
import type { Kysely } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import type { ClassAccess } from '../../access/objects.ts';
import type { KnownPupil, Match } from '../../roster/import/match.ts';
import type { Database } from '../../store/tables.ts';
import { dutiesOf, staffNames } from '../periods/class-data.ts';
import { columnsOfClass } from '../periods/columns.ts';

/** Codes of rows that would be new here and are somebody's already, with the sentence that says so. */
export async function takenCodes(
  trx: Kysely<Database>,
  actor: Actor,
  access: ClassAccess,
  codes: readonly string[],
  known: readonly KnownPupil[],
): Promise<ReadonlyMap<string, string>> {
  const here = new Set(known.map((p) => p.pupilCode));
  const asked = codes.filter((code) => !here.has(code));
  if (asked.length === 0) return new Map();
  // One pupil is not two because a sheet was typed in small letters; by its spellings, so that the key is used.
  const spellings = asked.flatMap((code) => [code, code.toUpperCase(), code.toLowerCase()]);
  const registered = await trx
    .selectFrom('pupil_registry')
    .select(['pupil_code', 'school_id'])
    .where('pupil_code', 'in', [...new Set(spellings)])
    .execute();
  const fold = new Map(registered.map((row) => [row.pupil_code.toUpperCase(), row]));
  const enrolled = await trx
    .selectFrom('pupil as p')
    .innerJoin('enrolment as e', (join) =>
      join.onRef('e.school_id', '=', 'p.school_id').onRef('e.pupil_id', '=', 'p.pupil_id'),
    )
    .innerJoin('class as c', (join) =>
      join.onRef('c.school_id', '=', 'e.school_id').onRef('c.class_id', '=', 'e.class_id'),
    )
    .select(['p.pupil_code', 'c.name'])
    .where('p.school_id', '=', actor.schoolId)
    .where('p.pupil_code', 'in', asked)
    .where('c.school_year', '=', access.schoolYear)
    .where('e.left_on', 'is', null)
    .execute();
  return new Map([
    ...asked.flatMap((code): [string, string][] => {
      const row = fold.get(code.toUpperCase());
      if (!row) return [];
      // Where else the pupil is, is not said: whoever tries codes learns of no school.
      if (row.school_id !== actor.schoolId)
        return [
          [
            code,
            'mã này không ghi mới được ở trường; hãy xem lại mã, hoặc nhờ văn thư tiếp nhận em chuyển đến.',
          ],
        ];
      return row.pupil_code === code
        ? []
        : [[code, `mã này đã có, viết là ${row.pupil_code}; hãy ghi đúng chữ hoa, chữ thường.`]];
    }),
    ...enrolled.map((row): [string, string] => [row.pupil_code, `mã này đang học ở lớp ${row.name}.`]),
  ]);
}

export function matchNotes(where: string, row: ClassRow, match: Match): string[] {
  if (match.match === 'new') return [];
  if (match.match === 'code') {
    return match.pupil.fullName === row.name
      ? []
      : [`${where}, cột “Họ và tên”: danh sách lớp ghi tên em là ${match.pupil.fullName}.`];
  }
  const how = match.match === 'name' ? 'cùng họ tên' : 'tên giống khi bỏ dấu';
  return [
    `${where}, cột “Mã học sinh”: mã khác; ghép với em ${match.pupil.fullName} (${match.pupil.pupilCode}) vì ${how}.`,
  ];
}

/** Notes on cells that a colleague answers for: they are filled, and never overwritten. */
export async function noteMaker(
  trx: Kysely<Database>,
  actor: Actor,
  access: ClassAccess,
  period: Period,
  grades: readonly Grade[],
) {
  const duties = await dutiesOf(trx, actor.schoolId, access);
  const names = await staffNames(trx, actor.schoolId);
  const owners = new Map(
    columnsOfClass(ruleSetFor(access.schoolYear), grades, period, duties).map((c) => [c.item as string, c]),
  );
  return (
    pupilId: string | null,
    cells: readonly { item: string; value: string }[],
    now: ReadonlyMap<string, { value: string | null; setBy: string }>,
  ): string[] => {
    const kept = cells.filter(({ item, value }) => {
      const owner = owners.get(item)?.ownerStaffId;
      const cell = now.get(`${pupilId}|${item}`);
      return (
        cell !== undefined &&
        cell.value !== null &&
        cell.value !== value &&
        cell.setBy !== actor.staffId &&
        cell.setBy === owner
      );
    });
    return kept.map(({ item }) => {
      const column = owners.get(item);
      const owner = names.get(column?.ownerStaffId ?? '') ?? '';
      return `Cột ${column?.group ?? ''} – ${column?.title ?? ''}: giữ giá trị ${owner} đã ghi, khác với tệp.`;
    });
  };
}
