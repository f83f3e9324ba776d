import { describe, expect, test } from 'vitest';
import type { Grade, PeriodAssessment } from '../model.ts';
import { requiredItems } from '../rules/required.ts';
import { reportOnly } from '../rules/ruleset.ts';
import { ruleSetFor } from '../rules/select.ts';
import { filled } from '../testing/filled.ts';
import { duplicateProblem, duplicatePupils } from './duplicates.ts';
import { motherNameOf } from './identity.ts';
import type { PupilYearCheck } from './input.ts';
import { cellProblem, type Problem } from './problem.ts';
import { checkPupilYear, isBlocked } from './pupil-year.ts';

const RULES = ruleSetFor('2025-2026');

const best = (grade: Grade): PeriodAssessment => filled(RULES, grade);

const COMMENTS = {
  subjects: {},
  traits: { QUALITIES: 'Ngoan.', GENERAL: 'Tự học tốt.', SPECIFIC: 'Tính nhanh.' },
  homeroom: 'Chăm ngoan.',
};

const PUPIL = {
  fullName: 'Học Sinh Mẫu',
  personalId: '000318900001',
  pupilCode: '0000000001',
  registerNumber: '12',
  sex: 'female',
  birthDate: '2018-03-04',
  birthPlace: 'Tỉnh Mẫu',
  homeTown: 'Xã Mẫu',
  address: 'Thôn Mẫu',
  ethnicity: 'Kinh',
  nationality: 'Việt Nam',
  motherName: 'Người Mẹ Mẫu',
} as const;

function year(grade: Grade, change: Partial<PupilYearCheck> = {}): PupilYearCheck {
  return {
    ruleSet: RULES,
    schoolYear: '2025-2026',
    assessment: best(grade),
    pupil: PUPIL,
    comments: COMMENTS,
    body: { heightCm: 121.5, weightKg: 23 },
    absences: { excused: 0, unexcused: 0 },
    stated: { result: 'HTXS', completed: true, promoted: true, award: 'Đạt danh hiệu Học sinh Xuất sắc' },
    classmates: ['Bạn Mẫu Hai', 'Học Sinh Mẫu'],
    ...change,
  };
}

function told(problems: readonly Problem[]): string[] {
  return problems
    .filter((p) => p.code !== 'comments-sparse')
    .map((p) => `${p.severity} ${p.code} ${p.item ?? p.field ?? ''}`.trim());
}

