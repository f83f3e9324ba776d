import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sentenceOf } from './sentences.ts';
import { decide, EXIT_CODE, type Fragment, type FragmentName, type Verdict, worst } from './verdict.ts';

const names: FragmentName[] = [
  'document',
  'signatures',
  'certificates',
  'time',
  'issuance',
  'witness',
  'status',
  'print',
  'issuer',
];
// A verdict looks at few codes; those that it does not look at may be any.
const fragment = (name: FragmentName, state: Fragment['state'], code: string): Fragment =>
  ({ name, state, code }) as Fragment;
const all = (
  over: Partial<Record<FragmentName, { state?: Fragment['state']; code?: string }>> = {},
): Fragment[] =>
  names.map((name) => {
    const { state = 'valid', code = name === 'status' ? 'current' : 'ok' } = over[name] ?? {};
    return fragment(name, state, code);
  });

describe('a verdict', () => {
  test.each<[string, Fragment[], boolean, Verdict]>([
    ['everything checked and right', all(), false, 'genuine'],
    ['the witness is said apart', all({ witness: { state: 'not-checked' } }), false, 'genuine'],
    [
      'a witness that the policy asks for',
      all({ witness: { state: 'not-checked', code: 'missing' } }),
      false,
      'not-fully-checked',
    ],
    ['recalled is never "invalid"', all({ status: { code: 'recalled' } }), false, 'recalled'],
    ['replaced', all({ status: { code: 'replaced' } }), false, 'replaced'],
    [
      'recalled and forged is forged',
      all({ status: { code: 'recalled' }, signatures: { state: 'invalid' } }),
      false,
      'not-genuine',
    ],
    ['a status that could not be read', all({ status: { state: 'error' } }), false, 'not-fully-checked'],
    ['training, whatever else is right', all(), true, 'training'],
    ['training and forged is forged', all({ document: { state: 'invalid' } }), true, 'not-genuine'],
  ])('%s', (_, fragments, training, verdict) => expect(decide(fragments, training, true)).toBe(verdict));

  test.each(names.filter((name) => name !== 'witness'))('without %s it is not green', (name) => {
    expect(decide(all({ [name]: { state: 'not-checked' } }), false, true)).toBe('not-fully-checked');
    expect(
      decide(
        all().filter((fragment) => fragment.name !== name),
        false,
        true,
      ),
    ).toBe('not-fully-checked');
  });

  test('nothing training is ever anything else than training or forged, and nothing invalid is ever green', () => {
    const state = fc.constantFrom('valid', 'invalid', 'not-checked', 'error') as fc.Arbitrary<
      Fragment['state']
    >;
    const code = fc.constantFrom('current', 'recalled', 'replaced', 'x');
    const fragments = fc.array(
      fc.tuple(fc.constantFrom(...names), state, code).map((said) => fragment(...said)),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(fragments, fc.boolean(), fc.boolean(), (found, training, aPrint) => {
        const verdict = decide(found, training, aPrint);
        if (training) expect(['training', 'not-genuine']).toContain(verdict);
        if (found.some((f) => f.state === 'invalid')) expect(verdict).toBe('not-genuine');
        if (verdict === 'genuine')
          expect(
            found.filter((f) => f.name !== 'witness' && f.name !== 'print').every((f) => f.state === 'valid'),
          ).toBe(true);
      }),
    );
  });
});

test('that a record was recalled is said also where not all could be checked', () => {
  const fragments = all({ time: { state: 'not-checked' }, status: { code: 'recalled' } });
  expect(sentenceOf('not-fully-checked', fragments)).toContain('đã thu hồi');
  expect(sentenceOf('not-fully-checked', all())).toBe('Chưa kiểm tra được đủ');
});

test('of several files the gravest verdict is the command’s', () => {
  expect(worst([])).toBe('genuine');
  expect(worst(['genuine', 'training', 'recalled'])).toBe('training');
  expect(worst(['training', 'not-genuine', 'not-fully-checked'])).toBe('not-genuine');
  expect(EXIT_CODE[worst(['training', 'training'])]).toBe(4);
});
