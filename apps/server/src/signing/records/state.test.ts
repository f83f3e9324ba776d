import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RecordActKind } from '../../store/tables.ts';
import {
  after,
  areInOrder,
  holdsPupilYear,
  type RecordFacts,
  refusalOf,
  type Step,
  statusOf,
} from './state.ts';

const SLOTS = [
  { slotId: 'gvbm-1', role: 'subjectTeacher' },
  { slotId: 'gvbm-2', role: 'subjectTeacher' },
  { slotId: 'gvcn', role: 'homeroomTeacher' },
  { slotId: 'cbql', role: 'principal' },
  { slotId: 'ky-phat-hanh', role: 'schoolSeal' },
] as const;
const ORDER = SLOTS.map((s) => s.slotId);

const start: RecordFacts = { acts: ['freeze'], slots: SLOTS, signed: new Set(), tableOpen: false };
const sign = (slotId: string): Step => ({ act: 'sign', slotId });
const act = (name: Exclude<RecordActKind, 'freeze' | 'sign'>): Step => ({ act: name });

function way(...steps: Step[]): RecordFacts {
  return steps.reduce((facts, step) => {
    expect(refusalOf(facts, step)).toBeNull();
    return after(facts, step);
  }, start);
}
const signedUpTo = (n: number) => ORDER.slice(0, n).map(sign);
const toIssued = [...signedUpTo(5), act('issue')];

describe('the way of a record', () => {
  test.each([
    [0, 'frozen'],
    [1, 'frozen'],
    [2, 'subjectsSigned'],
    [3, 'homeroomSigned'],
    [4, 'principalSigned'],
    [5, 'principalSigned'],
  ])('%i slots signed: %s', (n, status) => {
    expect(statusOf(way(...signedUpTo(n)))).toBe(status);
  });

  test('issue, recall, return, replace', () => {
    expect(statusOf(way(...toIssued))).toBe('issued');
    expect(statusOf(way(...toIssued, act('recall')))).toBe('recalled');
    expect(holdsPupilYear(way(...toIssued, act('recall')))).toBe(true);
    expect(holdsPupilYear(way(...toIssued, act('recall'), act('return')))).toBe(false);
    expect(statusOf(way(...toIssued, act('recall'), act('return'), act('replace')))).toBe('replaced');
  });

  test('a record that stands on a class’s table waits for the seal of that table', () => {
    const slots = SLOTS.filter((s) => s.role !== 'subjectTeacher');
    const waits: RecordFacts = { ...start, slots, tableOpen: true };
    expect(statusOf(waits)).toBe('frozen');
    for (const { slotId } of slots) expect(refusalOf(waits, sign(slotId))).toBe('not-ready-to-sign');
    expect(refusalOf(waits, act('thaw'))).toBeNull();
    const sealed = { ...waits, tableOpen: false };
    expect(statusOf(sealed)).toBe('subjectsSigned');
    expect(refusalOf(sealed, sign('gvcn'))).toBeNull();
    expect(refusalOf(sealed, sign('cbql'))).toBe('not-ready-to-sign');
  });

  test('subject teachers sign in any order', () => {
    expect(statusOf(way(sign('gvbm-2'), sign('gvbm-1')))).toBe('subjectsSigned');
  });
});

