import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nodeSha256 as sha256 } from '../note/crypto.node.ts';
import { sent } from '../testing/stored-fields.node.ts';
import type { ChainHead, Link } from './hash-chain.ts';
import { storedTrail } from './stored-trail.node.ts';
import { type TrailEvent, trailChain, trailStart, verifyTrail } from './trail-chain.ts';

const SCHOOL = '42';
const NO_TIME = new Uint8Array(8);

function isWhole(
  events: readonly Link<TrailEvent>[],
  anchors: readonly ChainHead[],
  end: ChainHead,
): boolean {
  const judged = storedTrail(SCHOOL, anchors);
  const all = events.every(({ item: e, hash }) => {
    const fields = [e.account, e.role, e.act, e.object, e.outcome, e.address] as const;
    return judged.event(sent(e.seq, e.event, NO_TIME, ...fields, hash), e.at);
  });
  return all && judged.endsWith(end.seq, end.hash);
}

const word = fc.constantFrom('row', 'sign-in', 'Đổi lịch khoá', 'ok', '', 'thất bại 🏅');
const may = fc.option(word, { nil: null });
const fields = fc.record({
  account: may,
  role: may,
  act: word,
  object: may,
  outcome: word,
  address: may,
});
const trail = fc.array(fields, { maxLength: 10 });

function written(list: readonly Omit<TrailEvent, 'seq' | 'event' | 'at'>[]): Link<TrailEvent>[] {
  let hash = trailStart(sha256, SCHOOL);
  return list.map((one, i) => {
    const item = { seq: i + 1, event: `việc-${i}`, at: 1_780_000_000_000 + i, ...one };
    hash = trailChain(sha256, hash, item);
    return { item, hash };
  });
}

type Change = (events: Link<TrailEvent>[], a: number, b: number) => void;
const set = (over: (item: TrailEvent, b: number) => Partial<TrailEvent>): Change => {
  return (events, a, b) => {
    const one = events[a];
    if (one !== undefined) events[a] = { ...one, item: { ...one.item, ...over(one.item, b) } };
  };
};
const CHANGES: Record<string, Change> = {
  nothing: () => {},
  number: set((_, b) => ({ seq: b })),
  'its name': set(() => ({ event: 'việc khác' })),
  time: set(({ at }) => ({ at: at + 1 })),
  'a time that is none': set(() => ({ at: Number.NaN })),
  'a time before 1970': set(() => ({ at: -1 })),
  account: set(() => ({ account: '7' })),
  role: set(({ role }) => ({ role: role === null ? '' : null })),
  act: set(() => ({ act: 'act' })),
  object: set(({ object }) => ({ object: `${object ?? ''}x` })),
  outcome: set(() => ({ outcome: 'khác' })),
  address: set(({ address }) => ({ address: address === null ? '::1' : null })),
  'a text that is not NFC': set(() => ({ object: 'e\u0301' })),
  'a text too long': set(() => ({ object: 'x'.repeat(20_001) })),
  'a hash': (events, a) => {
    const one = events[a];
    if (one !== undefined) events[a] = { ...one, hash: one.hash.map((x, i) => (i ? x : x ^ 1)) };
  },
  'no hash': (events, a) => {
    const one = events[a];
    if (one !== undefined) events[a] = { ...one, hash: new Uint8Array(0) };
  },
  gone: (events, a) => void events.splice(a, 1),
  twice: (events, a) => void events.splice(a, 0, ...events.slice(a, a + 1)),
  'changed about': (events, a, b) => {
    const [one, other] = [events[a], events[b]];
    if (one && other) [events[a], events[b]] = [other, one];
  },
};

test('a trail as it is stored is whole where nothing is wrong with any event, and nowhere else', () => {
  const seen = { yes: 0, no: 0 };
  const change = fc.record({ what: fc.constantFrom(...Object.keys(CHANGES)), a: fc.nat(9), b: fc.nat(9) });
  const anchorAt = fc.array(fc.nat(11), { maxLength: 3 });
  fc.assert(
    fc.property(trail, change, anchorAt, fc.boolean(), (list, { what, a, b }, at, wrong) => {
      const events = written(list);
      const headAt = (seq: number): ChainHead => ({
        seq,
        hash: events[seq - 1]?.hash ?? trailStart(sha256, SCHOOL),
      });
      const anchors = at.map((seq) => {
        const { hash } = headAt(seq);
        return { seq, hash: wrong && seq % 5 === 1 ? sha256(hash) : hash };
      });
      const end = headAt(list.length);
      CHANGES[what]?.(events, a, b);
      const closely =
        events.length === list.length && verifyTrail(sha256, SCHOOL, events, [...anchors, end]).ok;
      expect(isWhole(events, anchors, end)).toBe(closely);
      seen[closely ? 'yes' : 'no']++;
    }),
    { numRuns: 500 },
  );
  expect(Math.min(seen.yes, seen.no)).toBeGreaterThan(30);
});

test('with other ends than its own it is not whole', () => {
  const events = written([
    { account: null, role: null, act: 'row', object: null, outcome: 'ok', address: null },
    { account: '1', role: 'clerk', act: 'sign-in', object: null, outcome: 'ok', address: '::1' },
  ]);
  const [first, last] = events.map(({ item, hash }) => ({ seq: item.seq, hash }));
  if (first === undefined || last === undefined) throw new Error('no events');
  expect(isWhole(events, [], last)).toBe(true);
  for (const end of [
    first,
    { ...last, seq: 1 },
    { ...last, seq: 3 },
    { ...last, hash: first.hash },
    { ...last, hash: new Uint8Array(0) },
  ])
    expect(isWhole(events, [], end)).toBe(false);
});
