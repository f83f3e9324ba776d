import { describe, expect, test } from 'vitest';
import { bookOf } from '../book/book.ts';
import { checkPeriod } from '../check/period.ts';
import { checkPupilYear } from '../check/pupil-year.ts';
import { mayFollow, PUPIL_STATUSES } from '../codes/pupil-status.ts';
import { TRAITS as TRAIT_LIST } from '../codes/traits.ts';
import { PERIODS } from '../codes/words.ts';
import type { Grade, OverallResult, Period, PeriodAssessment } from '../model.ts';
import { filled } from '../testing/filled.ts';
import { sampleOf } from '../testing/samples.ts';
import { attemptFault, effectiveMark, maySitAgain } from './attempts.ts';
import { groundsText, namesLetter, proposeAwards } from './awards.ts';
import { dutyOf, itemsOfClass } from './combined-class.ts';
import { exemptItems } from './plan.ts';
import { proposeResult } from './propose.ts';
import { requiredItems } from './required.ts';
import { inForce } from './ruleset.ts';
import { ruleSetFor } from './select.ts';
import { concludeYear, lockDays } from './year-end.ts';

const RULES = ruleSetFor('2025-2026');
const TRAITS: readonly string[] = TRAIT_LIST.map((t) => t.code);

/** A pupil with the best of everything that the period asks for. */
const best = (grade: Grade, mark = 9, period: Period = 'CN'): PeriodAssessment =>
  filled(RULES, grade, { mark }, period);

const resultOf = (a: PeriodAssessment): OverallResult | null => proposeResult(RULES, a).result;
const marksOf = (grade: Grade, period: Period): string =>
  requiredItems(RULES, grade, period)
    .filter((i) => i.endsWith('.mark'))
    .map((i) => i.slice(0, -5))
    .join(' ');

/** The clauses that a record is made by; Điều 7 khoản 1 điểm c, on the questions of a test, is held by no cell. */
const CLAUSES = [
  'Điều 7 khoản 1 điểm a',
  'Điều 7 khoản 1 điểm b',
  'Điều 7 khoản 1 điểm d',
  'Điều 7 khoản 2',
  'Điều 8 khoản 1',
  'Điều 8 khoản 2',
  'Điều 8 khoản 3',
  'Điều 9 khoản 1',
  'Điều 9 khoản 2',
  'Điều 11 khoản 1 điểm a',
  'Điều 11 khoản 1 điểm b',
  'Điều 11 khoản 1 điểm c',
  'Điều 11 khoản 2',
  'Điều 13 khoản 1 điểm a',
  'Điều 13 khoản 1 điểm b',
  'Điều 13 khoản 2',
  'Điều 13 khoản 3',
];

/** `Điều 8 khoản 1 và 2` names two clauses. */
function clausesOf(title: string): string[] {
  const both = /(Điều \d+) khoản (\d+) và (\d+)/u.exec(title);
  if (both) return [`${both[1]} khoản ${both[2]}`, `${both[1]} khoản ${both[3]}`];
  return /Điều \d+ khoản \d+(?: điểm \p{L})?/u.exec(title)?.slice(0, 1) ?? [];
}

