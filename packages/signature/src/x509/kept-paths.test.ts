import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { nodeCrypto } from '../node.ts';
import { withoutMemory } from '../testing/without-memory.ts';
import { AT, CA, certify, TSA } from '../time/test-authority.node.ts';
import type { Certificate } from './certificate.ts';
import { KeptPaths, type PathQuestion } from './kept-paths.ts';
import { type PathFinding, type PathPurpose, validatePathFor } from './path.ts';

const HOUR = 3_600_000;
const between = (from: number, until: number) => ({
  notBefore: new Date(AT.getTime() + from * HOUR),
  notAfter: new Date(AT.getTime() + until * HOUR),
});
const root = certify({ ...CA, ...between(-20, 20) }, null);
const issuing = certify({ ...CA, ...between(-12, 12), pathLength: 0, subject: [['2.5.4.3', 'CA']] }, root);
/** The same name and key, for other hours: which of them serves depends on the time. */
const renewed = certify(
  { ...CA, ...between(8, 18), pathLength: 0, subject: [['2.5.4.3', 'CA']] },
  root,
  issuing.privateKey,
);
const person = certify({ ...between(-6, 16), subject: [['2.5.4.3', 'Người']] }, issuing);
const authority = certify({ ...TSA, ...between(-3, 3), subject: [['2.5.4.3', 'Giờ']] }, issuing);
const stranger = certify({ ...CA, ...between(-1, 1), subject: [['2.5.4.3', 'Khác']] }, null);
const all = [root, issuing, renewed, person, authority, stranger].map(({ certificate }) => certificate);

/** Every time at which something turns, what is just before and after it, and a time that is none. */
const turns = all.flatMap(({ notBefore, notAfter }) => [notBefore.getTime(), notAfter.getTime()]);
const times = [...turns.flatMap((turn) => [turn - 1, turn, turn + 1]), AT.getTime(), Number.NaN];

let alone: typeof validatePathFor;
beforeAll(async () => {
  ({ validatePathFor: alone } = await withoutMemory(() => import('./path.ts')));
});

const certificates = fc
  .subarray(all)
  .chain((some) => fc.shuffledSubarray(some, { minLength: some.length, maxLength: some.length }));
const question = fc.record({
  purpose: fc.constantFrom<PathPurpose>('document', 'time-stamp', 'ocsp', 'crl'),
  leaf: fc.constantFrom<Certificate>(...all),
  among: certificates,
  roots: fc.oneof(certificates, fc.constant([root.certificate])),
});

test('whatever was asked before, each question has the answer that it has alone: at every turn, for every list and purpose', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(question, { minLength: 1, maxLength: 3 }), async (questions) => {
      for (const at of [...times, ...times.toReversed()])
        for (const { purpose, leaf, among, roots } of questions) {
          const asked = [nodeCrypto, purpose, leaf, among, roots, new Date(at)] as const;
          expect(await validatePathFor(...asked)).toEqual(await alone(...asked));
        }
    }),
    { numRuns: 60 },
  );
});

/** A memory that says how often it searched. */
function counting() {
  let searches = 0;
  const kept = new KeptPaths((crypto, { purpose, leaf, among, roots }, at) => {
    searches++;
    return alone(crypto, purpose, leaf, among, roots, at);
  });
  const ask = async (changes: Partial<PathQuestion> = {}, at = AT, crypto = nodeCrypto): Promise<boolean> => {
    const before = searches;
    const asked: PathQuestion = {
      purpose: 'document',
      leaf: person.certificate,
      among: [issuing.certificate, renewed.certificate],
      roots: [root.certificate],
      ...changes,
    };
    await kept.find(crypto, asked, at);
    return searches > before;
  };
  return { kept, ask };
}

test('is searched anew for another time, purpose, leaf, port, root or order, and for nothing else', async () => {
  const { ask } = counting();
  const [from, until] = [person.certificate.notBefore.getTime(), renewed.certificate.notBefore.getTime()];
  expect(await ask()).toBe(true);
  expect(await ask()).toBe(false);
  expect(await ask({}, new Date(from))).toBe(false);
  expect(await ask({}, new Date(until - 1))).toBe(false);
  expect(await ask({}, new Date(until))).toBe(true);
  expect(await ask({}, new Date(from - 1))).toBe(true);
  expect(await ask({ purpose: 'crl' })).toBe(true);
  expect(await ask({ leaf: authority.certificate })).toBe(true);
  expect(await ask({ roots: [stranger.certificate] })).toBe(true);
  expect(await ask({ roots: [] })).toBe(true);
  expect(await ask({ among: [renewed.certificate, issuing.certificate] })).toBe(true);
  expect(await ask({ among: [issuing.certificate] })).toBe(true);
  expect(await ask({}, AT, { ...nodeCrypto })).toBe(true);
  expect(await ask({}, new Date(Number.NaN))).toBe(true);
  expect(await ask({}, new Date(Number.NaN))).toBe(true);
  // The same octets, read once more, are another object: nothing is lent to it.
  expect(await ask({ roots: [{ ...root.certificate }] })).toBe(true);
});

test('a list that the caller changes afterwards is another question', async () => {
  const { kept, ask } = counting();
  const among = [issuing.certificate, renewed.certificate];
  const roots = [root.certificate];
  const asked = { purpose: 'document', leaf: person.certificate, among, roots } as const;
  const at = new Date(AT);
  const waiting = kept.find(nodeCrypto, asked, at) as Promise<PathFinding>;
  roots.pop();
  at.setTime(0);
  expect((await waiting).valid).toBe(true);
  expect((await kept.find(nodeCrypto, asked, AT)).valid).toBe(false);
  expect(await ask()).toBe(false);
});

test('of one leaf no more are kept than eight, the last ones, and long questions not at all', async () => {
  const { ask } = counting();
  const of = (n: number) => ({ among: Array.from({ length: n }, () => issuing.certificate) });
  for (let n = 1; n <= 9; n++) expect(await ask(of(n))).toBe(true);
  for (let n = 2; n <= 9; n++) expect(await ask(of(n))).toBe(false);
  expect(await ask(of(1))).toBe(true);
  expect([await ask(of(63)), await ask(of(63))]).toEqual([true, false]);
  expect([await ask(of(64)), await ask(of(64))]).toEqual([true, true]);
});
