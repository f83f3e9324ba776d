import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import vectors from '../../vectors/acts.json' with { type: 'json' };
import { toHex } from '../encoding/bytes.ts';
import { LedgerError } from '../error.ts';
import { nodeSha256 as sha256 } from '../note/crypto.node.ts';
import { actChain, type CellAct, type ChainedAct, chainStart, encodeAct, verifyChain } from './act-chain.ts';
import { checkCells } from './act-replay.ts';

const NAME = { school: '79000001', classId: '3f2c0d5e-8a55-4c1d-9a63-0c5c0f6f0001' };

/** The same invented act for the same number: five cells are set in turn, again and again. */
function numbered(seq: number): CellAct {
  const round = Math.ceil(seq / 5);
  return {
    seq,
    pupil: `HS-00${seq % 5}`,
    period: 'CN',
    item: 'TOAN.mark',
    attempt: 0,
    oldValue: round === 1 ? null : String(round - 1),
    newValue: String(round),
    version: round,
    source: 'key',
    device: 'may-1',
    batch: `lo-${round}`,
    n: seq % 5,
    setBy: 'gv-1',
    setAt: 1_780_000_000_000 + seq,
  };
}

/** Gives acts their hashes, in the order given. */
function chain(acts: readonly CellAct[]): ChainedAct[] {
  let hash = chainStart(sha256, NAME);
  return acts.map((act) => {
    hash = actChain(sha256, hash, act);
    return { act, hash };
  });
}
const TRUE = chain(Array.from({ length: 20 }, (_, i) => numbered(i + 1)));
const heads = TRUE.map(({ act, hash }) => ({ seq: act.seq, hash }));
const headAt = (seq: number) => heads[seq - 1] ?? { seq: 0, hash: chainStart(sha256, NAME) };
const verify = (acts: readonly ChainedAct[], ...anchors: { seq: number; hash: Uint8Array }[]) =>
  verifyChain(sha256, NAME, acts, anchors);
const renumber = (acts: readonly ChainedAct[]) =>
  acts.map((one, i) => ({ ...one, act: { ...one.act, seq: i + 1 } }));
const swap = (acts: readonly ChainedAct[], a: number, b: number) => {
  const out = [...acts];
  [out[a], out[b]] = [out[b] as ChainedAct, out[a] as ChainedAct];
  return out;
};
const edit = (acts: readonly ChainedAct[], at: number, over: Partial<CellAct>) =>
  acts.map((one, i) => (i === at ? { ...one, act: { ...one.act, ...over } } : one));

const value = fc.option(
  fc.string({ maxLength: 8 }).map((s) => s.normalize('NFC')),
  { nil: null },
);
const word = fc.stringMatching(/^[a-zA-Z0-9.]{0,6}$/);
const acts: fc.Arbitrary<CellAct> = fc.record({
  seq: fc.integer({ min: 1, max: 300 }),
  pupil: word,
  period: word,
  item: word,
  attempt: fc.nat(3),
  oldValue: value,
  newValue: value,
  version: fc.integer({ min: 1, max: 300 }),
  source: word,
  device: word,
  batch: word,
  n: fc.nat(300),
  setBy: word,
  setAt: fc.nat(),
});

