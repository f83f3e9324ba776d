import type { Grade } from '@hocba/record';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newNameOf } from './new-name.ts';
import { type Choices, type LastClass, type LastPupil, planRollOver } from './plan.ts';

const none: Choices = { teachers: 'stay', classes: [], repeaters: [], waiting: [] };
const pupil = (pupilId: string, over: Partial<LastPupil> = {}): LastPupil => ({
  pupilId,
  pupilCode: pupilId,
  fullName: pupilId,
  ordinal: 1,
  grade: 4,
  leftOn: null,
  suspended: false,
  completed: true,
  promoted: true,
  result: 'HT',
  issued: true,
  hasPersonalId: true,
  movedTo: null,
  ...over,
});
const room = (name: string, grade: Grade, pupils: readonly LastPupil[], teacher = `T${name}`): LastClass => ({
  classId: `id-${name}`,
  name,
  grade,
  homeroomStaffId: teacher,
  assignments: [
    { subject: 'TOAN', staffId: teacher },
    { subject: 'AN', staffId: 'music' },
    ...(grade < 4 ? [{ subject: 'TNXH' as const, staffId: teacher }] : []),
  ],
  pupils: pupils.map((p) => ({ ...p, grade: p.grade === 4 ? grade : p.grade })),
});
const year = (...classes: LastClass[]) => ({
  fromYear: '2025-2026',
  toYear: '2026-2027',
  classes,
  there: [],
});

test.each<[string, readonly Grade[], string]>([
  ['4A', [4], '5A'],
  ['4/2', [4], '5/2'],
  ['2/2', [2], '3/2'],
  ['Lớp 1 Hoa Sen', [1], 'Lớp 2 Hoa Sen'],
  ['Ghép 2+3', [2, 3], 'Ghép 3+4'],
  ['Ghép 4+5', [4, 5], 'Ghép 5+5'],
  ['Hoa Mai', [3], 'Hoa Mai'],
  ['5A', [5], '5A'],
])('class %s of grades %j is called %s', (name, grades, next) => {
  expect(newNameOf(name, new Set(grades))).toBe(next);
});