describe('a pupil year', () => {
  test('that is complete and consistent has nothing against it but a note', () => {
    const problems = checkPupilYear(year(2));
    expect(problems.map((p) => `${p.severity} ${p.code}`)).toEqual(['note comments-sparse']);
    expect(isBlocked(problems)).toBe(false);
  });

  test('of which only the cells are known is checked for these only', () => {
    expect(checkPupilYear({ ruleSet: RULES, assessment: best(4) })).toEqual([]);
  });

  test('with every part empty lacks everything that the record must hold', () => {
    const problems = checkPupilYear({
      ruleSet: RULES,
      assessment: { grade: 3, levels: {}, marks: {}, traits: {} },
      pupil: {},
      comments: { subjects: {}, traits: {} },
      body: {},
      absences: {},
      stated: { result: 'HTXS' },
    });
    expect(problems.every((p) => p.code === 'missing' && p.severity === 'blocking')).toBe(true);
    expect(problems).toHaveLength(12 + 4 + requiredItems(RULES, 3, 'CN').length + 4);
    for (const p of problems) {
      expect(p.message).toMatch(/^Chưa có \p{Ll}/u);
      expect(p.action).not.toBe('');
    }
  });

  const cases: [string, Partial<PupilYearCheck>, string[]][] = [
    ['a blank name', { pupil: { ...PUPIL, fullName: '  ' } }, ['blocking missing pupil.fullName']],
    ['no mother', { pupil: { ...PUPIL, motherName: '' } }, ['blocking missing pupil.motherName']],
    [
      'no mother, with a paper that says so',
      { pupil: { ...PUPIL, motherName: '', motherAbsence: 'Giấy khai sinh để trống' } },
      ['note mother-absent pupil.motherName'],
    ],
    [
      'no mother, with a blank paper',
      { pupil: { ...PUPIL, motherName: ' ', motherAbsence: ' ' } },
      ['blocking missing pupil.motherName'],
    ],
    [
      'eleven digits',
      { pupil: { ...PUPIL, personalId: '00031890001' } },
      ['blocking personal-id-malformed pupil.personalId'],
    ],
    [
      'letters in the number',
      { pupil: { ...PUPIL, personalId: '00031890000A' } },
      ['blocking personal-id-malformed pupil.personalId'],
    ],
    ['the other sex', { pupil: { ...PUPIL, sex: 'male' } }, ['warning personal-id-differs pupil.personalId']],
    [
      'another year of birth',
      { pupil: { ...PUPIL, birthDate: '2017-03-04' } },
      ['warning personal-id-differs pupil.personalId'],
    ],
    [
      'a grown-up',
      { pupil: { ...PUPIL, birthDate: '1988-03-04', personalId: '000188900001' } },
      ['warning birth-date-odd pupil.birthDate'],
    ],
    ['no height', { body: { weightKg: 20 } }, ['blocking missing HEIGHT.number']],
    [
      'height in metres',
      { body: { heightCm: 1.2, weightKg: 20 } },
      ['blocking number-out-of-range HEIGHT.number'],
    ],
    [
      'half a day',
      { absences: { excused: 0.5, unexcused: 0 } },
      ['blocking number-out-of-range ABSENT_EXCUSED.count'],
    ],
    [
      'no homeroom comment',
      { comments: { ...COMMENTS, homeroom: ' ' } },
      ['blocking missing HOMEROOM.comment'],
    ],
    [
      'another pupil in a comment',
      { comments: { ...COMMENTS, homeroom: 'Em Bạn Mẫu Hai học tốt.' } },
      ['blocking other-pupil-named HOMEROOM.comment'],
    ],
    [
      'another pupil without accents',
      { comments: { ...COMMENTS, subjects: { TOAN: 'ban mau  hai tinh nhanh' } } },
      ['warning other-pupil-named TOAN.comment'],
    ],
    ['the pupil in a comment', { comments: { ...COMMENTS, homeroom: 'Học Sinh Mẫu học tốt.' } }, []],
    [
      'part of a longer word',
      { comments: { ...COMMENTS, homeroom: 'Bạn Mẫu Hải học tốt.' } },
      ['warning other-pupil-named HOMEROOM.comment'],
    ],
    ['a longer word only', { comments: { ...COMMENTS, homeroom: 'Bạn Mẫu Haiz' } }, []],
    ['another result', { stated: { result: 'HTT' } }, ['blocking result-differs result']],
    [
      'not completed though good',
      { stated: { completed: false, promoted: false } },
      ['warning completion-differs completed'],
    ],
    [
      'completed, not promoted',
      { stated: { completed: true, promoted: false } },
      ['warning completion-differs promoted'],
    ],
    [
      'a text for another grade',
      {
        stated: {
          completed: true,
          promoted: true,
          completionText: 'Hoàn thành chương trình lớp 3; Được lên lớp 4.',
        },
      },
      ['warning completion-differs completionText'],
    ],
    [
      'the title of another result',
      { stated: { award: 'đạt danh hiệu học sinh tiêu biểu hoàn thành tốt' } },
      ['blocking award-not-allowed AWARD.text'],
    ],
    ['a reward without title', { stated: { award: 'Giải Nhì hội giao lưu An toàn giao thông' } }, []],
    [
      'a cell that cannot be read',
      { unreadable: [{ item: 'TOAN.mark', raw: '8,5' }] },
      ['blocking mark-not-whole TOAN.mark'],
    ],
  ];
  test.each(cases)('%s', (_name, change, expected) => {
    expect(told(checkPupilYear(year(2, change)))).toEqual(expected);
  });

  const assessments: [string, Grade, (a: PeriodAssessment) => void, string[]][] = [
    ['a missing mark', 4, (a) => delete a.marks.KH, ['blocking missing KH.mark']],
    ['a missing trait', 4, (a) => delete a.traits.TIN_HOC, ['blocking missing TIN_HOC.level']],
    [
      'a level of another grade',
      2,
      (a) => {
        a.levels.KH = 'T';
      },
      ['blocking subject-not-in-grade KH.level'],
    ],
    [
      'a trait of another grade',
      1,
      (a) => {
        a.traits.TIN_HOC = 'T';
      },
      ['blocking subject-not-in-grade TIN_HOC.level'],
    ],
    [
      'a mark without a test',
      2,
      (a) => {
        a.marks.DD = 9;
      },
      ['blocking mark-not-expected DD.mark'],
    ],
    [
      'a mark of an elective',
      2,
      (a) => {
        a.levels.NN1 = 'T';
        a.marks.NN1 = 9;
      },
      ['blocking mark-not-expected NN1.mark'],
    ],
    [
      'half a mark',
      2,
      (a) => {
        a.marks.TV = 8.5;
      },
      ['blocking mark-not-whole TV.mark'],
    ],
    [
      'eleven',
      2,
      (a) => {
        a.marks.TV = 11;
      },
      ['blocking mark-out-of-range TV.mark'],
    ],
    [
      'T beside a low mark',
      2,
      (a) => {
        a.marks.TV = 4;
      },
      ['warning level-mark-odd TV.mark'],
    ],
    [
      'nought',
      2,
      (a) => {
        a.marks.TV = 0;
        a.levels.TV = 'C';
      },
      ['warning mark-zero TV.mark'],
    ],
  ];
  test.each(assessments)('%s', (_name, grade, change, expected) => {
    const assessment = best(grade);
    change(assessment);
    expect(told(checkPupilYear({ ruleSet: RULES, assessment }))).toEqual(expected);
  });

  test('the message on a result argues against the stated level, not against a still higher one', () => {
    const assessment = best(4);
    assessment.levels.GDTC = 'T';
    assessment.marks.TOAN = 6;
    assessment.marks.TV = 8;
    const [problem] = checkPupilYear({ ruleSet: RULES, assessment, stated: { result: 'HTT' } });
    expect(problem?.message).toBe(
      'Ghi “Hoàn thành tốt” nhưng chưa đủ điều kiện: điểm Toán 6 (cần từ 7). Theo quy định là “Hoàn thành”.',
    );
    expect(problem?.rule).toBe('TT27.HTT');
  });

  test('a result stated too low has nothing against it but the rule', () => {
    const [problem] = checkPupilYear({ ruleSet: RULES, assessment: best(2), stated: { result: 'CHT' } });
    expect(problem?.message).toBe(
      'Ghi “Chưa hoàn thành” nhưng các ô đều đủ điều kiện của mức cao hơn: theo quy định là “Hoàn thành xuất sắc”.',
    );
    expect(problem?.rule).toBe('TT27.HTXS');
  });

  test('many cells are cut short', () => {
    const assessment = best(4);
    for (const code of ['TV', 'TOAN', 'NN1', 'LSDL', 'KH', 'DD', 'GDTC'] as const)
      assessment.levels[code] = 'C';
    assessment.traits.NHAN_AI = 'C';
    const problem = checkPupilYear({ ruleSet: RULES, assessment, stated: { result: 'HT' } }).find(
      (p) => p.code === 'result-differs',
    );
    expect(problem?.message).toBe(
      'Ghi “Hoàn thành” nhưng chưa đủ điều kiện: Tiếng Việt mức C (cần T hoặc H), Toán mức C (cần T hoặc H), Ngoại ngữ mức C (cần T hoặc H), LS và ĐL mức C (cần T hoặc H), Khoa học mức C (cần T hoặc H) và 3 ô khác. Theo quy định là “Chưa hoàn thành”.',
    );
  });

  test('a rule that is only tried out tells and blocks nothing; one not in force is silent', () => {
    const input = { ruleSet: RULES, assessment: best(2), stated: { award: 'Học sinh Tiêu biểu' } };
    expect(checkPupilYear(input)[0]?.severity).toBe('blocking');
    const tried = checkPupilYear({ ...input, ruleSet: reportOnly(RULES, ['TT27.AWARD.TB']) });
    expect(tried).toMatchObject([{ severity: 'note', reportOnly: true, code: 'award-not-allowed' }]);
    expect(isBlocked(tried)).toBe(false);
    expect(checkPupilYear({ ...input, day: '2020-10-19' })).toEqual([]);
    const ended = {
      ...RULES,
      rules: RULES.rules.map((r) => (r.id === 'TT27.AWARD.TB' ? { ...r, until: '2026-05-30' } : r)),
    };
    expect(checkPupilYear({ ...input, ruleSet: ended, schoolYear: '2025-2026' })).toEqual([]);
    expect(checkPupilYear({ ...input, ruleSet: ended, schoolYear: '2024-2025' })).toHaveLength(1);
    expect(() => reportOnly(RULES, ['TT27.NONE'])).toThrow(RangeError);
  });

  test('a title that needs grounds is held to them where they are known', () => {
    const assessment = best(2);
    assessment.marks.TOAN = 7;
    const award = 'Đạt danh hiệu Học sinh Tiêu biểu hoàn thành tốt trong học tập và rèn luyện';
    const grounds = { subjects: ['TOAN' as const], traits: [], recognisedByClass: true };
    const check = (awardGrounds: typeof grounds) =>
      told(checkPupilYear({ ruleSet: RULES, assessment, stated: { award, awardGrounds } }));
    expect(check(grounds)).toEqual([]);
    expect(check({ ...grounds, recognisedByClass: false })).toEqual([
      'blocking award-not-allowed AWARD.text',
    ]);
    expect(check({ ...grounds, subjects: [] })).toEqual(['blocking award-not-allowed AWARD.text']);
    expect(told(checkPupilYear({ ruleSet: RULES, assessment, stated: { award } }))).toEqual([]);
  });

  test('promotion without completion is the principal’s to decide, but not out of grade 5', () => {
    const low = best(2);
    low.traits.YEU_NUOC = 'C';
    const stated = { result: 'CHT', completed: false, promoted: true } as const;
    expect(told(checkPupilYear({ ruleSet: RULES, assessment: low, stated }))).toEqual([
      'note promotion-by-decision promoted',
    ]);
    const last = best(5);
    last.traits.YEU_NUOC = 'C';
    expect(told(checkPupilYear({ ruleSet: RULES, assessment: last, stated }))).toEqual([
      'warning completion-differs promoted',
    ]);
    const contrary = { ...stated, completed: true };
    expect(told(checkPupilYear({ ruleSet: RULES, assessment: low, stated: contrary }))).toEqual([
      'warning completion-differs completed',
    ]);
  });

  test('no message says a number of identity', () => {
    const problems = checkPupilYear(
      year(2, { pupil: { ...PUPIL, sex: 'male', personalId: '000318900009' } }),
    );
    expect(JSON.stringify(problems)).not.toContain('000318900009');
  });
});

