import type { CellItem, RecordDocument } from '../model.ts';
import type { MinistryYear } from './ministry-year.ts';

/** The same of a record by our own grammar, whose annex knows the comments by subject too. */
export function yearOfRecord(doc: RecordDocument): MinistryYear {
  const { pupil, school } = doc;
  const cells: [CellItem, string | number | undefined][] = [
    ...doc.subjects.flatMap((s): [CellItem, string | number | undefined][] => [
      [`${s.subject}.level`, s.level],
      [`${s.subject}.mark`, s.mark],
      [`${s.subject}.comment`, s.comment],
    ]),
    ...Object.entries(doc.traits).map(([trait, level]): [CellItem, string] => [
      `${trait}.level` as CellItem,
      level,
    ]),
    ...Object.entries(doc.traitComments).map(([group, text]): [CellItem, string] => [
      `${group}.comment` as CellItem,
      text,
    ]),
    ['HOMEROOM.comment', doc.homeroomComment],
    ['AWARD.text', doc.award],
    ['SUDDEN_AWARD.text', doc.suddenAward],
    ['ABSENT_EXCUSED.count', pupil.absentExcused],
    ['ABSENT_UNEXCUSED.count', pupil.absentUnexcused],
    ['HEIGHT.number', pupil.heightCm],
    ['WEIGHT.number', pupil.weightKg],
  ];
  return {
    pupil: {
      pupilCode: pupil.pupilCode,
      fullName: pupil.fullName,
      personalId: pupil.personalId,
      sex: pupil.sex,
      birthDate: pupil.birthDate,
    },
    schoolYear: doc.schoolYear,
    schoolCode: school.code,
    schoolName: school.name,
    className: doc.className,
    grade: doc.grade,
    result: doc.result,
    promoted: doc.promoted,
    cells: cells.flatMap(([item, value]) =>
      value === undefined || value === '' ? [] : [{ item, value: String(value) }],
    ),
    unread: [],
  };
}
