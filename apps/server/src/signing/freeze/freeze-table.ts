import { createHash, randomUUID } from 'node:crypto';
import {
  type ClassTableDocument,
  type ClassTableReference,
  classTableContents,
  classTableForm,
  type FrozenClassTable,
  freezeClassTable,
  type Grade,
  type RecordDocument,
  readClassTable,
  type SignedTableRow,
  SUBJECTS,
  signedFormat,
  type TaughtSubject,
} from '@hocba/record';
import type { PupilYears } from '../../assessment/pupil-year/pupil-year.ts';
import { identity } from './document.ts';

/** A class's table as frozen now, and how the records that stand on it name it. */
export interface NewTable {
  readonly grade: Grade;
  readonly frozen: FrozenClassTable;
  readonly reference: ClassTableReference;
}

/** Whether subject teachers of a profile's records sign the class's table, because the records have no slot for them. */
export function needsTable(profile: string): boolean {
  const format = signedFormat(profile);
  return format !== undefined && !format.slots.some(({ role }) => role === 'subjectTeacher');
}

/**
 * The table of those whose records are frozen now, all of one grade, made out of the records themselves, so that the two
 * cannot differ (QĐ 1789/QĐ-SGDĐT Điều 14).
 *
 * @param docs at least one
 * @throws RecordWriteError where the format does not take something
 */
export function makeTable(years: PupilYears, docs: readonly RecordDocument[]): NewTable {
  const [first] = docs;
  if (first === undefined) throw new RangeError('a table without pupils');
  const { school } = first;
  const table: ClassTableDocument = {
    ruleSet: first.ruleSet,
    training: first.training,
    uuid: randomUUID(),
    schoolYear: first.schoolYear,
    period: 'CN',
    grade: first.grade,
    className: first.className,
    school: {
      code: school.code,
      name: school.name,
      communeName: school.communeName,
      provinceName: school.provinceName,
    },
    createdOn: first.createdOn,
    issueDate: first.issueDate,
    issuePlace: first.issuePlace,
    subjects: taughtIn(years, docs, first.grade),
    homeroomTeacher: first.homeroomTeacher,
    principal: { ...first.principal, title: first.principal.title ?? '' },
    seal: first.seal,
    rows: docs.map(rowOf),
  };
  const frozen = freezeClassTable(table);
  const contents = classTableContents(readClassTable(frozen.xml));
  const digest = createHash('sha256').update(contents).digest('hex');
  return { grade: first.grade, frozen, reference: { uuid: table.uuid, digest } };
}

/** The form's columns with who answers for each; an elective only where somebody is assessed in it. */
function taughtIn(years: PupilYears, docs: readonly RecordDocument[], grade: Grade): TaughtSubject[] {
  const assessed = new Set(docs.flatMap(({ subjects }) => subjects.map(({ subject }) => subject)));
  return classTableForm(grade, 'CN').subjects.flatMap(({ code, elective }): TaughtSubject[] => {
    const teacher = years.teachers.get(code);
    if (teacher === undefined || (elective && !assessed.has(code))) return [];
    const name = SUBJECTS.find((subject) => subject.code === code)?.name ?? code;
    return [{ subject: code, name, teacher: identity(teacher) }];
  });
}

function rowOf({ pupil, subjects, traits, ...doc }: RecordDocument): SignedTableRow {
  return {
    pupilCode: pupil.pupilCode,
    fullName: pupil.fullName,
    birthDate: pupil.birthDate,
    levels: Object.fromEntries(subjects.map(({ subject, level }) => [subject, level])),
    marks: Object.fromEntries(
      subjects.flatMap(({ subject, mark }) => (mark === undefined ? [] : [[subject, mark]])),
    ),
    traits,
    result: doc.result,
    ...(doc.award !== undefined || doc.suddenAward !== undefined ? { awarded: true as const } : {}),
    ...(doc.promoted ? {} : { notPromoted: true as const }),
  };
}
