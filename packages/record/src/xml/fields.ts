import { isSubjectCode } from '../codes/subjects.ts';
import { TRAIT_GROUPS, TRAITS } from '../codes/traits.ts';
import { isGrade } from '../codes/words.ts';
import type {
  ClassTableReference,
  OverallResult,
  RecordDocument,
  StudyYear,
  SubjectCode,
  SubjectLevel,
  SubjectResult,
  TraitGroup,
  TraitLevel,
} from '../model.ts';
import type {
  FieldKey,
  FieldValue,
  Profile,
  RecordField,
  SubjectField,
  YearField,
} from '../profile/profile.ts';
import { RecordReadError } from './errors.ts';

/** The values of one element's fields. A field without value is absent. */
export type Flat<K extends FieldKey = FieldKey> = ReadonlyMap<K, FieldValue>;

/** What a document of type `T` says of a field; a datum that nobody gave is undefined. */
type Says<T> = (of: T, profile: Profile) => FieldValue | undefined;
export type FieldTable<T, K extends FieldKey> = ReadonlyMap<K, Says<T>>;

/** Every datum of the record that has a tag of its own, with what the profile derives from others. */
export const RECORD_FIELDS: FieldTable<RecordDocument, RecordField> = new Map<
  RecordField,
  Says<RecordDocument>
>([
  ['edition', (doc, profile) => (doc.training ? profile.editions.training : profile.editions.real)],
  ['circular', (doc, profile) => profile.circulars[doc.ruleSet]],
  ['uuid', (doc) => doc.uuid],
  ['schoolYear', (doc) => doc.schoolYear],
  ['schoolLevel', () => 'primary'],
  ['grade', (doc) => doc.grade],
  ['className', (doc) => doc.className],
  ['school.code', (doc) => doc.school.code],
  ['school.name', (doc) => doc.school.name],
  ['school.provinceOfficeCode', (doc) => doc.school.provinceOfficeCode],
  ['school.provinceOfficeName', (doc) => doc.school.provinceOfficeName],
  ['school.communeName', (doc) => doc.school.communeName],
  ['school.districtName', (doc) => doc.school.districtName],
  ['school.provinceName', (doc) => doc.school.provinceName],
  ['pupil.fullName', (doc) => doc.pupil.fullName],
  ['pupil.personalId', (doc) => doc.pupil.personalId],
  ['pupil.pupilCode', (doc) => doc.pupil.pupilCode],
  ['pupil.registerNumber', (doc) => doc.pupil.registerNumber],
  ['pupil.sex', (doc) => doc.pupil.sex],
  ['pupil.birthDate', (doc) => doc.pupil.birthDate],
  ['pupil.birthPlace', (doc) => doc.pupil.birthPlace],
  ['pupil.homeTown', (doc) => doc.pupil.homeTown],
  ['pupil.address', (doc) => doc.pupil.address],
  ['pupil.ethnicity', (doc) => doc.pupil.ethnicity],
  ['pupil.nationality', (doc) => doc.pupil.nationality],
  ['pupil.fatherName', (doc) => doc.pupil.fatherName],
  ['pupil.motherName', (doc) => doc.pupil.motherName],
  ['pupil.guardianName', (doc) => doc.pupil.guardianName],
  ['pupil.heightCm', (doc) => doc.pupil.heightCm],
  ['pupil.weightKg', (doc) => doc.pupil.weightKg],
  ['pupil.absentExcused', (doc) => doc.pupil.absentExcused],
  ['pupil.absentUnexcused', (doc) => doc.pupil.absentUnexcused],
  ['principal.fullName', (doc) => doc.principal.fullName],
  ['principal.personalId', (doc) => doc.principal.personalId],
  ['principal.title', (doc) => doc.principal.title],
  ['homeroomTeacher.fullName', (doc) => doc.homeroomTeacher.fullName],
  ['homeroomTeacher.personalId', (doc) => doc.homeroomTeacher.personalId],
  ['createdOn', (doc) => doc.createdOn],
  ['issueDate', (doc) => doc.issueDate],
  ['issuePlace', (doc) => doc.issuePlace],
  ['result', (doc) => doc.result],
  ['promoted', (doc) => doc.promoted],
  ['completed', (doc) => doc.completed],
  ['primaryCompleted', (doc) => (doc.grade === 5 ? doc.completed : undefined)],
  ['completionText', (doc) => doc.completionText],
  ['award', (doc) => doc.award],
  ['suddenAward', (doc) => doc.suddenAward],
  ['homeroomComment', (doc) => doc.homeroomComment],
  ...TRAITS.map((t): [RecordField, Says<RecordDocument>] => [`trait.${t.code}`, (doc) => doc.traits[t.code]]),
  ...TRAIT_GROUPS.map((g): [RecordField, Says<RecordDocument>] => [
    `traitComment.${g}`,
    (doc) => doc.traitComments[g],
  ]),
]);

