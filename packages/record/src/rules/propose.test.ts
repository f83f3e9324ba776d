import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RESULTS } from '../codes/words.ts';
import type {
  CellItem,
  OverallResult,
  PeriodAssessment,
  SubjectCode,
  SubjectLevel,
  TraitCode,
  TraitLevel,
} from '../model.ts';
import { completeAssessment } from '../testing/arbitraries.ts';
import { filled } from '../testing/filled.ts';
import { effectiveMark } from './attempts.ts';
import { type EducationPlan, exemptItems } from './plan.ts';
import { proposeResult, whyNot } from './propose.ts';
import { requiredItems } from './required.ts';
import { ruleSetFor } from './select.ts';

const RULES = ruleSetFor('2025-2026');

// The decision of Điều 9 once more, written down apart from the program: plain lists per grade, plain counting.
const COMPULSORY: Record<number, [levels: string, marks: string, traits: string]> = {
  1: ['TV TOAN DD TNXH GDTC AN MT HDTN', 'TV TOAN', ''],
  2: ['TV TOAN DD TNXH GDTC AN MT HDTN', 'TV TOAN', ''],
  3: ['TV TOAN NN1 TH CN DD TNXH GDTC AN MT HDTN', 'TV TOAN NN1 TH CN', 'CONG_NGHE TIN_HOC'],
  4: ['TV TOAN NN1 LSDL KH TH CN DD GDTC AN MT HDTN', 'TV TOAN NN1 LSDL KH TH CN', 'CONG_NGHE TIN_HOC'],
  5: ['TV TOAN NN1 LSDL KH TH CN DD GDTC AN MT HDTN', 'TV TOAN NN1 LSDL KH TH CN', 'CONG_NGHE TIN_HOC'],
};
const ALWAYS =
  'YEU_NUOC NHAN_AI CHAM_CHI TRUNG_THUC TRACH_NHIEM TU_CHU_TU_HOC GIAO_TIEP_HOP_TAC GIAI_QUYET_VAN_DE NGON_NGU TINH_TOAN KHOA_HOC THAM_MI THE_CHAT';

/** Whether a plan leaves a cell to be judged, in the plan's own words. */
function judged(plan: EducationPlan, cell: string): boolean {
  const [key = '', kind] = cell.split('.');
  const isTrait = `${ALWAYS} CONG_NGHE TIN_HOC`.split(' ').includes(key);
  if (plan.kind === 'special-class') return isTrait || key === 'TV' || key === 'TOAN';
  if (plan.kind !== 'individual') return true;
  const among = (list: readonly string[] | undefined): boolean => (list ?? []).includes(key);
  if (isTrait) return !among(plan.traits);
  return !among(plan.subjects) && !(kind === 'mark' && among(plan.tests));
}

function oracle(
  a: PeriodAssessment,
  sittings: ReadonlyMap<string, readonly number[]>,
  plan: EducationPlan,
  electivesLower: boolean,
): { result: OverallResult | null; blocking: Set<string> } {
  const [levels, marks, more] = COMPULSORY[a.grade] ?? ['', '', ''];
  const electives = (a.grade < 3 ? ['NN1', 'TDT'] : ['TDT']).filter(
    (k) => electivesLower && (a.levels as Record<string, string>)[k] !== undefined,
  );
  const all: [string, string | number | undefined][] = [
    ...levels
      .split(' ')
      .map((k): [string, string | undefined] => [`${k}.level`, (a.levels as Record<string, string>)[k]]),
    ...marks
      .split(' ')
      .map((k): [string, number | undefined] => [`${k}.mark`, sittings.get(k)?.slice(-1)[0]]),
    ...`${ALWAYS} ${more}`
      .trim()
      .split(' ')
      .map((k): [string, string | undefined] => [`${k}.level`, (a.traits as Record<string, string>)[k]]),
    ...electives.map((k): [string, string | undefined] => [
      `${k}.level`,
      (a.levels as Record<string, string>)[k],
    ]),
  ];
  const cells = all.filter(([k]) => judged(plan, k));
  const count = (test: (v: string | number) => boolean): number =>
    cells.filter(([, v]) => v !== undefined && test(v)).length;
  const n = {
    empty: cells.filter(([, v]) => v === undefined).length,
    c: count((v) => v === 'C'),
    notT: count((v) => v === 'H' || v === 'Đ' || v === 'C'),
    below5: count((v) => typeof v === 'number' && v < 5),
    below7: count((v) => typeof v === 'number' && v < 7),
    below9: count((v) => typeof v === 'number' && v < 9),
  };
  // empty | any C or < 5 | any not T or < 7 | any < 9
  const table: [boolean, OverallResult | null][] = [
    [n.empty > 0, null],
    [n.c > 0 || n.below5 > 0, 'CHT'],
    [n.notT > 0 || n.below7 > 0, 'HT'],
    [n.below9 > 0, 'HTT'],
    [true, 'HTXS'],
  ];
  const result = table.find(([when]) => when)?.[1] ?? null;
  const blocking = new Set(
    cells.flatMap(([k, v]) => (v === undefined || v === 'T' || (typeof v === 'number' && v > 8) ? [] : [k])),
  );
  return { result, blocking };
}

