import type { SubjectCode, TraitCode, TraitGroup } from '@hocba/record';

/**
 * Rows of block 1 in the order and wording of the form (Phụ lục 1 TT 27/2020, QĐ 2904/QĐ-BGDĐT). They belong to this
 * version of the form and not to the code lists, so that a later list leaves the re-rendering of an old record alone.
 */
export const SUBJECT_ROWS: readonly { code: SubjectCode; label: string }[] = [
  { code: 'TV', label: 'Tiếng Việt' },
  { code: 'TOAN', label: 'Toán' },
  { code: 'NN1', label: 'Ngoại ngữ 1' },
  { code: 'LSDL', label: 'Lịch sử và Địa lí' },
  { code: 'KH', label: 'Khoa học' },
  { code: 'TH', label: 'Tin học và Công nghệ (Tin học)' },
  { code: 'CN', label: 'Tin học và Công nghệ (Công nghệ)' },
  { code: 'DD', label: 'Đạo đức' },
  { code: 'TNXH', label: 'Tự nhiên và Xã hội' },
  { code: 'GDTC', label: 'Giáo dục thể chất' },
  { code: 'AN', label: 'Nghệ thuật (Âm nhạc)' },
  { code: 'MT', label: 'Nghệ thuật (Mĩ thuật)' },
  { code: 'HDTN', label: 'Hoạt động trải nghiệm' },
  { code: 'TDT', label: 'Tiếng dân tộc' },
];

/** Rows of blocks 2 and 3 in the order and wording of the form. */
export const TRAIT_ROWS: Readonly<Record<TraitGroup, readonly { code: TraitCode; label: string }[]>> = {
  QUALITIES: [
    { code: 'YEU_NUOC', label: 'Yêu nước' },
    { code: 'NHAN_AI', label: 'Nhân ái' },
    { code: 'CHAM_CHI', label: 'Chăm chỉ' },
    { code: 'TRUNG_THUC', label: 'Trung thực' },
    { code: 'TRACH_NHIEM', label: 'Trách nhiệm' },
  ],
  GENERAL: [
    { code: 'TU_CHU_TU_HOC', label: 'Tự chủ và tự học' },
    { code: 'GIAO_TIEP_HOP_TAC', label: 'Giao tiếp và hợp tác' },
    { code: 'GIAI_QUYET_VAN_DE', label: 'Giải quyết vấn đề và sáng tạo' },
  ],
  SPECIFIC: [
    { code: 'NGON_NGU', label: 'Ngôn ngữ' },
    { code: 'TINH_TOAN', label: 'Tính toán' },
    { code: 'KHOA_HOC', label: 'Khoa học' },
    { code: 'CONG_NGHE', label: 'Công nghệ' },
    { code: 'TIN_HOC', label: 'Tin học' },
    { code: 'THAM_MI', label: 'Thẩm mĩ' },
    { code: 'THE_CHAT', label: 'Thể chất' },
  ],
};

export const RESULT_WORDS = {
  HTXS: 'Hoàn thành xuất sắc',
  HTT: 'Hoàn thành tốt',
  HT: 'Hoàn thành',
  CHT: 'Chưa hoàn thành',
} as const;

/**
 * The two looks of the form: `hbs` as the display form of the digital record (Phụ lục 2 CV 2088/BGDĐT-GDTH), levels in full words;
 * `paper` as the booklet (Phụ lục 1 TT 27/2020 as corrected by QĐ 2904), levels as letters, for the cases that need paper.
 */
export type FormLook = 'hbs' | 'paper';

export const FORM_WORDS: Readonly<
  Record<FormLook, { digital: boolean; subjects: string; mark: string; qualities: string }>
> = {
  hbs: {
    digital: true,
    subjects: '1. Kết quả các môn học và hoạt động giáo dục',
    mark: 'Điểm kiểm tra',
    qualities: '2. Nhận xét những phẩm chất chủ yếu',
  },
  paper: {
    digital: false,
    subjects: '1. Các môn học và hoạt động giáo dục',
    mark: 'Điểm KTĐK',
    qualities: '2. Những phẩm chất chủ yếu',
  },
};

export const SUBJECT_LEVEL_WORDS = { T: 'Hoàn thành tốt', H: 'Hoàn thành', C: 'Chưa hoàn thành' } as const;
export const TRAIT_LEVEL_WORDS = { T: 'Tốt', Đ: 'Đạt', C: 'Cần cố gắng' } as const;