const ILLEGAL: [string, Step[], Step, string][] = [
  ['homeroom before any subject teacher', [], sign('gvcn'), 'not-ready-to-sign'],
  ['principal before any subject teacher', [], sign('cbql'), 'not-ready-to-sign'],
  ['seal on a bare freeze', [], sign('ky-phat-hanh'), 'not-ready-to-sign'],
  ['homeroom before the last subject teacher', signedUpTo(1), sign('gvcn'), 'not-ready-to-sign'],
  ['principal before the last subject teacher', signedUpTo(1), sign('cbql'), 'not-ready-to-sign'],
  ['principal before homeroom', signedUpTo(2), sign('cbql'), 'not-ready-to-sign'],
  ['seal before homeroom', signedUpTo(2), sign('ky-phat-hanh'), 'not-ready-to-sign'],
  ['seal before principal', signedUpTo(3), sign('ky-phat-hanh'), 'not-ready-to-sign'],
  ['subject teacher twice', signedUpTo(1), sign('gvbm-1'), 'already-signed'],
  ['homeroom twice', signedUpTo(3), sign('gvcn'), 'already-signed'],
  ['principal twice', signedUpTo(4), sign('cbql'), 'already-signed'],
  ['seal twice', signedUpTo(5), sign('ky-phat-hanh'), 'already-signed'],
  ['a slot that does not exist', [], sign('gvbm-3'), 'unknown-slot'],
  ['issue at freeze', [], act('issue'), 'not-sealed'],
  ['issue after subject teachers', signedUpTo(2), act('issue'), 'not-sealed'],
  ['issue after homeroom', signedUpTo(3), act('issue'), 'not-sealed'],
  ['issue before the seal', signedUpTo(4), act('issue'), 'not-sealed'],
  ['issue twice', toIssued, act('issue'), 'already-issued'],
  ['sign an issued record', toIssued, sign('gvbm-1'), 'already-issued'],
  ['thaw an issued record', toIssued, act('thaw'), 'already-issued'],
  ['thaw twice', [act('thaw')], act('thaw'), 'record-closed'],
  ['sign a thawed record', [act('thaw')], sign('gvbm-1'), 'record-closed'],
  ['issue a thawed record', [...signedUpTo(5), act('thaw')], act('issue'), 'record-closed'],
  ['recall before issue', signedUpTo(5), act('recall'), 'not-issued'],
  ['recall a thawed record', [act('thaw')], act('recall'), 'not-issued'],
  ['recall twice', [...toIssued, act('recall')], act('recall'), 'already-recalled'],
  ['thaw a recalled record', [...toIssued, act('recall')], act('thaw'), 'already-issued'],
  ['issue a recalled record', [...toIssued, act('recall')], act('issue'), 'already-issued'],
  ['sign a recalled record', [...toIssued, act('recall')], sign('cbql'), 'already-issued'],
  ['return an issued record', toIssued, act('return'), 'not-recalled'],
  ['return at freeze', [], act('return'), 'not-recalled'],
  ['return twice', [...toIssued, act('recall'), act('return')], act('return'), 'record-closed'],
  ['replace without recall', toIssued, act('replace'), 'not-recalled'],
  ['replace without opening', [...toIssued, act('recall')], act('replace'), 'not-recalled'],
  [
    'replace twice',
    [...toIssued, act('recall'), act('return'), act('replace')],
    act('replace'),
    'already-recalled',
  ],
  [
    'recall a replaced record',
    [...toIssued, act('recall'), act('return'), act('replace')],
    act('recall'),
    'already-recalled',
  ],
];

describe('R-19: illegal transitions', () => {
  test.each(ILLEGAL)('%s', (_, before, step, code) => {
    expect(refusalOf(way(...before), step)).toBe(code);
  });

  // Who owns the database may write an act that nobody could take: it changes nothing of what was issued, and an audit sees the order.
  test('behind an issue no thaw and no second issue says anything', () => {
    for (const slipped of ['thaw', 'issue', 'freeze'] as const) {
      const facts = after(way(...toIssued), act(slipped as 'thaw'));
      expect([statusOf(facts), holdsPupilYear(facts), areInOrder(facts.acts)]).toEqual([
        'issued',
        true,
        false,
      ]);
    }
  });
});

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.constantFrom(...ORDER, 'gvbm-9').map(sign),
  fc.constantFrom('thaw', 'issue', 'recall', 'return', 'replace').map((a) => act(a as 'thaw')),
);

describe('whatever is tried, in whatever order', () => {
  test('slots are signed in the order of roles, nothing is done twice, issue follows all slots', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 60 }), (tries) => {
        let facts = start;
        const done: Step[] = [];
        for (const step of tries) {
          if (refusalOf(facts, step) !== null) continue;
          facts = after(facts, step);
          done.push(step);
        }
        expect(areInOrder(facts.acts)).toBe(true);
        const slots = done.flatMap((s) => (s.act === 'sign' ? [s.slotId] : []));
        expect(new Set(slots).size).toBe(slots.length);
        const rank = (slotId: string) => Math.max(1, ORDER.indexOf(slotId as 'gvcn'));
        expect(slots).toEqual([...slots].sort((a, b) => rank(a) - rank(b)));
        const names = done.flatMap((s) => (s.act === 'sign' ? [] : [s.act]));
        expect(new Set(names).size).toBe(names.length);
        if (names.includes('issue')) expect(slots.length).toBe(SLOTS.length);
        if (names.includes('recall')) expect(names.indexOf('issue')).toBeLessThan(names.indexOf('recall'));
        expect(names.includes('thaw') && names.includes('issue')).toBe(false);
      }),
    );
  });

  test('the status never goes back', () => {
    const rank = [
      'frozen',
      'subjectsSigned',
      'homeroomSigned',
      'principalSigned',
      'issued',
      'recalled',
      'replaced',
    ];
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 60 }), (tries) => {
        let facts = start;
        for (const step of tries) {
          if (refusalOf(facts, step) !== null) continue;
          const next = after(facts, step);
          const [was, is] = [statusOf(facts), statusOf(next)];
          if (is !== 'thawed') expect(rank.indexOf(is)).toBeGreaterThanOrEqual(rank.indexOf(was));
          else expect(['frozen', 'subjectsSigned', 'homeroomSigned', 'principalSigned']).toContain(was);
          facts = next;
        }
      }),
    );
  });
});
