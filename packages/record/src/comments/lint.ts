import { partsOf } from '../codes/items.ts';
import type { CellItem, SubjectLevel, TraitLevel } from '../model.ts';
import {
  BEHAVIOUR,
  DIRECTION,
  ENDINGS,
  GENERIC,
  MATHEMATICS_WORDS,
  NEGATIVE,
  NEUTRAL_TEACHER,
  phrases,
  SMALL_WORDS,
  TEACHER,
  VIETNAMESE_WORDS,
} from './words.ts';

/** The ten faults that teachers themselves look for in each other's comments. */
export type CommentFaultCode =
  | 'starts-with-em'
  | 'teacher-sex'
  | 'negative-word'
  | 'behaviour-from-mark'
  | 'no-direction'
  | 'mathematics-word-missing'
  | 'vietnamese-word-missing'
  | 'too-vague'
  | 'forced-ending'
  | 'repeated';

export interface CommentFault {
  readonly code: CommentFaultCode;
  /** What is meant, and what would be better. */
  readonly message: string;
  /** The words that show it, as they stand in the comment; absent where something lacks. */
  readonly found?: string;
}

export interface LintContext {
  readonly item: CellItem;
  /** The level beside the comment; of a block with several, the lowest. */
  readonly level?: SubjectLevel | TraitLevel;
  /** The other pupils' comments in the same column, to find one that is used more than twice. */
  readonly others?: readonly string[];
}

const MESSAGES: Readonly<Record<CommentFaultCode, string>> = {
  'starts-with-em': 'Nhận xét bắt đầu bằng “Em”: viết thẳng vào điều học sinh làm được.',
  'teacher-sex': 'Nhận xét phụ thuộc vào người viết là cô hay thầy: dùng “giáo viên” hoặc bỏ đi.',
  'negative-word': 'Có từ ngữ tiêu cực: nêu điều đã làm được và điều cần luyện thêm.',
  'behaviour-from-mark':
    'Suy ra tính cách hoặc năng khiếu từ kết quả môn học: nêu kiến thức, kĩ năng cụ thể.',
  'no-direction': 'Mức này cần có hướng khắc phục: thêm việc học sinh cần hoặc nên làm.',
  'mathematics-word-missing': 'Nhận xét môn Toán chưa nhắc đến nội dung nào của môn học.',
  'vietnamese-word-missing':
    'Nhận xét môn Tiếng Việt chưa nhắc đến đọc, viết, nói, nghe hay nội dung của môn học.',
  'too-vague': 'Nhận xét quá chung: nêu một biểu hiện cụ thể.',
  'forced-ending': 'Câu kết gượng ép: bỏ lời chúc, lời hô hào ở cuối.',
  repeated: 'Câu này đã dùng cho hơn hai học sinh của lớp: viết riêng cho từng em.',
};

function plain(text: string): string {
  return text.normalize('NFC').trim().replace(/\s+/g, ' ');
}

/** What a comment is compared by: without case, blanks and the full stop. */
function sameness(text: string): string {
  return plain(text)
    .toLowerCase()
    .replace(/[.!…\s]+$/u, '');
}

function first(pattern: RegExp, text: string): string | undefined {
  return pattern.exec(text)?.[2];
}

/** How many syllables say something once set phrases and small words are taken out. */
function saidSyllables(text: string): number {
  const rest = sameness(text)
    .replace(phrases(GENERIC, 'giu'), '$1 ')
    .replace(phrases(GENERIC, 'giu'), '$1 ')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '' && !SMALL_WORDS.has(word));
  return rest.length;
}

const LEAST_SYLLABLES = 3;

const PATTERNS = {
  em: /^(\s*)(em|con)(?![\p{L}])/iu,
  teacher: phrases(TEACHER, 'iu'),
  neutral: phrases(NEUTRAL_TEACHER, 'giu'),
  negative: phrases(NEGATIVE, 'iu'),
  behaviour: phrases(BEHAVIOUR, 'iu'),
  direction: phrases(DIRECTION, 'iu'),
  mathematics: phrases(MATHEMATICS_WORDS, 'iu'),
  vietnamese: phrases(VIETNAMESE_WORDS, 'iu'),
  // Numbers of things ("một số bài") are no word of mathematics.
  someOf: phrases(['một số', 'đa số', 'số ít'], 'giu'),
  ending: new RegExp(`(^|[^\\p{L}])(${ENDINGS.join('|')})[\\s.!…]*$|(!)\\s*$`, 'iu'),
} as const;

/**
 * The faults of one comment, in the order of the list above; none means that the comment may be passed over, not that it
 * is good. An empty comment has none. Pure, and only ever a warning: the comment stays the teacher's act.
 */
export function lintComment(comment: string, context: LintContext): CommentFault[] {
  const text = plain(comment);
  if (text === '') return [];
  const faults: CommentFault[] = [];
  const tell = (code: CommentFaultCode, found?: string): void => {
    faults.push({ code, message: MESSAGES[code], ...(found === undefined ? {} : { found }) });
  };
  const tellFound = (code: CommentFaultCode, found: string | undefined): void => {
    if (found !== undefined) tell(code, found);
  };
  const parts = partsOf(context.item);
  const subject = parts.kind === 'subjectComment' ? parts.subject : undefined;
  const { level } = context;

  tellFound('starts-with-em', first(PATTERNS.em, text));
  tellFound('teacher-sex', first(PATTERNS.teacher, text.replace(PATTERNS.neutral, '$1…')));
  tellFound('negative-word', first(PATTERNS.negative, text));
  if (subject !== undefined) tellFound('behaviour-from-mark', first(PATTERNS.behaviour, text));
  if (level !== undefined && level !== 'T' && !PATTERNS.direction.test(text)) tell('no-direction');
  if (subject === 'TOAN' && !PATTERNS.mathematics.test(text.replace(PATTERNS.someOf, '$1…'))) {
    tell('mathematics-word-missing');
  }
  if (subject === 'TV' && !PATTERNS.vietnamese.test(text)) tell('vietnamese-word-missing');
  if (saidSyllables(text) < LEAST_SYLLABLES) tell('too-vague');
  const ending = PATTERNS.ending.exec(text);
  if (ending) tell('forced-ending', ending[2] ?? ending[3] ?? '');
  const own = sameness(text);
  if ((context.others ?? []).filter((o) => sameness(o) === own).length >= 2) tell('repeated');
  return faults;
}
