/** Data of the whole record that may have a tag of their own, besides qualities, competences and their comments. */
export const PLAIN_FIELDS = [
  'edition',
  'circular',
  'uuid',
  'schoolYear',
  'schoolLevel',
  'grade',
  'className',
  'school.code',
  'school.name',
  'school.provinceOfficeCode',
  'school.provinceOfficeName',
  'school.communeName',
  'school.districtName',
  'school.provinceName',
  'pupil.fullName',
  'pupil.personalId',
  'pupil.pupilCode',
  'pupil.registerNumber',
  'pupil.sex',
  'pupil.birthDate',
  'pupil.birthPlace',
  'pupil.homeTown',
  'pupil.address',
  'pupil.ethnicity',
  'pupil.nationality',
  'pupil.fatherName',
  'pupil.motherName',
  'pupil.guardianName',
  'pupil.heightCm',
  'pupil.weightKg',
  'pupil.absentExcused',
  'pupil.absentUnexcused',
  'principal.fullName',
  'principal.personalId',
  'principal.title',
  'homeroomTeacher.fullName',
  'homeroomTeacher.personalId',
  'createdOn',
  'issueDate',
  'issuePlace',
  'result',
  'promoted',
  'completed',
  'primaryCompleted',
  'completionText',
  'award',
  'suddenAward',
  'homeroomComment',
] as const;

/** Data of one school year that the pupil has been through. */
export const YEAR_FIELDS = [
  'year.schoolYear',
  'year.className',
  'year.schoolName',
  'year.arrivedOn',
] as const;

/** Data of one line of the mark table. */
export const SUBJECT_FIELDS = ['subject.code', 'subject.name', 'subject.level', 'subject.mark'] as const;

/** Values that are written through a table of the profile. */
export const MAP_NAMES = [
  'grade',
  'sex',
  'flag',
  'result',
  'subjectCode',
  'subjectLevel',
  'traitLevel',
  'schoolLevel',
] as const;

/** Forms of values that no table is needed for. */
export const FREE_FORMS = [
  'text',
  'lines',
  'uuid',
  'schoolYear',
  'personalId',
  'date',
  'birthDate',
  'count',
  'measure',
  'mark',
] as const;

/** How a day may be written. */
export const DATE_FORMS = ['yyyy-mm-dd', 'dd/mm/yyyy', 'yyyy-mm-ddT00:00:00+07:00'] as const;