export const YEAR_FIELDS: FieldTable<StudyYear, YearField> = new Map<YearField, Says<StudyYear>>([
  ['year.schoolYear', (year) => year.schoolYear],
  ['year.className', (year) => year.className],
  ['year.schoolName', (year) => year.schoolName],
  ['year.arrivedOn', (year) => year.arrivedOn],
]);

export const SUBJECT_FIELDS: FieldTable<SubjectResult, SubjectField> = new Map<
  SubjectField,
  Says<SubjectResult>
>([
  ['subject.code', (result) => result.subject],
  ['subject.name', (result) => result.name],
  ['subject.level', (result) => result.level],
  ['subject.mark', (result) => result.mark],
]);

/** What the annex adds to the tagged data. */
export interface AnnexContent {
  readonly profile: string;
  readonly ruleSet: string;
  readonly training: boolean;
  readonly uuid: string;
  readonly homeroomTitle?: string;
  readonly homeroomSigns?: false;
  readonly classTable?: ClassTableReference;
  readonly seal: RecordDocument['seal'];
  readonly teacherOf: ReadonlyMap<SubjectCode, SubjectResult['teacher']>;
  readonly comments: ReadonlyMap<SubjectCode, string>;
}

/** Typed access to values that the profile's forms have let through already. */
class Values {
  private readonly map: ReadonlyMap<FieldKey, FieldValue>;

  constructor(map: ReadonlyMap<FieldKey, FieldValue>) {
    this.map = map;
  }

  text(key: FieldKey): string {
    const value = this.map.get(key);
    if (typeof value !== 'string') throw new RecordReadError('inconsistent', key);
    return value;
  }

  number(key: FieldKey): number {
    const value = this.map.get(key);
    if (typeof value !== 'number') throw new RecordReadError('inconsistent', key);
    return value;
  }

  flag(key: FieldKey): boolean {
    const value = this.map.get(key);
    if (typeof value !== 'boolean') throw new RecordReadError('inconsistent', key);
    return value;
  }

  has(key: FieldKey): boolean {
    return this.map.has(key);
  }
}

function assembleSubject(fields: Flat<SubjectField>, annex: AnnexContent): SubjectResult {
  const v = new Values(fields);
  const subject = v.text('subject.code');
  if (!isSubjectCode(subject)) throw new RecordReadError('inconsistent', 'subject.code');
  const teacher = annex.teacherOf.get(subject);
  if (!teacher) throw new RecordReadError('annex-differs', subject);
  const comment = annex.comments.get(subject);
  return {
    subject,
    name: v.text('subject.name'),
    level: v.text('subject.level') as SubjectLevel,
    ...(v.has('subject.mark') ? { mark: v.number('subject.mark') } : {}),
    ...(comment !== undefined ? { comment } : {}),
    teacher,
  };
}

function assembleYear(fields: Flat<YearField>): StudyYear {
  const v = new Values(fields);
  return {
    schoolYear: v.text('year.schoolYear'),
    className: v.text('year.className'),
    schoolName: v.text('year.schoolName'),
    arrivedOn: v.text('year.arrivedOn'),
  };
}