test('the mother’s name as the record writes it: hers, the province’s words with a paper, nothing without', () => {
  expect(motherNameOf({ motherName: ' Người Mẹ Mẫu ' })).toBe('Người Mẹ Mẫu');
  expect(motherNameOf({ motherAbsence: 'Giấy khai sinh để trống' })).toBe('Không có thông tin');
  expect(motherNameOf({ motherAbsence: 'QĐ 1' }, 'Không khai')).toBe('Không khai');
  expect(motherNameOf({ motherName: '', motherAbsence: ' ' })).toBeUndefined();
});

describe('pupils of one list', () => {
  test('the second and later entry of one code or one personal number is a duplicate of the first', () => {
    const list = [
      { pupilCode: 'A', personalId: '1' },
      { pupilCode: 'B' },
      { pupilCode: ' A ' },
      { pupilCode: 'C', personalId: '1' },
      { pupilCode: '' },
      { pupilCode: '' },
      { pupilCode: 'C' },
    ];
    expect([...duplicatePupils(list)]).toEqual([
      [2, 0],
      [3, 0],
      [6, 0],
    ]);
    expect(duplicateProblem('dòng 4')).toMatchObject({ code: 'duplicate-pupil', severity: 'blocking' });
  });
});

test('a cell as typed: refused with its rule, noted when normalised, silent when right', () => {
  expect(cellProblem('YEU_NUOC.level', 'H')).toMatchObject({ severity: 'blocking', rule: 'TT27.TRAIT' });
  expect(cellProblem('TV.level', 'Đ')).toMatchObject({ code: 'level-not-in-scale', rule: 'TT27.LEVEL' });
  expect(cellProblem('TV.level', 'htt')).toMatchObject({ severity: 'note', code: 'normalised' });
  expect(cellProblem('TV.level', 'T')).toBeNull();
});
