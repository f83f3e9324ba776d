/**
 * What a học bạ is: one pupil, one school year, at primary level (TT 27/2020/TT-BGDĐT, Điều 4–11).
 * Types only; the values that the law names (subjects, traits) stand in `codes/`.
 */

export type Grade = 1 | 2 | 3 | 4 | 5;

/** Assessment periods (TT 27/2020 Điều 7): giữa and cuối học kỳ I, giữa học kỳ II, cuối năm. */
export type Period = 'GHK1' | 'CHK1' | 'GHK2' | 'CN';

/** Mức đạt được of a subject: hoàn thành tốt, hoàn thành, chưa hoàn thành. */
export type SubjectLevel = 'T' | 'H' | 'C';

/** Mức of a quality or competence: tốt, đạt, cần cố gắng. Its C is not the C of a subject. */
export type TraitLevel = 'T' | 'Đ' | 'C';

/** Kết quả giáo dục cuối năm: hoàn thành xuất sắc, hoàn thành tốt, hoàn thành, chưa hoàn thành (Điều 9). */
export type OverallResult = 'HTXS' | 'HTT' | 'HT' | 'CHT';

/** Subjects and educational activities in the order of the official form. */
export type SubjectCode =
  | 'TV'
  | 'TOAN'
  | 'NN1'
  | 'LSDL'
  | 'KH'
  | 'TH'
  | 'CN'
  | 'DD'
  | 'TNXH'
  | 'GDTC'
  | 'AN'
  | 'MT'
  | 'HDTN'
  | 'TDT';

export type QualityCode = 'YEU_NUOC' | 'NHAN_AI' | 'CHAM_CHI' | 'TRUNG_THUC' | 'TRACH_NHIEM';
export type GeneralCompetenceCode = 'TU_CHU_TU_HOC' | 'GIAO_TIEP_HOP_TAC' | 'GIAI_QUYET_VAN_DE';
export type SpecificCompetenceCode =
  | 'NGON_NGU'
  | 'TINH_TOAN'
  | 'KHOA_HOC'
  | 'CONG_NGHE'
  | 'TIN_HOC'
  | 'THAM_MI'
  | 'THE_CHAT';
export type CompetenceCode = GeneralCompetenceCode | SpecificCompetenceCode;
export type TraitCode = QualityCode | CompetenceCode;

/** The three blocks of the form that carry one comment each. */
export type TraitGroup = 'QUALITIES' | 'GENERAL' | 'SPECIFIC';

/**
 * One cell of a class's table, the unit that is entered, versioned, checked and named in a problem.
 * `TOAN.level`, `TOAN.mark`, `TOAN.comment`, `YEU_NUOC.level`, `QUALITIES.comment`, `HOMEROOM.comment`, …
 */
export type CellItem =
  | `${SubjectCode}.level`
  | `${SubjectCode}.mark`
  | `${SubjectCode}.comment`
  | `${TraitCode}.level`
  | `${TraitGroup}.comment`
  | 'HOMEROOM.comment'
  | 'AWARD.text'
  | 'SUDDEN_AWARD.text'
  | 'ABSENT_EXCUSED.count'
  | 'ABSENT_UNEXCUSED.count'
  | 'HEIGHT.number'
  | 'WEIGHT.number';

/** A pupil's assessment at one period, as the rules need it. Absent keys are cells nobody has filled. */
export interface PeriodAssessment {
  grade: Grade;
  levels: Partial<Record<SubjectCode, SubjectLevel>>;
  /** Effective marks: the last attempt's (Điều 7 khoản 2), whole, 0–10. */
  marks: Partial<Record<SubjectCode, number>>;
  traits: Partial<Record<TraitCode, TraitLevel>>;
}

export type SignerRole = 'subjectTeacher' | 'homeroomTeacher' | 'principal' | 'schoolSeal';

/** A person who signs, fixed at freeze. `personalId` is the 12-digit số định danh cá nhân. */
export interface SignerIdentity {
  fullName: string;
  personalId: string;
  title?: string;
}

export interface SubjectResult {
  subject: SubjectCode;
  /** Name as of the day of the freeze; code lists travel in the record. */
  name: string;
  level: SubjectLevel;
  mark?: number;
  comment?: string;
  teacher: SignerIdentity;
}

export interface StudyYear {
  schoolYear: string;
  className: string;
  schoolName: string;
  arrivedOn: string;
}

/**
 * The class's table that a record stands on: its UUID and the SHA-256, in lower-case hexadecimal, of the table's contents
 * (`classTableContents`), which every subject teacher has signed a part of.
 */
export interface ClassTableReference {
  readonly uuid: string;
  readonly digest: string;
}

/** All data of one record, as fixed at freeze. Dates are ISO `YYYY-MM-DD`; text is NFC. */
export interface RecordDocument {
  /** Profile id such as `moet-2025`: tags, order, value maps, signers required. */
  profile: string;
  /** Rule set that was applied, such as `TT27_2020`. */
  ruleSet: string;
  /** True for training data: the mark stands in the signed bytes. */
  training: boolean;
  /** UUID v4 of this pupil-year (mã tra cứu); a replacement has a new one. */
  uuid: string;
  schoolYear: string;
  grade: Grade;
  className: string;
  school: {
    code: string;
    name: string;
    provinceOfficeCode: string;
    provinceOfficeName: string;
    communeName: string;
    districtName?: string;
    provinceName: string;
  };
  pupil: {
    fullName: string;
    personalId: string;
    pupilCode: string;
    registerNumber: string;
    sex: 'male' | 'female';
    birthDate: string;
    birthPlace: string;
    homeTown: string;
    address: string;
    ethnicity: string;
    nationality: string;
    fatherName?: string;
    motherName: string;
    guardianName?: string;
    heightCm: number;
    weightKg: number;
    absentExcused: number;
    absentUnexcused: number;
  };
  studyYears: StudyYear[];
  subjects: SubjectResult[];
  traits: Partial<Record<TraitCode, TraitLevel>>;
  traitComments: Record<TraitGroup, string>;
  homeroomComment: string;
  result: OverallResult;
  completed: boolean;
  promoted: boolean;
  /** §6 of the form, such as "Hoàn thành chương trình lớp 2; Được lên lớp 3." */
  completionText: string;
  award?: string;
  suddenAward?: string;
  /** Planned, fixed at freeze; changing them is a thaw. */
  createdOn: string;
  issueDate: string;
  issuePlace: string;
  homeroomTeacher: SignerIdentity;
  /** Only false, and only where the profile leaves the homeroom teacher's signature open (CV 2088) and the school does without. */
  homeroomSigns?: false;
  /** Only where the profile has no slot for subject teachers: the class's table that they signed (`ClassTableReference`). */
  classTable?: ClassTableReference;
  principal: SignerIdentity;
  /** The organisation behind the school seal; `taxCode` as its certificate's subject has it. */
  seal: { organisationName: string; taxCode: string };
}