const somePlan: fc.Arbitrary<EducationPlan> = fc.record({
  kind: fc.constant('individual' as const),
  subjects: fc.subarray<SubjectCode>(['NN1', 'TH', 'CN', 'GDTC', 'AN', 'TDT', 'KH'], { maxLength: 3 }),
  tests: fc.subarray<SubjectCode>(['TV', 'TOAN', 'LSDL', 'KH'], { maxLength: 2 }),
  traits: fc.subarray<TraitCode>(['NGON_NGU', 'THE_CHAT', 'TIN_HOC', 'NHAN_AI'], { maxLength: 2 }),
});

/** How the pupil is assessed: mostly like everybody. */
const anyPlan: fc.Arbitrary<EducationPlan> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<EducationPlan>({ kind: 'adjusted' }) },
  { weight: 2, arbitrary: somePlan },
  { weight: 1, arbitrary: fc.constant<EducationPlan>({ kind: 'special-class' }) },
);

/** Marks of earlier sittings, which do not count. */
const anyEarlier = fc.dictionary(
  fc.constantFrom('TV', 'TOAN', 'NN1', 'KH'),
  fc.array(fc.nat({ max: 10 }), { minLength: 1, maxLength: 2 }),
  { maxKeys: 2 },
);

/** Takes some cells out, so that unfinished pupils come up too. */
const anyAssessment: fc.Arbitrary<PeriodAssessment> = fc
  .tuple(completeAssessment, fc.option(fc.nat({ max: 40 }), { nil: -1, freq: 3 }))
  .map(([a, gap]) => {
    const item = requiredItems(RULES, a.grade, 'CN')[gap];
    return item ? without(a, item) : a;
  });

function without(a: PeriodAssessment, item: CellItem): PeriodAssessment {
  const [key = '', kind] = item.split('.');
  const drop = <T extends object>(o: T): T =>
    Object.fromEntries(Object.entries(o).filter(([k]) => k !== key)) as T;
  return kind === 'mark'
    ? { ...a, marks: drop(a.marks) }
    : { ...a, levels: drop(a.levels), traits: drop(a.traits) };
}

