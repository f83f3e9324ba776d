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

function flat<K extends FieldKey>(entries: readonly (readonly [K, FieldValue | undefined])[]): Flat<K> {
  const map = new Map<K, FieldValue>();
  for (const [key, value] of entries) if (value !== undefined) map.set(key, value);
  return map;
}

/** Every datum of the record that has a tag of its own, with what the profile derives from others. */
export function flattenRecord(doc: RecordDocument, profile: Profile): Flat<RecordField> {
  const { school, pupil, principal, homeroomTeacher } = doc;
  return flat<RecordField>([
    ['edition', doc.training ? profile.editions.training : profile.editions.real],
    ['circular', profile.circulars[doc.ruleSet]],
    ['uuid', doc.uuid],
    ['schoolYear', doc.schoolYear],
    ['schoolLevel', 'primary'],
    ['grade', doc.grade],
    ['className', doc.className],
    ['school.code', school.code],
    ['school.name', school.name],
    ['school.provinceOfficeCode', school.provinceOfficeCode],
    ['school.provinceOfficeName', school.provinceOfficeName],
    ['school.communeName', school.communeName],
    ['school.districtName', school.districtName],
    ['school.provinceName', school.provinceName],
    ['pupil.fullName', pupil.fullName],
    ['pupil.personalId', pupil.personalId],
    ['pupil.pupilCode', pupil.pupilCode],
    ['pupil.registerNumber', pupil.registerNumber],
    ['pupil.sex', pupil.sex],
    ['pupil.birthDate', pupil.birthDate],
    ['pupil.birthPlace', pupil.birthPlace],
    ['pupil.homeTown', pupil.homeTown],
    ['pupil.address', pupil.address],
    ['pupil.ethnicity', pupil.ethnicity],
    ['pupil.nationality', pupil.nationality],
    ['pupil.fatherName', pupil.fatherName],
    ['pupil.motherName', pupil.motherName],
    ['pupil.guardianName', pupil.guardianName],
    ['pupil.heightCm', pupil.heightCm],
    ['pupil.weightKg', pupil.weightKg],
    ['pupil.absentExcused', pupil.absentExcused],
    ['pupil.absentUnexcused', pupil.absentUnexcused],
    ['principal.fullName', principal.fullName],
    ['principal.personalId', principal.personalId],
    ['principal.title', principal.title],
    ['homeroomTeacher.fullName', homeroomTeacher.fullName],
    ['homeroomTeacher.personalId', homeroomTeacher.personalId],
    ['createdOn', doc.createdOn],
    ['issueDate', doc.issueDate],
    ['issuePlace', doc.issuePlace],
    ['result', doc.result],
    ['promoted', doc.promoted],
    ['completed', doc.completed],
    ['primaryCompleted', doc.grade === 5 ? doc.completed : undefined],
    ['completionText', doc.completionText],
    ['award', doc.award],
    ['suddenAward', doc.suddenAward],
    ['homeroomComment', doc.homeroomComment],
    ...TRAITS.map((t): [RecordField, TraitLevel | undefined] => [`trait.${t.code}`, doc.traits[t.code]]),
    ...TRAIT_GROUPS.map((g): [RecordField, string] => [`traitComment.${g}`, doc.traitComments[g]]),
  ]);
}

export function flattenYear(year: StudyYear): Flat<YearField> {
  return flat<YearField>([
    ['year.schoolYear', year.schoolYear],
    ['year.className', year.className],
    ['year.schoolName', year.schoolName],
    ['year.arrivedOn', year.arrivedOn],
  ]);
}

export function flattenSubject(result: SubjectResult): Flat<SubjectField> {
  return flat<SubjectField>([
    ['subject.code', result.subject],
    ['subject.name', result.name],
    ['subject.level', result.level],
    ['subject.mark', result.mark],
  ]);
}

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

/** The record's data out of its fields and the annex: the inverse of `flattenRecord` and its like. */
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
