import { describe, expect, test } from 'vitest';
import { duplicatePupils } from '../check/duplicates.ts';
import { cellProblem } from '../check/problem.ts';
import { checkPupilYear } from '../check/pupil-year.ts';
import { isCellItem, partsOf } from '../codes/items.ts';
import { isGrade } from '../codes/words.ts';
import type { CellItem, PeriodAssessment } from '../model.ts';
import sheets from '../vectors/class-sheets.json' with { type: 'json' };
import { parseCell, parseResult } from './parse-cell.ts';
import { proposeResult } from './propose.ts';
import { ruleSetFor } from './select.ts';

// Three whole classes as values: what stood in each cell, and what is right. Names and codes are not needed.
const RULES = ruleSetFor('2025-2026');

const SUBJECT_HEADS: Record<string, string> = {
  TV: 'Tiếng Việt',
  TOAN: 'Toán',
  NN1: 'Ngoại ngữ',
  LSDL: 'Lịch sử và Địa lí',
  KH: 'Khoa học',
  TH: 'TH-CN (Tin học)',
  CN: 'TH-CN (Công nghệ)',
  DD: 'Đạo đức',
  TNXH: 'Tự nhiên và Xã hội',
  GDTC: 'Giáo dục thể chất',
  AN: 'Âm nhạc',
  MT: 'Mĩ thuật',
  HDTN: 'Hoạt động trải nghiệm',
  TDT: 'Tiếng dân tộc',
};
const TRAIT_HEADS: Record<string, string> = {
  YEU_NUOC: 'Yêu nước',
  NHAN_AI: 'Nhân ái',
  CHAM_CHI: 'Chăm chỉ',
  TRUNG_THUC: 'Trung thực',
  TRACH_NHIEM: 'Trách nhiệm',
  TU_CHU_TU_HOC: 'Tự chủ và tự học',
  GIAO_TIEP_HOP_TAC: 'Giao tiếp và hợp tác',
  GIAI_QUYET_VAN_DE: 'Giải quyết vấn đề và sáng tạo',
  NGON_NGU: 'Ngôn ngữ',
  TINH_TOAN: 'Tính toán',
  KHOA_HOC: 'Khoa học',
  CONG_NGHE: 'Công nghệ',
  TIN_HOC: 'Tin học',
  THAM_MI: 'Thẩm mĩ',
  THE_CHAT: 'Thể chất',
};

function head(item: CellItem): string {
  const [key = '', kind] = item.split('.');
  return partsOf(item).kind === 'traitLevel'
    ? (TRAIT_HEADS[key] ?? '')
    : `${SUBJECT_HEADS[key]}${kind === 'mark' ? ':mark' : ''}`;
}

type Row = (typeof sheets)[number];

function read(row: Row) {
  const assessment: PeriodAssessment = {
    grade: isGrade(row.grade) ? row.grade : 1,
    levels: {},
    marks: {},
    traits: {},
  };
  const unreadable: { item: CellItem; raw: string }[] = [];
  for (const [item, raw] of Object.entries(row.cells)) {
    if (!isCellItem(item)) throw new Error(`unknown item ${item}`);
    const parsed = parseCell(item, raw);
    const key = item.split('.')[0] ?? '';
    if (!parsed.ok) unreadable.push({ item, raw });
    else if (item.endsWith('.mark')) (assessment.marks as Record<string, number>)[key] = Number(parsed.value);
    else if (key in TRAIT_HEADS) (assessment.traits as Record<string, string>)[key] = parsed.value;
    else (assessment.levels as Record<string, string>)[key] = parsed.value;
  }
  return { assessment, unreadable };
}

describe.each(['lop2', 'lop4', 'lop5-messy'])('class sheet %s', (sheet) => {
  const rows = sheets.filter((r) => r.sheet === sheet);
  const twice = duplicatePupils(rows.map((r) => ({ pupilCode: String(r.pupil) })));

  test.each(rows.map((r, i) => [r.row, r, twice.has(i)] as const))('row %i', (_n, row, duplicate) => {
    const { assessment, unreadable } = read(row);
    const proposal = proposeResult(RULES, assessment);
    const stated = parseResult(row.stated);
    const problems = checkPupilYear({
      ruleSet: RULES,
      assessment,
      unreadable,
      stated: {
        ...(stated ? { result: stated } : {}),
        completed: row.completed !== '',
        promoted: row.promoted !== '',
      },
    }).filter((p) => p.severity === 'blocking');
    const codes = [...problems.map((p) => p.code), ...(duplicate ? ['duplicate-pupil'] : [])];

    expect(duplicate ? null : proposal.result).toBe(row.result);
    if (row.result !== null) expect(proposal.blocking.map(head).sort()).toEqual([...row.blocking].sort());
    for (const code of row.problems) expect(codes).toContain(code);
    if (row.planted && !duplicate) expect(codes).toContain('result-differs');
    if (proposal.missing.some((i) => unreadable.every((u) => u.item !== i)))
      expect(codes).toContain('missing');
    if (row.result !== null && !row.planted && row.problems.length === 0) expect(codes).toEqual([]);
    for (const u of unreadable) expect(cellProblem(u.item, u.raw)?.severity).toBe('blocking');
  });
});

test('the three classes hold what they are meant to hold', () => {
  expect(sheets).toHaveLength(102);
  expect(new Set(sheets.flatMap((r) => r.problems))).toEqual(
    new Set(['mark-not-whole', 'mark-out-of-range', 'level-not-in-scale', 'duplicate-pupil']),
  );
  expect(sheets.filter((r) => r.planted).length).toBeGreaterThan(5);
});