describe('the plan', () => {
  test('moves classes up, leaves grade 5, begins grade 1 anew', () => {
    const plan = planRollOver(
      year(room('1A', 1, [pupil('a')]), room('4A', 4, [pupil('b')]), room('5A', 5, [pupil('c')])),
      none,
    );
    expect(plan.classes.map((c) => [c.name, c.grade, c.from?.name ?? null])).toEqual([
      ['1A', 1, null],
      ['2A', 2, '1A'],
      ['5A', 5, '4A'],
    ]);
    expect(plan.moves.map((m) => [m.pupilId, m.kind, m.className, m.grade])).toEqual([
      ['a', 'up', '2A', 2],
      ['b', 'up', '5A', 5],
      ['c', 'complete', null, 5],
    ]);
    expect([plan.exceptions, plan.problems]).toEqual([[], []]);
  });

  test.each<[string, Partial<LastPupil>, [string, boolean][], string | null]>([
    ['nothing decided', { completed: null, promoted: null, result: 'CHT' }, [['undecided', false]], null],
    ['not promoted', { completed: false, promoted: false }, [['repeats', true]], '4A'],
    ['promoted without completing', { completed: false, promoted: true }, [], '5A'],
    ['left', { leftOn: '2026-01-10' }, [['left', false]], null],
    ['suspended', { suspended: true }, [['suspended', false]], null],
    ['no record issued', { issued: false }, [['no-record', true]], '5A'],
    ['no number', { hasPersonalId: false }, [['no-number', true]], '5A'],
    ['moved before', { movedTo: '5A' }, [], null],
  ])('of a pupil with %s', (_, over, exceptions, to) => {
    const plan = planRollOver(year(room('3A', 3, []), room('4A', 4, [pupil('x', over)])), none);
    expect(plan.exceptions.map((e) => [e.kind, e.moves])).toEqual(exceptions);
    expect(plan.moves[0]?.className ?? null).toBe(to);
  });

  test('of a pupil who stays without a class of the grade says so, and takes the chosen one', () => {
    const stay = pupil('x', { completed: false, promoted: false });
    const lonely = planRollOver(year(room('4A', 4, [stay])), none);
    expect(lonely.exceptions.map((e) => e.kind)).toEqual(['no-class']);
    const chosen = planRollOver(year(room('3A', 3, []), room('3B', 3, []), room('4C', 4, [stay])), {
      ...none,
      repeaters: [{ pupilId: 'x', className: '4B' }],
    });
    expect(chosen.moves[0]?.className).toBe('4B');
    const wrong = planRollOver(year(room('3A', 3, []), room('4C', 4, [stay])), {
      ...none,
      repeaters: [{ pupilId: 'x', className: '5C' }],
    });
    expect(wrong.exceptions.map((e) => e.kind)).toEqual(['no-class']);
  });

  test('of grade 5 looks at completion alone', () => {
    const plan = planRollOver(
      year(room('4A', 4, []), room('5A', 5, [pupil('x', { grade: 5, completed: false, promoted: true })])),
      none,
    );
    expect(plan.moves).toEqual([{ pupilId: 'x', kind: 'repeat', className: '5A', grade: 5 }]);
  });

  test('moves a combined class by each pupil’s own grade', () => {
    const ghep = room('Ghép 2+3', 2, [pupil('a', { grade: 2 }), pupil('b', { grade: 3 })]);
    const plan = planRollOver(year(ghep), none);
    expect(plan.moves.map((m) => [m.className, m.grade])).toEqual([
      ['Ghép 3+4', 3],
      ['Ghép 3+4', 4],
    ]);
    expect(plan.classes[0]?.grades).toEqual([3, 4]);
  });

  test('proposes teachers by the class’s name, or with their pupils; a subject that the grade lacks falls out', () => {
    const last = year(room('3A', 3, [pupil('a')]), room('4A', 4, [pupil('b')]));
    const of = (choices: Choices) => planRollOver(last, choices).classes.find((c) => c.name === '4A');
    expect(of(none)?.homeroomStaffId).toBe('T4A');
    expect(of({ ...none, teachers: 'follow' })).toMatchObject({
      homeroomStaffId: 'T3A',
      assignments: [
        { subject: 'TOAN', staffId: 'T3A' },
        { subject: 'AN', staffId: 'music' },
      ],
    });
    const classes = [{ classId: 'id-3A', name: '4A', homeroomStaffId: 'new' }];
    expect(of({ ...none, classes })?.assignments).toEqual([
      { subject: 'TOAN', staffId: 'new' },
      { subject: 'AN', staffId: 'music' },
    ]);
  });

  test.each<[string, Choices['classes'], RegExp]>([
    [
      'one name twice',
      [
        { classId: 'id-3A', name: '5A' },
        { classId: 'id-4A', name: '5A' },
      ],
      /cùng có tên mới/,
    ],
    ['no name', [{ classId: 'id-3A', name: '' }], /còn trống/],
    ['a class of another year', [{ classId: 'id-9Z', name: '5Z' }], /không thuộc năm học/],
  ])('with %s says what is wrong', (_, classes, says) => {
    const plan = planRollOver(year(room('3A', 3, []), room('4A', 4, [])), { ...none, classes });
    expect(plan.problems.join()).toMatch(says);
  });

  test('takes every pupil along once or names why not, whatever was decided', () => {
    const anyPupil = fc.record({
      grade: fc.constantFrom<Grade>(1, 2, 3, 4, 5),
      leftOn: fc.constantFrom(null, '2026-01-01'),
      suspended: fc.boolean(),
      completed: fc.constantFrom(true, false, null),
      promoted: fc.constantFrom(true, false, null),
      movedTo: fc.constantFrom(null, null, 'x'),
    });
    fc.assert(
      fc.property(fc.array(fc.array(anyPupil, { maxLength: 6 }), { maxLength: 5 }), (rooms) => {
        const classes = rooms.map((its, n) => ({
          ...room(`${n + 1}A`, (n + 1) as Grade, []),
          pupils: its.map((over, i) => pupil(`${n}-${i}`, { ...over, grade: (n + 1) as Grade })),
        }));
        const plan = planRollOver({ ...year(...classes) }, none);
        const stays = plan.exceptions.filter((e) => !e.moves).map((e) => e.pupilId);
        const all = [...plan.moves.map((m) => m.pupilId), ...stays];
        expect(new Set(all).size).toBe(all.length);
        expect(all.length + plan.moved).toBe(classes.flatMap((c) => c.pupils).length);
        for (const move of plan.moves) {
          if (move.className === null) expect(move.grade).toBe(5);
          else expect(plan.classes.find((c) => c.name === move.className)?.grades).toContain(move.grade);
        }
      }),
    );
  });
});