/** What the title of one test says of the rule set's citation. */
const TESTED: Record<string, () => void> = {
  'TT27.LEVEL Điều 7 khoản 1 điểm a: every subject has a level of three in all four periods': () => {
    for (const period of PERIODS) {
      const levels = requiredItems(RULES, 4, period).filter((i) => /^(?:TV|TOAN|KH|DD|HDTN)\.level$/.test(i));
      expect(levels).toHaveLength(5);
    }
    const a = best(1, 9, 'GHK1');
    delete a.levels.DD;
    expect(checkPeriod({ ruleSet: RULES, assessment: a, period: 'GHK1' })).toMatchObject([
      { code: 'missing', item: 'DD.level', rule: 'TT27.LEVEL' },
    ]);
  },
  'TT27.TEST Điều 7 khoản 1 điểm b: tests at the ends, in the middle only Tiếng Việt and Toán of grades 4–5':
    () => {
      const ends = ['TV TOAN', 'TV TOAN', 'TV TOAN NN1 TH CN'];
      const last = 'TV TOAN NN1 LSDL KH TH CN';
      for (const period of ['CHK1', 'CN'] as const) {
        expect([1, 2, 3].map((g) => marksOf(g as Grade, period))).toEqual(ends);
        expect([marksOf(4, period), marksOf(5, period)]).toEqual([last, last]);
      }
      for (const period of ['GHK1', 'GHK2'] as const) {
        expect([1, 2, 3, 4, 5].map((g) => marksOf(g as Grade, period))).toEqual([
          '',
          '',
          '',
          'TV TOAN',
          'TV TOAN',
        ]);
      }
      const a = best(3, 9, 'GHK2');
      a.marks.TV = 8;
      expect(checkPeriod({ ruleSet: RULES, assessment: a, period: 'GHK2' })).toMatchObject([
        { code: 'mark-not-expected', item: 'TV.mark', rule: 'TT27.TEST' },
      ]);
      expect(checkPeriod({ ruleSet: RULES, assessment: best(4, 7, 'GHK2'), period: 'GHK2' })).toEqual([]);
      expect(checkPeriod({ ruleSet: RULES, assessment: best(4, 7, 'GHK2'), period: 'CHK1' })).toHaveLength(5);
    },
  'TT27.MARK Điều 7 khoản 1 điểm d: whole marks of ten': () => {
    const a = best(2);
    a.marks.TV = 8.5;
    expect(checkPupilYear({ ruleSet: RULES, assessment: a })).toMatchObject([
      { code: 'mark-not-whole', rule: 'TT27.MARK' },
    ]);
  },
  'TT27.RETEST Điều 7 khoản 1 điểm d: another test at the ends only; all are kept, the last one counts':
    () => {
      const first = { mark: 4, takenOn: '2026-05-12' };
      const again = { mark: 7, takenOn: '2026-05-19', reason: 'Bất thường so với đánh giá thường xuyên' };
      expect(PERIODS.map((p) => maySitAgain(p))).toEqual([false, true, false, true]);
      expect(effectiveMark([first, again])).toBe(7);
      expect(effectiveMark([{ ...first, mark: 9 }, again])).toBe(7);
      expect(effectiveMark([])).toBeUndefined();
      expect(attemptFault('CN', [first, again])).toBeNull();
      expect(attemptFault('GHK2', [first, again])).toBe('again-not-allowed');
      expect(attemptFault('GHK2', [first])).toBeNull();
      expect(attemptFault('CN', [first, { ...again, reason: ' ' }])).toBe('reason-missing');
      expect(attemptFault('CN', [again, { ...first, reason: 'x' }])).toBe('order');
      expect(attemptFault('CN', [{ ...first, mark: 4.5 }])).toBe('mark-not-whole');
      const input = { ruleSet: RULES, assessment: best(5, 9, 'GHK1'), period: 'GHK1' as const };
      expect(checkPeriod({ ...input, attempts: { TV: [first, again] } })).toMatchObject([
        { code: 'retest-not-allowed', item: 'TV.mark', rule: 'TT27.RETEST', severity: 'blocking' },
      ]);
    },
  'TT27.TRAIT Điều 7 khoản 2: five qualities, eight or ten competences in all four periods': () => {
    for (const period of PERIODS) {
      const count = (grade: Grade): number =>
        requiredItems(RULES, grade, period).filter((i) => TRAITS.includes(i.slice(0, -6))).length;
      expect([1, 2, 3, 4, 5].map((g) => count(g as Grade))).toEqual([13, 13, 15, 15, 15]);
    }
  },
  'TT27.PLAN Điều 8 khoản 1 và 2: what a plan lifts is neither missing nor a reason for CHT': () => {
    const a = best(4);
    delete a.marks.NN1;
    a.levels.NN1 = 'C';
    a.traits.THE_CHAT = 'C';
    expect(resultOf(a)).toBeNull();
    const plan = { kind: 'individual', subjects: ['NN1'], tests: ['KH'], traits: ['THE_CHAT'] } as const;
    const exempt = exemptItems(4, plan);
    expect(exempt).toEqual(['NN1.level', 'NN1.mark', 'KH.mark', 'THE_CHAT.level']);
    expect(proposeResult(RULES, a, { exempt })).toMatchObject({ result: 'HTXS', missing: [], blocking: [] });
    expect(checkPupilYear({ ruleSet: RULES, assessment: a, options: { exempt } })).toEqual([]);
    expect(exemptItems(4, { kind: 'adjusted' })).toEqual([]);
    const problems = checkPupilYear({ ruleSet: RULES, assessment: best(4, 3), options: { exempt } });
    expect(JSON.stringify(problems)).not.toMatch(/khuyết tật|kế hoạch giáo dục cá nhân/i);
  },
  'TT27.SPECIAL_CLASS Điều 8 khoản 3: only Toán and Tiếng Việt in a class for persons with disabilities':
    () => {
      const exempt = exemptItems(5, { kind: 'special-class' });
      const left = requiredItems(RULES, 5, 'CN').filter((i) => !exempt.includes(i));
      expect(left.slice(0, 4)).toEqual(['TV.level', 'TV.mark', 'TOAN.level', 'TOAN.mark']);
      expect(left).toHaveLength(4 + 15);
      const a = best(5);
      a.levels = { TV: 'H', TOAN: 'H' };
      a.marks = { TV: 5, TOAN: 6 };
      expect(proposeResult(RULES, a, { exempt }).result).toBe('HT');
    },
  'TT27.SYNTHESIS Điều 9 khoản 1: the class’s table asks of each pupil what his or her own grade has': () => {
    const columns = itemsOfClass([1, 4], 'CN');
    expect(columns).toEqual(itemsOfClass([4, 1, 4], 'CN'));
    expect(columns).toContain('TNXH.level');
    expect(columns).toContain('KH.mark');
    expect(dutyOf(RULES, 1, 'CN', 'TNXH.level')).toBe('required');
    expect(dutyOf(RULES, 4, 'CN', 'TNXH.level')).toBe('none');
    expect(dutyOf(RULES, 1, 'CN', 'KH.mark')).toBe('none');
    expect(dutyOf(RULES, 1, 'CN', 'NN1.level')).toBe('possible');
    expect(dutyOf(RULES, 4, 'CN', 'NN1.level')).toBe('required');
    expect(dutyOf(RULES, 1, 'CN', 'TIN_HOC.level')).toBe('none');
    expect(dutyOf(RULES, 4, 'GHK1', 'KH.mark')).toBe('none');
    expect(concludeYear(RULES, { assessment: { ...best(2), levels: {} } })).toMatchObject({
      stage: 'incomplete',
      result: null,
      completed: null,
      rules: ['TT27.SYNTHESIS'],
    });
  },
  'TT27.HTXS Điều 9 khoản 2: every T, every Tốt, every test from 9': () => {
    expect([10, 9, 8].map((m) => resultOf(best(4, m)))).toEqual(['HTXS', 'HTXS', 'HTT']);
  },
  'TT27.HTT Điều 9 khoản 2: every T, every Tốt, every test from 7': () => {
    expect([8, 7, 6].map((m) => resultOf(best(4, m)))).toEqual(['HTT', 'HTT', 'HT']);
    const a = best(1, 10);
    a.levels.AN = 'H';
    expect(resultOf(a)).toBe('HT');
  },
  'TT27.HT Điều 9 khoản 2: T or H, Tốt or Đạt, every test from 5': () => {
    const a = best(3, 5);
    a.levels.MT = 'H';
    a.traits.NHAN_AI = 'Đ';
    expect(resultOf(a)).toBe('HT');
    expect(resultOf(best(3, 4))).toBe('CHT');
  },
  'TT27.CHT Điều 9 khoản 2: everybody else, but nobody for want of data': () => {
    const a = best(5);
    a.traits.TRUNG_THUC = 'C';
    expect(resultOf(a)).toBe('CHT');
    delete a.marks.TOAN;
    expect(resultOf(a)).toBeNull();
  },
  'TT27.FORM Điều 10: the comments of the form are asked for': () => {
    const problems = checkPupilYear({
      ruleSet: RULES,
      assessment: best(2),
      comments: { subjects: {}, traits: {} },
    });
    expect(problems.filter((p) => p.rule === 'TT27.FORM')).toHaveLength(4);
  },
  'TT27.KEPT Điều 10 khoản 2: the school keeps the record until the pupil completes primary or leaves':
    () => {
      const { doc } = sampleOf(5);
      const last = { ...doc, completed: true, promoted: true };
      expect(bookOf([last]).primaryCompleted).toBe(true);
      expect(bookOf([{ ...last, completed: false, promoted: false }]).primaryCompleted).toBe(false);
      expect(concludeYear(RULES, { assessment: best(5) }).next).toEqual({ kind: 'leave' });
      const handed = PUPIL_STATUSES.filter((s) => s.leaves).map((s) => s.code);
      expect(handed).toEqual(['transferred', 'dropped-out', 'completed-primary', 'deceased']);
      expect(mayFollow('studying', 'completed-primary')).toBe(true);
      expect(mayFollow('completed-primary', 'studying')).toBe(false);
    },
  'TT27.COMPLETED Điều 11 khoản 1 điểm a: HTXS, HTT and HT complete the grade and promote': () => {
    for (const mark of [9, 7, 5]) {
      expect(concludeYear(RULES, { assessment: best(2, mark) })).toMatchObject({
        stage: 'concluded',
        completed: true,
        promoted: true,
        primaryCompleted: null,
        lock: 'main',
        next: { kind: 'grade', grade: 3 },
        completionText: 'Hoàn thành chương trình lớp 2; Được lên lớp 3.',
        toReassess: [],
      });
    }
  },
  'TT27.SUPPORT Điều 11 khoản 1 điểm b: support and a further assessment of what is below HT': () => {
    const assessment = best(2);
    assessment.marks.TOAN = 3;
    assessment.levels.TOAN = 'C';
    assessment.levels.AN = 'H';
    const open = concludeYear(RULES, { assessment });
    expect(open).toMatchObject({
      stage: 'needs-reassessment',
      result: 'CHT',
      completed: null,
      lock: 'supplementary',
    });
    expect(open.toReassess).toEqual(['TOAN.level', 'TOAN.mark']);
    const reassessment = { heldOn: '2026-07-20', levels: { TOAN: 'H' as const }, marks: { TOAN: 6 } };
    expect(concludeYear(RULES, { assessment, reassessment })).toMatchObject({
      stage: 'concluded',
      result: 'HT',
      completed: true,
      promoted: true,
      reassessed: true,
      completionText: 'Hoàn thành chương trình lớp 2; Được lên lớp 3.',
    });
    expect(lockDays(RULES, '2025-2026')).toEqual({ main: '2026-06-30', supplementary: '2026-08-15' });
    expect(lockDays(RULES, '2025-2026', { main: '05-31' }).main).toBe('2026-05-31');
    expect(() => lockDays(RULES, '2026')).toThrow(RangeError);
  },
  'TT27.PROMOTED Điều 11 khoản 1 điểm c: completion and promotion are two facts; who is kept repeats the grade':
    () => {
      const assessment = best(3);
      assessment.traits.CHAM_CHI = 'C';
      const reassessment = { heldOn: '2026-07-20' };
      const undecided = concludeYear(RULES, { assessment, reassessment });
      expect(undecided).toMatchObject({
        stage: 'needs-decision',
        completed: false,
        promoted: null,
        next: null,
      });
      const decide = (promoted: boolean) =>
        concludeYear(RULES, {
          assessment,
          reassessment,
          decision: { promoted, decidedOn: '2026-08-01', reason: 'Có tiến bộ' },
        });
      expect(decide(true)).toMatchObject({
        completed: false,
        promoted: true,
        next: { kind: 'grade', grade: 4 },
        completionText: 'Chưa hoàn thành chương trình lớp 3; Được lên lớp 4.',
      });
      expect(decide(false)).toMatchObject({
        completed: false,
        promoted: false,
        next: { kind: 'repeat', grade: 3 },
        completionText: 'Chưa hoàn thành chương trình lớp 3; Chưa được lên lớp.',
      });
    },
  'TT27.PRIMARY Điều 11 khoản 2: grade 5 completes primary; no decision promotes out of it': () => {
    expect(concludeYear(RULES, { assessment: best(5) })).toMatchObject({
      primaryCompleted: true,
      next: { kind: 'leave' },
      completionText: 'Hoàn thành chương trình tiểu học.',
    });
    const assessment = best(5, 2);
    const decision = { promoted: true, decidedOn: '2026-08-01', reason: 'x' };
    expect(
      concludeYear(RULES, { assessment, reassessment: { heldOn: '2026-07-20' }, decision }),
    ).toMatchObject({
      stage: 'concluded',
      primaryCompleted: false,
      promoted: false,
      next: { kind: 'repeat', grade: 5 },
      completionText: 'Chưa hoàn thành chương trình tiểu học.',
    });
  },
  'TT27.AWARD.XS Điều 13 khoản 1 điểm a: HS Xuất sắc follows from HTXS by itself': () => {
    expect(proposeAwards(RULES, { result: 'HTXS' })).toMatchObject({
      award: 'Đạt danh hiệu Học sinh Xuất sắc',
      open: null,
    });
    expect(proposeAwards(RULES, { result: 'HT' })).toEqual({ title: null, open: null });
    expect(proposeAwards(RULES, { result: null })).toEqual({ title: null, open: null });
  },
  'TT27.AWARD.TB Điều 13 khoản 1 điểm a: HS Tiêu biểu needs HTT, merit or progress, and the class': () => {
    const grounds = { subjects: [], traits: ['CHAM_CHI' as const], recognisedByClass: true };
    expect(proposeAwards(RULES, { result: 'HTT', grounds }).award).toBe(
      'Đạt danh hiệu Học sinh Tiêu biểu hoàn thành tốt trong học tập và rèn luyện',
    );
    expect(proposeAwards(RULES, { result: 'HTT' }).open?.lacking).toHaveLength(2);
    expect(
      proposeAwards(RULES, { result: 'HTT', grounds: { ...grounds, recognisedByClass: false } }),
    ).toMatchObject({
      title: null,
      open: { lacking: ['sự công nhận của tập thể lớp'] },
    });
    expect(proposeAwards(RULES, { result: 'HT', grounds }).title).toBeNull();
    expect(groundsText({ ...grounds, subjects: ['TOAN'] })).toBe('môn Toán; phẩm chất, năng lực Chăm chỉ');
  },
  'TT27.AWARD.SUDDEN Điều 13 khoản 1 điểm b: sudden rewards of this year in a field of their own': () => {
    const year = { from: '2025-09-05', until: '2026-05-31' };
    const others = [
      { kind: 'sudden', text: 'Dũng cảm cứu bạn', givenOn: '2026-03-01' },
      { kind: 'sudden', text: 'Năm trước', givenOn: '2025-03-01' },
    ] as const;
    expect(proposeAwards(RULES, { result: 'HT', others, year })).toEqual({
      title: null,
      open: null,
      suddenAward: 'Dũng cảm cứu bạn',
    });
  },
  'TT27.AWARD.HIGHER Điều 13 khoản 2: rewards from above stand beside the title': () => {
    const others = [
      { kind: 'higher', text: 'Giải Nhì giao lưu Tiếng Anh cấp tỉnh', givenOn: '2026-04-01' },
    ] as const;
    expect(proposeAwards(RULES, { result: 'HTXS', others }).award).toBe(
      'Đạt danh hiệu Học sinh Xuất sắc\nGiải Nhì giao lưu Tiếng Anh cấp tỉnh',
    );
  },
  'TT27.LETTER Điều 13 khoản 3: letters of praise stay out of the record': () => {
    const others = [{ kind: 'letter', text: 'Thư khen nhặt được của rơi', givenOn: '2026-04-01' }] as const;
    expect(proposeAwards(RULES, { result: 'HT', others })).toEqual({ title: null, open: null });
    expect(
      ['Thư khen của hiệu trưởng', 'có THƯ  KHEN', 'Giấy khen', 'Bức thư khen ngợi'].map(namesLetter),
    ).toEqual([true, true, false, true]);
    expect(
      checkPupilYear({ ruleSet: RULES, assessment: best(2), stated: { award: 'Thư khen' } }),
    ).toMatchObject([{ code: 'letter-not-recorded', severity: 'warning', rule: 'TT27.LETTER' }]);
  },
};

