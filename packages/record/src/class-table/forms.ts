import type { Grade, Period, SubjectCode, TraitCode } from '../model.ts';

/** One subject of a class table: mức đạt được, and điểm kiểm tra định kỳ where the period has a test. */
export interface ClassTableSubject {
  readonly code: SubjectCode;
  readonly label: string;
  readonly mark: boolean;
  /** Stands only where the class has it (môn tự chọn). */
  readonly elective: boolean;
}

export interface ClassTableTrait {
  readonly code: TraitCode;
  readonly label: string;
}

/**
 * One of the nine forms of *Bảng tổng hợp kết quả đánh giá giáo dục của lớp* (TT 27/2020/TT-BGDĐT, Phụ lục 2, as corrected
 * by QĐ 2904/QĐ-BGDĐT). The wording belongs to the form and not to the code lists.
 */
export interface ClassTableForm {
  readonly number: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
  readonly grades: readonly Grade[];
  readonly periods: readonly Period[];
  readonly subjects: readonly ClassTableSubject[];
  readonly qualities: readonly ClassTableTrait[];
  readonly general: readonly ClassTableTrait[];
  readonly specific: readonly ClassTableTrait[];
  /** Đánh giá KQGD, Khen thưởng, Chưa được lên lớp: at the end of the year only. */
  readonly closing: boolean;
}

const LABELS: Readonly<Record<SubjectCode, string>> = {
  TV: 'Tiếng Việt',
  TOAN: 'Toán',
  NN1: 'Ngoại ngữ 1',
  LSDL: 'Lịch sử và Địa lí',
  KH: 'Khoa học',
  TH: 'Tin học và Công nghệ (Tin học)',
  CN: 'Tin học và Công nghệ (Công nghệ)',
  DD: 'Đạo đức',
  TNXH: 'Tự nhiên và Xã hội',
  GDTC: 'Giáo dục thể chất',
  AN: 'Nghệ thuật (Âm nhạc)',
  MT: 'Nghệ thuật (Mĩ thuật)',
  HDTN: 'Hoạt động trải nghiệm',
  TDT: 'Tiếng dân tộc',
};

const QUALITIES: readonly ClassTableTrait[] = [
  { code: 'YEU_NUOC', label: 'Yêu nước' },
  { code: 'NHAN_AI', label: 'Nhân ái' },
  { code: 'CHAM_CHI', label: 'Chăm chỉ' },
  { code: 'TRUNG_THUC', label: 'Trung thực' },
  { code: 'TRACH_NHIEM', label: 'Trách nhiệm' },
];
const GENERAL: readonly ClassTableTrait[] = [
  { code: 'TU_CHU_TU_HOC', label: 'Tự chủ và tự học' },
  { code: 'GIAO_TIEP_HOP_TAC', label: 'Giao tiếp và hợp tác' },
  { code: 'GIAI_QUYET_VAN_DE', label: 'Giải quyết vấn đề và sáng tạo' },
];
const SPECIFIC: readonly ClassTableTrait[] = [
  { code: 'NGON_NGU', label: 'Ngôn ngữ' },
  { code: 'TINH_TOAN', label: 'Tính toán' },
  { code: 'KHOA_HOC', label: 'Khoa học' },
  { code: 'CONG_NGHE', label: 'Công nghệ' },
  { code: 'TIN_HOC', label: 'Tin học' },
  { code: 'THAM_MI', label: 'Thẩm mĩ' },
  { code: 'THE_CHAT', label: 'Thể chất' },
];

type Codes = readonly SubjectCode[];

interface Band {
  readonly grades: readonly Grade[];
  readonly subjects: Codes;
  readonly electives: Codes;
  /** Điểm kiểm tra định kỳ at the end of a semester and in its middle (Điều 7 khoản 2). */
  readonly testedAtEnd: Codes;
  readonly testedAtMiddle: Codes;
}

const BANDS: readonly Band[] = [
  {
    grades: [1, 2],
    subjects: ['TV', 'TOAN', 'NN1', 'DD', 'TNXH', 'GDTC', 'AN', 'MT', 'HDTN', 'TDT'],
    electives: ['NN1', 'TDT'],
    testedAtEnd: ['TV', 'TOAN'],
    testedAtMiddle: [],
  },
  {
    grades: [3],
    subjects: ['TV', 'TOAN', 'NN1', 'TH', 'CN', 'DD', 'TNXH', 'GDTC', 'AN', 'MT', 'HDTN', 'TDT'],
    electives: ['TDT'],
    testedAtEnd: ['TV', 'TOAN', 'NN1', 'TH', 'CN'],
    testedAtMiddle: [],
  },
  {
    grades: [4, 5],
    subjects: ['TV', 'TOAN', 'NN1', 'LSDL', 'KH', 'TH', 'CN', 'DD', 'GDTC', 'AN', 'MT', 'HDTN', 'TDT'],
    electives: ['TDT'],
    testedAtEnd: ['TV', 'TOAN', 'NN1', 'LSDL', 'KH', 'TH', 'CN'],
    testedAtMiddle: ['TV', 'TOAN'],
  },
];

function form(
  number: ClassTableForm['number'],
  band: Band,
  periods: readonly Period[],
  tested: Codes,
): ClassTableForm {
  const older = !band.grades.includes(1);
  return {
    number,
    grades: band.grades,
    periods,
    subjects: band.subjects.map((code) => ({
      code,
      label: LABELS[code],
      mark: tested.includes(code),
      elective: band.electives.includes(code),
    })),
    qualities: QUALITIES,
    general: GENERAL,
    specific: SPECIFIC.filter(({ code }) => older || (code !== 'CONG_NGHE' && code !== 'TIN_HOC')),
    closing: periods.includes('CN'),
  };
}

const FIRST_OF_BAND = [1, 4, 7] as const;

/** Mẫu 1–9 in their order. */
export const CLASS_TABLE_FORMS: readonly ClassTableForm[] = BANDS.flatMap((band, i) => {
  const first = FIRST_OF_BAND[i] ?? 1;
  return [
    form(first, band, ['GHK1', 'GHK2'], band.testedAtMiddle),
    form((first + 1) as ClassTableForm['number'], band, ['CHK1'], band.testedAtEnd),
    form((first + 2) as ClassTableForm['number'], band, ['CN'], band.testedAtEnd),
  ];
});

/** The form that a grade uses in a period. */
export function classTableForm(grade: Grade, period: Period): ClassTableForm {
  const found = CLASS_TABLE_FORMS.find((f) => f.grades.includes(grade) && f.periods.includes(period));
  if (found === undefined) throw new RangeError('no form for this grade and period');
  return found;
}