describe('the overall result of Điều 9', () => {
  test('agrees with an independent decision table on 10,000 pupils: grades, plans, electives, sittings, gaps', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(anyAssessment, anyPlan, anyEarlier, fc.boolean(), (a, plan, earlier, electivesLower) => {
        const sittings = new Map(
          Object.entries(a.marks).map(([k, mark]): [string, number[]] => [k, [...(earlier[k] ?? []), mark]]),
        );
        const marks = Object.fromEntries(
          [...sittings].map(([k, list]) => [
            k,
            effectiveMark(list.map((mark) => ({ mark, takenOn: '2026-05-12', reason: 'x' }))),
          ]),
        );
        const options = { exempt: exemptItems(a.grade, plan), electivesLower };
        const got = proposeResult(RULES, { ...a, marks }, options);
        const want = oracle(a, sittings, plan, electivesLower);
        for (const key of [String(want.result), `${plan.kind} ${want.result}`, `grade ${a.grade}`])
          seen.set(key, (seen.get(key) ?? 0) + 1);
        expect(got.result).toBe(want.result);
        expect(new Set(got.blocking)).toEqual(want.blocking);
        expect(got.blocking).toHaveLength(want.blocking.size);
        expect(got.missing.length > 0).toBe(want.result === null);
      }),
      { numRuns: 10_000, seed: 27_2020 },
    );
    // Every branch of the table was taken, in every grade and under every kind of plan.
    for (const result of ['HTXS', 'HTT', 'HT', 'CHT', 'null'])
      for (const key of [result, `individual ${result}`, `special-class ${result}`])
        expect(seen.get(key) ?? 0, key).toBeGreaterThan(key === result ? 100 : 10);
    for (const grade of [1, 2, 3, 4, 5]) expect(seen.get(`grade ${grade}`)).toBeGreaterThan(1000);
  });

  test('nothing blocks exactly when the result is the highest', () => {
    fc.assert(
      fc.property(completeAssessment, (a) => {
        const { result, blocking } = proposeResult(RULES, a);
        expect(blocking.length === 0).toBe(result === 'HTXS');
      }),
    );
  });

  test('raising a cell never lowers the result', () => {
    const up: Record<string, string> = { C: 'H', H: 'T', T: 'T' };
    const upTrait: Record<string, string> = { C: 'Đ', Đ: 'T', T: 'T' };
    fc.assert(
      fc.property(completeAssessment, fc.nat(), (a, n) => {
        const items = requiredItems(RULES, a.grade, 'CN');
        const [key = '', kind] = (items[n % items.length] ?? '').split('.');
        const raised = structuredClone(a);
        const levels = raised.levels as Record<string, SubjectLevel>;
        const traits = raised.traits as Record<string, TraitLevel>;
        const marks = raised.marks as Record<string, number>;
        if (kind === 'mark') marks[key] = Math.min(10, (marks[key] ?? 0) + 1);
        else if (key in levels) levels[key] = (up[levels[key] ?? 'T'] ?? 'T') as SubjectLevel;
        else traits[key] = (upTrait[traits[key] ?? 'T'] ?? 'T') as TraitLevel;
        const rank = (x: PeriodAssessment): number =>
          RESULTS.indexOf(proposeResult(RULES, x).result ?? 'CHT');
        expect(rank(raised)).toBeLessThanOrEqual(rank(a));
      }),
      { numRuns: 1000 },
    );
  });

  test('raising a cell never adds one that blocks, and a result meets every lower condition too', () => {
    fc.assert(
      fc.property(completeAssessment, fc.nat(), (a, n) => {
        const tested = Object.keys(a.marks) as SubjectCode[];
        const key = tested[n % tested.length] ?? 'TV';
        const raised = { ...a, marks: { ...a.marks, [key]: Math.min(10, (a.marks[key] ?? 0) + 1) } };
        const before = proposeResult(RULES, a);
        for (const item of proposeResult(RULES, raised).blocking) expect(before.blocking).toContain(item);
        const reached = RESULTS.indexOf(before.result ?? 'CHT');
        for (const [rank, result] of RESULTS.entries())
          expect(whyNot(RULES, a, result) === null).toBe(rank >= reached || result === 'CHT');
        // Cells blamed for a lower result are blamed for each higher one.
        for (const lower of whyNot(RULES, a, 'HT')?.cells ?? [])
          for (const higher of ['HTT', 'HTXS'] as const)
            expect(whyNot(RULES, a, higher)?.cells).toContain(lower);
      }),
      { numRuns: 1000 },
    );
  });

  test('the order in which cells were filled does not matter', () => {
    const reversed = <T extends object>(o: T): T => Object.fromEntries(Object.entries(o).reverse()) as T;
    fc.assert(
      fc.property(completeAssessment, (a) => {
        const b = { ...a, levels: reversed(a.levels), marks: reversed(a.marks), traits: reversed(a.traits) };
        expect(proposeResult(RULES, b)).toEqual(proposeResult(RULES, a));
      }),
    );
  });

  test('electives are recorded; they lower the result only where the school says so', () => {
    const a = filled(RULES, 2);
    a.levels.NN1 = 'C';
    expect(proposeResult(RULES, a)).toMatchObject({ result: 'HTXS', blocking: [] });
    expect(proposeResult(RULES, a, { electivesLower: true })).toMatchObject({
      result: 'CHT',
      blocking: ['NN1.level'],
    });
    const b = filled(RULES, 4);
    b.levels.NN1 = 'C';
    expect(proposeResult(RULES, b).result).toBe('CHT');
  });

  test('a cell that an education plan lifts is neither missing nor blocking', () => {
    const a = without(filled(RULES, 3), 'TH.mark');
    a.levels.TH = 'C';
    expect(proposeResult(RULES, a).result).toBeNull();
    expect(proposeResult(RULES, a, { exempt: ['TH.level', 'TH.mark'] }).result).toBe('HTXS');
  });

  test('a pupil freed from everything has no result, and no cell is blamed', () => {
    const a = filled(RULES, 2);
    const exempt = requiredItems(RULES, 2, 'CN');
    expect(proposeResult(RULES, a, { exempt })).toMatchObject({ result: null, missing: [], blocking: [] });
  });

  test('why not: the stated level’s own cells and no other’s, for any pupil and level', () => {
    fc.assert(
      fc.property(
        completeAssessment,
        fc.constantFrom<OverallResult>('HTXS', 'HTT', 'HT', 'CHT'),
        (a, stated) => {
          const { result } = proposeResult(RULES, a);
          const why = whyNot(RULES, a, stated);
          expect(why === null).toBe(RESULTS.indexOf(result ?? 'CHT') <= RESULTS.indexOf(stated));
          if (!why) return;
          expect(why.rule).toBe(`TT27.${stated}`);
          const least = { HTXS: 9, HTT: 7, HT: 5, CHT: 0 }[stated];
          for (const item of why.cells.filter((c) => c.endsWith('.mark'))) {
            const mark = (a.marks as Record<string, number>)[item.split('.')[0] ?? ''] ?? 0;
            expect(mark).toBeLessThan(least);
          }
          expect(why.sentence.length).toBeLessThan(330);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('reasons name the rule reached, then what keeps from each higher one', () => {
    const a = filled(RULES, 4);
    a.levels.AN = 'H';
    a.marks.TOAN = 8;
    const { reasons, result } = proposeResult(RULES, a);
    expect(result).toBe('HT');
    expect(reasons.map((r) => r.rule)).toEqual(['TT27.HT', 'TT27.HTXS', 'TT27.HTT']);
    expect(reasons[1]?.sentence).toBe(
      'Chưa đạt Hoàn thành xuất sắc vì: điểm Toán 8 (cần từ 9), Âm nhạc mức H (cần T).',
    );
    expect(reasons[2]?.sentence).toContain('mức H');
    expect(reasons[2]?.sentence).not.toContain('Toán');
    expect(reasons.every((r) => r.article.includes('Điều 9'))).toBe(true);
  });
});
