import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeSha256 as sha256 } from '../note/crypto.node.ts';
import { sent } from '../testing/stored-fields.node.ts';
import { actChain, type CellAct, type ChainedAct, chainStart, verifyChain } from './act-chain.ts';
import { type CellState, checkCells } from './act-replay.ts';
import type { ChainHead } from './hash-chain.ts';
import { actsRoom, storedActs } from './stored-acts.node.ts';

const NAME = { school: '79000001', classId: '3f2c0d5e-8a55-4c1d-9a63-0c5c0f6f0001' };

/** One for all, as an audit has: what a class leaves in it must not show in the next. */
const room = actsRoom();
const NO_TIME = new Uint8Array(8);

function isWhole(acts: readonly ChainedAct[], cells: readonly CellState[], anchors: readonly ChainHead[]) {
  const judged = storedActs(room, NAME, anchors);
  const all = [
    ...acts.map(({ act: a, hash }) => {
      const place = [a.seq, a.pupil, a.period, a.item, a.attempt] as const;
      const change = [a.oldValue, a.newValue, a.version, a.source, a.device, a.batch, a.n, a.setBy] as const;
      return () => judged.act(sent(...place, ...change, NO_TIME, hash), a.setAt);
    }),
    ...cells.map((c) => () => judged.cell(sent(c.pupil, c.period, c.item, c.attempt, c.value, c.version))),
  ];
  return all.every((one) => one()) && judged.isWhole();
}

const word = fc.constantFrom('a', 'b', 'TOAN', 'Tiếng Việt', '');
const value = fc.option(fc.constantFrom('1', '2', '', 'Hoàn thành tốt', 'Tiến bộ'), { nil: null });
const steps = fc.array(fc.record({ pupil: word, item: word, attempt: fc.nat(1), newValue: value }), {
  maxLength: 12,
});

/** Acts as they happen, with their hashes, and the cells that they make. */
function played(list: readonly Step[]) {
  const cells = new Map<string, CellState>();
  let hash = chainStart(sha256, NAME);
  const acts = list.map(({ newValue, ...place }, i): ChainedAct => {
    const key = JSON.stringify(place);
    const before = cells.get(key);
    const version = (before?.version ?? 0) + 1;
    const entry = { source: 'key', device: 'may-1', batch: `lô-${i}`, n: i, setBy: 'gv-1' };
    const act: CellAct = {
      seq: i + 1,
      ...place,
      period: 'CN',
      oldValue: before?.value ?? null,
      newValue,
      version,
      ...entry,
      setAt: 1_780_000_000_000 + i,
    };
    cells.set(key, { ...place, period: 'CN', value: newValue, version });
    hash = actChain(sha256, hash, act);
    return { act, hash };
  });
  return { acts, cells: [...cells.values()] };
}

interface Step {
  readonly pupil: string;
  readonly item: string;
  readonly attempt: number;
  readonly newValue: string | null;
}

/** What somebody does to what is stored: `a` and `b` say where. */
const CHANGES: Record<string, (world: ReturnType<typeof played>, a: number, b: number) => void> = {
  nothing: () => {},
  'an act’s value': ({ acts }, a) => set(acts, a, (one) => withAct(one, { newValue: '9' })),
  'an act’s old value': ({ acts }, a) => set(acts, a, (one) => withAct(one, { oldValue: '9' })),
  'nothing and empty': ({ acts }, a) =>
    set(acts, a, (one) => withAct(one, { newValue: one.act.newValue === null ? '' : null })),
  'a text that is not NFC': ({ acts }, a) => set(acts, a, (one) => withAct(one, { device: 'e\u0301' })),
  'a text too long': ({ acts }, a) => set(acts, a, (one) => withAct(one, { device: 'x'.repeat(401) })),
  'a negative number': ({ acts }, a) => set(acts, a, (one) => withAct(one, { n: -1 })),
  'a number too large': ({ acts }, a) => set(acts, a, (one) => withAct(one, { n: 2 ** 53 })),
  'the time': ({ acts }, a) => set(acts, a, (one) => withAct(one, { setAt: one.act.setAt + 1 })),
  'its number': ({ acts }, a, b) => set(acts, a, (one) => withAct(one, { seq: b })),
  'a hash': ({ acts }, a) =>
    set(acts, a, (one) => ({ ...one, hash: one.hash.map((x, i) => (i ? x : x ^ 1)) })),
  'no hash': ({ acts }, a) => set(acts, a, (one) => ({ ...one, hash: new Uint8Array(0) })),
  'an act gone': ({ acts }, a) => void acts.splice(a, 1),
  'acts twice': ({ acts }, a) => void acts.splice(a, 0, ...acts.slice(a, a + 1)),
  'acts changed about': ({ acts }, a, b) => {
    const [one, other] = [acts[a], acts[b]];
    if (one && other) [acts[a], acts[b]] = [other, one];
  },
  'a cell’s value': ({ cells }, a) => set(cells, a, (one) => ({ ...one, value: '9' })),
  'a cell’s version': ({ cells }, a) => set(cells, a, (one) => ({ ...one, version: one.version + 1 })),
  'a cell gone': ({ cells }, a) => void cells.splice(a, 1),
  'a cell twice': ({ cells }, a) => void cells.push(...cells.slice(a, a + 1)),
  'a cell of nobody': ({ cells }) =>
    void cells.push({ pupil: 'x', period: 'CN', item: 'x', attempt: 0, value: null, version: 1 }),
};

function set<T>(list: T[], at: number, change: (one: T) => T): void {
  const one = list[at];
  if (one !== undefined) list[at] = change(one);
}

const withAct = (one: ChainedAct, over: Partial<CellAct>): ChainedAct => ({
  ...one,
  act: { ...one.act, ...over },
});

describe('a class as it is stored', () => {
  test('is whole where nothing is wrong with any act or cell, and nowhere else', () => {
    const seen = { yes: 0, no: 0 };
    const change = fc.record({
      what: fc.constantFrom(...Object.keys(CHANGES)),
      a: fc.nat(12),
      b: fc.nat(12),
    });
    const anchorAt = fc.array(fc.nat(13), { maxLength: 3 });
    fc.assert(
      fc.property(steps, change, anchorAt, fc.boolean(), (list, { what, a, b }, at, wrongAnchor) => {
        const world = played(list);
        const anchors = at.map((seq) => {
          const hash = world.acts[seq - 1]?.hash ?? chainStart(sha256, NAME);
          return { seq, hash: wrongAnchor && seq % 5 === 1 ? sha256(hash) : hash };
        });
        CHANGES[what]?.(world, a, b);
        const { acts, cells } = world;
        const closely =
          verifyChain(sha256, NAME, acts, anchors).ok &&
          checkCells(
            acts.map(({ act }) => act),
            cells,
          ).length === 0;
        expect(isWhole(acts, cells, anchors)).toBe(closely);
        seen[closely ? 'yes' : 'no']++;
      }),
      { numRuns: 500 },
    );
    expect(Math.min(seen.yes, seen.no)).toBeGreaterThan(30);
  });
});