describe('every article', () => {
  test.each(Object.entries(TESTED))('%s', (_name, act) => {
    act();
    expect.hasAssertions();
  });

  test('each rule of the set has its test, which cites the article as the set does', () => {
    const names = Object.keys(TESTED);
    for (const { id, article } of RULES.rules) {
      const own = names.filter((n) => n.startsWith(`${id} `));
      expect(own, id).toHaveLength(1);
      expect(
        own[0]?.startsWith(
          `${id} ${article.replace(/^TT 27\/2020\/TT-BGDĐT, /, '').replace(/ và Phụ lục 1$/, '')}:`,
        ),
        id,
      ).toBe(true);
    }
    expect(names).toHaveLength(RULES.rules.length);
  });

  test.each(CLAUSES)('%s has a test that is named by it', (clause) => {
    expect(Object.keys(TESTED).filter((name) => clausesOf(name).includes(clause))).not.toEqual([]);
  });

  test('each rule says a whole sentence and since when', () => {
    for (const rule of RULES.rules) {
      expect(rule.sentence).toMatch(/^\p{Lu}.+\.$/u);
      expect(rule.sentence).toBe(rule.sentence.normalize('NFC'));
      expect([inForce(rule, '2020-10-19'), inForce(rule, '2020-10-20')]).toEqual([false, true]);
    }
  });
});
