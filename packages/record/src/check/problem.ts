import { itemName } from '../codes/items.ts';
import type { CellItem } from '../model.ts';
import { type CellError, parseCell } from '../rules/parse-cell.ts';
import type { RuleSet } from '../rules/ruleset.ts';
import { TT27_2020 } from '../rules/tt27-2020.ts';

export type Severity = 'blocking' | 'warning' | 'note';

/** Everything that can be said against a pupil's year. Closed: a page or a file format may switch over it. */
export type ProblemCode =
  | CellError
  | 'missing'
  | 'normalised'
  | 'duplicate-pupil'
  | 'subject-not-in-grade'
  | 'mark-not-expected'
  | 'mark-zero'
  | 'level-mark-odd'
  | 'result-differs'
  | 'completion-differs'
  | 'promotion-by-decision'
  | 'award-not-allowed'
  | 'award-open'
  | 'letter-not-recorded'
  | 'retest-not-allowed'
  | 'personal-id-malformed'
  | 'personal-id-differs'
  | 'birth-date-odd'
  | 'other-pupil-named'
  | 'comments-sparse'
  | 'mother-absent'
  | 'signer-missing'
  | 'certificate-missing'
  | 'certificate-of-another'
  | 'certificate-not-in-window'
  | 'seal-not-approved'
  | 'year-locked'
  | 'suspended'
  | 'cell-without-act'
  | 'row-not-noted';

/** What is wrong and what to do, for the person who can mend it. Holds no other pupil's data but a classmate's name. */
export interface Problem {
  readonly severity: Severity;
  readonly code: ProblemCode;
  readonly item?: CellItem;
  /** Path in the record's data, such as `pupil.personalId`, where it is no cell. */
  readonly field?: string;
  readonly message: string;
  readonly action: string;
  /** Id of the rule in the rule set. */
  readonly rule?: string;
  /** The rule is only tried out: the problem would be graver once it binds. */
  readonly reportOnly?: true;
}

const ACTIONS: Readonly<Record<CellError, string>> = {
  'mark-not-whole': 'Ghi điểm là số nguyên từ 0 đến 10.',
  'mark-out-of-range': 'Ghi điểm là số nguyên từ 0 đến 10.',
  'level-not-in-scale': 'Chọn một mức trong thang đánh giá.',
  'text-too-long': 'Viết ngắn lại.',
  'not-a-number': 'Ghi bằng chữ số.',
  'number-out-of-range': 'Kiểm tra và ghi lại số.',
};

function ruleOfCell({ topics }: RuleSet, code: CellError, item: CellItem): string | undefined {
  if (code === 'mark-not-whole' || code === 'mark-out-of-range') return topics.mark;
  if (code !== 'level-not-in-scale') return undefined;
  return parseCell(item, 'Đ').ok ? topics.trait : topics.level;
}

/** The problem of a cell's raw text, a note if it was only normalised, or null if it is right as it stands. */
export function cellProblem(item: CellItem, raw: string, set: RuleSet = TT27_2020): Problem | null {
  const parsed = parseCell(item, raw);
  if (!parsed.ok) {
    const rule = ruleOfCell(set, parsed.code, item);
    const { code, message } = parsed;
    return { severity: 'blocking', code, item, message, action: ACTIONS[code], ...(rule ? { rule } : {}) };
  }
  if (!parsed.normalised) return null;
  return {
    severity: 'note',
    code: 'normalised',
    item,
    message: `${itemName(item)}: “${raw}” được hiểu là “${parsed.value}”.`,
    action: 'Không cần làm gì nếu đúng.',
  };
}