function assemblePupil(v: Values): RecordDocument['pupil'] {
  return {
    fullName: v.text('pupil.fullName'),
    personalId: v.text('pupil.personalId'),
    pupilCode: v.text('pupil.pupilCode'),
    registerNumber: v.text('pupil.registerNumber'),
    sex: v.text('pupil.sex') === 'male' ? 'male' : 'female',
    birthDate: v.text('pupil.birthDate'),
    birthPlace: v.text('pupil.birthPlace'),
    homeTown: v.text('pupil.homeTown'),
    address: v.text('pupil.address'),
    ethnicity: v.text('pupil.ethnicity'),
    nationality: v.text('pupil.nationality'),
    ...(v.has('pupil.fatherName') ? { fatherName: v.text('pupil.fatherName') } : {}),
    motherName: v.text('pupil.motherName'),
    ...(v.has('pupil.guardianName') ? { guardianName: v.text('pupil.guardianName') } : {}),
    heightCm: v.number('pupil.heightCm'),
    weightKg: v.number('pupil.weightKg'),
    absentExcused: v.number('pupil.absentExcused'),
    absentUnexcused: v.number('pupil.absentUnexcused'),
  };
}

function assembleSchool(v: Values): RecordDocument['school'] {
  return {
    code: v.text('school.code'),
    name: v.text('school.name'),
    provinceOfficeCode: v.text('school.provinceOfficeCode'),
    provinceOfficeName: v.text('school.provinceOfficeName'),
    communeName: v.text('school.communeName'),
    ...(v.has('school.districtName') ? { districtName: v.text('school.districtName') } : {}),
    provinceName: v.text('school.provinceName'),
  };
}

/** The record's data out of its fields and the annex: the inverse of `RECORD_FIELDS` and its like. */
export function assembleRecord(
  fields: Flat<RecordField>,
  years: readonly Flat<YearField>[],
  subjects: readonly Flat<SubjectField>[],
  annex: AnnexContent,
): RecordDocument {
  const v = new Values(fields);
  const grade = v.number('grade');
  if (!isGrade(grade)) throw new RecordReadError('inconsistent', 'grade');
  const traits: RecordDocument['traits'] = {};
  for (const t of TRAITS) {
    if (v.has(`trait.${t.code}`)) traits[t.code] = v.text(`trait.${t.code}`) as TraitLevel;
  }
  const comment = (group: TraitGroup): string => v.text(`traitComment.${group}`);
  return {
    profile: annex.profile,
    ruleSet: annex.ruleSet,
    training: annex.training,
    uuid: v.text('uuid'),
    schoolYear: v.text('schoolYear'),
    grade,
    className: v.text('className'),
    school: assembleSchool(v),
    pupil: assemblePupil(v),
    studyYears: years.map(assembleYear),
    subjects: subjects.map((s) => assembleSubject(s, annex)),
    traits,
    traitComments: {
      QUALITIES: comment('QUALITIES'),
      GENERAL: comment('GENERAL'),
      SPECIFIC: comment('SPECIFIC'),
    },
    homeroomComment: v.text('homeroomComment'),
    result: v.text('result') as OverallResult,
    completed: v.flag('completed'),
    promoted: v.flag('promoted'),
    completionText: v.text('completionText'),
    ...(v.has('award') ? { award: v.text('award') } : {}),
    ...(v.has('suddenAward') ? { suddenAward: v.text('suddenAward') } : {}),
    createdOn: v.text('createdOn'),
    issueDate: v.text('issueDate'),
    issuePlace: v.text('issuePlace'),
    homeroomTeacher: {
      fullName: v.text('homeroomTeacher.fullName'),
      personalId: v.text('homeroomTeacher.personalId'),
      ...(annex.homeroomTitle !== undefined ? { title: annex.homeroomTitle } : {}),
    },
    ...(annex.homeroomSigns === false ? { homeroomSigns: false } : {}),
    ...(annex.classTable ? { classTable: annex.classTable } : {}),
    principal: {
      fullName: v.text('principal.fullName'),
      personalId: v.text('principal.personalId'),
      title: v.text('principal.title'),
    },
    seal: annex.seal,
  };
}
