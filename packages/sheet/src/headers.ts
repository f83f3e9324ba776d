/**
 * The words that class sheets use in their headers. Several versions of the national template and of vendors'
 * exports are about: columns are known by these words, never by their place.
 */
import type { CellItem, SubjectCode, TraitCode, TraitGroup } from '@hocba/record';

/** Columns that are no cell of the assessment. */
export type FieldKey =
  | 'index'
  | 'className'
  | 'code'
  | 'name'
  | 'birthDate'
  | 'completed'
  | 'promoted'
  | 'result';

/** What one column under a subject holds. */
export type PartKey = 'level' | 'mark' | 'comment';

/**
 * A header as it is compared: without case, accents, punctuation and double spaces, so that `HĐTN`, `Mĩ thuật`
 * and `TN&XH` are found in NFC or NFD, whatever stands between the words.
 */
export function headerKey(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('đ', 'd')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** Header words, `|` between the spellings of one, by the key that they are compared by. */
export function table<T extends string>(words: Partial<Record<T, string>>): ReadonlyMap<string, T> {
  const entries = Object.entries(words) as [T, string][];
  return new Map(
    entries.flatMap(([key, list]) => list.split('|').map((word): [string, T] => [headerKey(word), key])),
  );
}

export const FIELDS: ReadonlyMap<string, FieldKey> = table<FieldKey>({
  index: 'STT|TT|Số TT|Số thứ tự',
  className: 'Mã lớp|Lớp|Tên lớp|Lớp học',
  code: 'Mã học sinh|Mã HS|MaHS|Mã số học sinh|Mã HS CSDL|Mã học sinh CSDL',
  name: 'Họ tên|Họ và tên|Họ tên học sinh|Họ và tên học sinh|Tên học sinh|Họ, tên',
  birthDate: 'Ngày sinh|Ngày tháng năm sinh|Ngày, tháng, năm sinh|Sinh ngày',
  completed:
    'Hoàn thành CT lớp|Hoàn thành chương trình lớp|Hoàn thành chương trình lớp học|Hoàn thành CTLH|HTCTLH|HTCT lớp',
  promoted: 'Lên lớp|Được lên lớp|Lên lớp thẳng',
  result:
    'Xếp loại|Kết quả|Kết quả giáo dục|Xếp loại giáo dục|Đánh giá kết quả giáo dục|Đánh giá KQGD|KQGD|Kết quả đánh giá|Đánh giá cuối năm',
});

export const PARTS: ReadonlyMap<string, PartKey> = table<PartKey>({
  level: 'Mức|Mức đạt được|Mức đạt|Mức độ|Mức ĐG|MĐĐ',
  mark: 'Điểm|Điểm KTĐK|KTĐK|Điểm KT|Điểm số|Điểm kiểm tra|Điểm kiểm tra định kỳ|Điểm kiểm tra định kì|Điểm CN',
  comment: 'Nhận xét|Nội dung nhận xét',
});

export const SUBJECT_HEADERS: ReadonlyMap<string, SubjectCode> = table<SubjectCode>({
  TV: 'Tiếng Việt|TV',
  TOAN: 'Toán|Toán học',
  NN1:
    'Ngoại ngữ|Ngoại ngữ 1|NN1|Tiếng Anh|Ngoại ngữ (Tiếng Anh)|Ngoại ngữ 1 (Tiếng Anh)|Anh văn|Tiếng Pháp|Ngoại ngữ 1 (Tiếng Pháp)|' +
    'Tiếng Trung Quốc|Ngoại ngữ 1 (Tiếng Trung Quốc)|Tiếng Nhật|Ngoại ngữ 1 (Tiếng Nhật)|Tiếng Hàn|Ngoại ngữ 1 (Tiếng Hàn)|' +
    'Tiếng Đức|Ngoại ngữ 1 (Tiếng Đức)|Tiếng Nga|Ngoại ngữ 1 (Tiếng Nga)',
  LSDL: 'Lịch sử và Địa lí|Lịch sử và Địa lý|Lịch sử & Địa lí|Lịch sử & Địa lý|LS&ĐL|LS và ĐL|LSĐL|LS-ĐL',
  KH: 'Khoa học|Môn Khoa học',
  TH: 'TH-CN (Tin học)|TH&CN (Tin học)|TH và CN (Tin học)|Tin học và Công nghệ (Tin học)|Tin học - Công nghệ (Tin học)|Tin học',
  CN: 'TH-CN (Công nghệ)|TH&CN (Công nghệ)|TH và CN (Công nghệ)|Tin học và Công nghệ (Công nghệ)|Tin học - Công nghệ (Công nghệ)|Công nghệ',
  DD: 'Đạo đức',
  TNXH: 'Tự nhiên và Xã hội|Tự nhiên & Xã hội|Tự nhiên xã hội|TN&XH|TN và XH|TNXH|TN-XH',
  GDTC: 'Giáo dục thể chất|GDTC|GD thể chất|Thể dục',
  AN: 'Âm nhạc|Nghệ thuật (Âm nhạc)|NT (Âm nhạc)',
  MT: 'Mĩ thuật|Mỹ thuật|Nghệ thuật (Mĩ thuật)|Nghệ thuật (Mỹ thuật)|NT (Mĩ thuật)|NT (Mỹ thuật)',
  HDTN: 'Hoạt động trải nghiệm|HĐTN|HĐ trải nghiệm|Trải nghiệm',
  TDT: 'Tiếng dân tộc|Tiếng DT|Tiếng dân tộc thiểu số|Tiếng DTTS',
});

export const TRAIT_HEADERS: ReadonlyMap<string, TraitCode> = table<TraitCode>({
  YEU_NUOC: 'Yêu nước',
  NHAN_AI: 'Nhân ái',
  CHAM_CHI: 'Chăm chỉ',
  TRUNG_THUC: 'Trung thực',
  TRACH_NHIEM: 'Trách nhiệm',
  TU_CHU_TU_HOC: 'Tự chủ và tự học|Tự chủ, tự học|Tự chủ|TC-TH|TCTH',
  GIAO_TIEP_HOP_TAC: 'Giao tiếp và hợp tác|Giao tiếp, hợp tác|Giao tiếp|GT-HT|GTHT',
  GIAI_QUYET_VAN_DE:
    'Giải quyết vấn đề và sáng tạo|Giải quyết vấn đề, sáng tạo|Giải quyết vấn đề|GQVĐ|GQVĐ và sáng tạo|GQVĐ và ST|GQVĐ-ST|GQVĐST',
  NGON_NGU: 'Ngôn ngữ',
  TINH_TOAN: 'Tính toán',
  KHOA_HOC: 'Khoa học',
  CONG_NGHE: 'Công nghệ',
  TIN_HOC: 'Tin học',
  THAM_MI: 'Thẩm mĩ|Thẩm mỹ',
  THE_CHAT: 'Thể chất',
});

/** Blocks of qualities and competences that carry one comment each. */
export const GROUP_HEADERS: ReadonlyMap<string, TraitGroup> = table<TraitGroup>({
  QUALITIES: 'Phẩm chất|Phẩm chất chủ yếu|PC',
  GENERAL: 'Năng lực chung|NL chung|Những năng lực chung',
  SPECIFIC: 'Năng lực đặc thù|NL đặc thù|Những năng lực đặc thù',
});

/** Columns of the year that are no subject and no trait. */
export const OTHER_ITEMS: ReadonlyMap<string, CellItem> = table<CellItem>({
  'HOMEROOM.comment': 'Nhận xét chung|Nhận xét của GVCN|Nhận xét của giáo viên chủ nhiệm|Nhận xét GVCN',
  'AWARD.text': 'Khen thưởng|Nội dung khen thưởng|Danh hiệu',
  'SUDDEN_AWARD.text': 'Khen thưởng đột xuất',
  'ABSENT_EXCUSED.count': 'Nghỉ có phép|Số buổi nghỉ có phép|Số ngày nghỉ có phép|Vắng có phép',
  'ABSENT_UNEXCUSED.count': 'Nghỉ không phép|Số buổi nghỉ không phép|Số ngày nghỉ không phép|Vắng không phép',
  'HEIGHT.number': 'Chiều cao|Chiều cao (cm)',
  'WEIGHT.number': 'Cân nặng|Cân nặng (kg)',
});

const TRAIT_BAND = /^(?:(?:cac|nhung) )?(?:nang luc|pham chat|nl|pc)(?: |$)/;

/** Whether a header spans qualities or competences: `Năng lực`, `Phẩm chất chủ yếu`, `NL đặc thù`. */
export function isTraitBand(key: string): boolean {
  return TRAIT_BAND.test(key);
}

/** A header's own words behind a band written in the same cell: `NL Tự chủ` → `tu chu`. */
export function withoutBand(key: string): string {
  return key.replace(/^(?:nang luc|pham chat|nl|pc) /, '');
}

/** A part written into the subject's own header: `Điểm Toán`, `Toán (Mức)`. null where there is none. */
export function splitPart(key: string): { name: string; part: PartKey } | null {
  for (const [word, part] of PARTS) {
    if (key.startsWith(`${word} `)) {
      const name = key.slice(word.length + 1).replace(/^mon /, '');
      if (SUBJECT_HEADERS.has(name)) return { name, part };
    }
    if (key.endsWith(` ${word}`)) {
      const name = key.slice(0, -word.length - 1);
      if (SUBJECT_HEADERS.has(name)) return { name, part };
    }
  }
  return null;
}