describe('an act', () => {
  test('has bytes that no other act has', () => {
    fc.assert(
      fc.property(acts, acts, (a, b) => {
        expect(toHex(encodeAct(a)) === toHex(encodeAct(b))).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
      { numRuns: 300 },
    );
    const base = numbered(7);
    const near: Partial<CellAct>[] = [
      { oldValue: null },
      { oldValue: '' },
      { newValue: null },
      { newValue: '' },
      { period: 'C', item: 'NTOAN.mark' },
      { item: 'TOAN.mar', attempt: 1 },
      { source: 'keym', device: 'ay-1' },
      { oldValue: '2', newValue: '1' },
    ];
    const spellings = [base, ...near.map((over) => ({ ...base, ...over }))].map((act) =>
      toHex(encodeAct(act)),
    );
    expect(new Set(spellings).size).toBe(spellings.length);
  });

  test.each<[string, Partial<CellAct>]>([
    ['number 0', { seq: 0 }],
    ['a negative number', { seq: -1 }],
    ['half a number', { seq: 1.5 }],
    ['no number', { seq: Number.NaN }],
    ['a number beyond 2^53', { seq: 2 ** 53 }],
    ['version 0', { version: 0 }],
    ['a negative attempt', { attempt: -1 }],
    ['a time before 1970', { setAt: -1 }],
    ['a fraction of a millisecond', { setAt: 0.5 }],
    ['a value in decomposed Unicode', { newValue: 'Đạt'.normalize('NFD') }],
    ['a lone surrogate', { newValue: '\ud800' }],
    ['a value too long', { newValue: 'x'.repeat(20_001) }],
    ['a pupil too long', { pupil: 'x'.repeat(401) }],
  ])('with %s is not chained', (_, over) => {
    expect(() => encodeAct({ ...numbered(1), ...over })).toThrow(LedgerError);
  });

  test('needs a chain to stand in', () => {
    expect(() => chainStart(sha256, { ...NAME, classId: '' })).toThrow(LedgerError);
    expect(() => actChain(sha256, new Uint8Array(31), numbered(1))).toThrow(LedgerError);
  });
});

describe('a chain', () => {
  test('that nobody touched', () => {
    expect(verify(TRUE)).toEqual({ ok: true, head: headAt(20) });
    expect(verify(TRUE, headAt(20), headAt(5), headAt(0), headAt(5))).toEqual({ ok: true, head: headAt(20) });
    expect(verify([])).toEqual({ ok: true, head: headAt(0) });
  });

  test('of one class is none of another', () => {
    const other = verifyChain(sha256, { ...NAME, classId: 'khac' }, TRUE);
    expect(other).toEqual({ ok: false, fault: { code: 'edited', seq: 1 } });
    expect(verifyChain(sha256, { ...NAME, school: '7900000' }, TRUE).ok).toBe(false);
  });

  const without = (at: number) => TRUE.filter((_, i) => i !== at);
  const rehashed = (made: readonly ChainedAct[]) => chain(made.map(({ act }) => act));
  test.each<[string, ChainedAct[], string, number]>([
    ['an edited value', edit(TRUE, 6, { newValue: '10' }), 'edited', 7],
    ['an edited time', edit(TRUE, 0, { setAt: 1 }), 'edited', 1],
    ['an edited last act', edit(TRUE, 19, { setBy: 'gv-2' }), 'edited', 20],
    ['a value that cannot be', edit(TRUE, 6, { newValue: '\ud800' }), 'edited', 7],
    [
      'an edited hash',
      TRUE.map((one, i) => (i === 9 ? { ...one, hash: sha256(one.hash) } : one)),
      'edited',
      10,
    ],
    [
      'an edited act with its own hash made anew',
      TRUE.map((one, i) => (i === 6 ? (rehashed(edit(TRUE, 6, { newValue: '9' }))[6] as ChainedAct) : one)),
      'edited',
      8,
    ],
    ['a deleted act', without(4), 'deleted', 5],
    ['the first act deleted', without(0), 'deleted', 1],
    ['a deleted act, the others closed up', renumber(without(4)), 'deleted', 5],
    ['two acts swapped', swap(TRUE, 3, 7), 'reordered', 4],
    ['two acts swapped and numbered anew', renumber(swap(TRUE, 3, 7)), 'reordered', 4],
    ['two neighbours swapped and numbered anew', renumber(swap(TRUE, 3, 4)), 'reordered', 4],
    ['an act twice', [...TRUE.slice(0, 6), TRUE[5] as ChainedAct, ...TRUE.slice(6)], 'reordered', 6],
    [
      'an act put in, the others moved up',
      renumber([...TRUE.slice(0, 6), { act: numbered(99), hash: headAt(3).hash }, ...TRUE.slice(6)]),
      'reordered',
      7,
    ],
  ])('with %s is named at the act', (_, made, code, seq) => {
    expect(verify(made)).toEqual({ ok: false, fault: { code, seq } });
    expect(verify(made, headAt(20))).toEqual({ ok: false, fault: { code, seq } });
  });

  test.each([0, 1, 12, 19])('cut to %i acts: found by a day’s root only', (length) => {
    const cut = TRUE.slice(0, length);
    expect(verify(cut).ok).toBe(true);
    expect(verify(cut, headAt(20))).toEqual({ ok: false, fault: { code: 'truncated', seq: length + 1 } });
  });

  test('rewritten with all its hashes: named between two days', () => {
    const forged = rehashed(edit(TRUE, 6, { newValue: '10' }));
    expect(verify(forged).ok).toBe(true);
    const fault = { code: 'rewritten', seq: 10, from: 6 };
    expect(verify(forged, headAt(5), headAt(10), headAt(20))).toEqual({ ok: false, fault });
    expect(verify(forged, headAt(20))).toEqual({ ok: false, fault: { code: 'rewritten', seq: 20, from: 1 } });
    expect(verify(forged, { seq: 0, hash: headAt(3).hash })).toMatchObject({
      fault: { code: 'rewritten', seq: 0 },
    });
  });

  test('any one change of any act is found', () => {
    const change = fc.record(
      {
        newValue: fc.constantFrom(null, '', '0', '10'),
        oldValue: fc.constantFrom(null, '', '0', '10'),
        setBy: fc.constant('gv-9'),
        item: fc.constant('TOAN.level'),
        setAt: fc.constant(5),
        version: fc.constant(77),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.nat(19), change, (at, over) => {
        const made = edit(TRUE, at, over);
        const same = JSON.stringify(made[at]?.act) === JSON.stringify(TRUE[at]?.act);
        expect(verify(made)).toEqual(
          same ? { ok: true, head: headAt(20) } : { ok: false, fault: { code: 'edited', seq: at + 1 } },
        );
      }),
    );
  });

  test.each(vectors)('frozen: after act $act.seq', ({ act, previous, encoded, hash }) => {
    const bytes = Uint8Array.from(previous.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    expect(toHex(encodeAct(act))).toBe(encoded);
    expect(toHex(actChain(sha256, bytes, act))).toBe(hash);
  });
});

describe('cells and their acts', () => {
  const all = TRUE.map(({ act }) => act);
  const cells = all.slice(-5).map(({ pupil, period, item, attempt, newValue, version }) => ({
    pupil,
    period,
    item,
    attempt,
    value: newValue,
    version,
  }));
  const say = (given = cells, made = all) =>
    checkCells(made, given).map(({ code, pupil, seq }) => `${code} ${pupil} ${seq}`);

  test('agree', () => {
    expect(say()).toEqual([]);
    expect(say([], [])).toEqual([]);
  });

  test.each([
    [
      'a mark changed behind the application',
      cells.map((cell, i) => (i === 1 ? { ...cell, value: '10' } : cell)),
      ['cell-differs HS-002 17'],
    ],
    [
      'with its version',
      cells.map((cell, i) => (i === 1 ? { ...cell, value: '10', version: 5 } : cell)),
      ['cell-differs HS-002 17'],
    ],
    ['a cell taken away', cells.slice(1), ['cell-missing HS-001 16']],
    [
      'a cell added',
      [...cells, { ...(cells[0] as (typeof cells)[0]), pupil: 'HS-009' }],
      ['cell-without-act HS-009 0'],
    ],
    [
      'emptied',
      cells.map((cell, i) => (i === 1 ? { ...cell, value: null } : cell)),
      ['cell-differs HS-002 17'],
    ],
  ])('%s', (_, given, expected) => {
    expect(say(given)).toEqual(expected);
  });

  test('two pupils’ marks swapped', () => {
    const made = [...all, { ...numbered(21), newValue: '9', oldValue: '4', version: 5 }];
    const [a, b, ...rest] = cells as [(typeof cells)[0], (typeof cells)[0]];
    const given = [{ ...a, value: '4', version: 4 }, { ...b, value: '9', version: 5 }, ...rest];
    expect(say(given, made)).toEqual(['cell-differs HS-001 21', 'cell-differs HS-002 17']);
  });

  test('an act that does not start from what was there', () => {
    const made = all.map((act) => (act.seq === 8 ? { ...act, oldValue: '7' } : act));
    expect(say(cells, made)).toEqual(['act-does-not-follow HS-003 8']);
    const passed = all.map((act) => (act.seq === 8 ? { ...act, version: 3 } : act));
    expect(say(cells, passed)).toContain('act-does-not-follow HS-003 8');
  });
});
