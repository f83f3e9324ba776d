import {
  createLog,
  decodeLeaf,
  encodeLeaf,
  formatReceipt,
  leafHash,
  memoryLock,
  memoryStorage,
  openLog,
  parseProofFile,
  parseVkey,
  readReceipt,
} from '@hocba/ledger';
import { ed25519Signer, generateLogKey, nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import { nodeCrypto } from '@hocba/signature/node';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeWorld, sampleDocument } from '../testing/issued.ts';
import {
  DATED_AT,
  LOGGED_AT,
  makeRealWorld,
  REAL_NOW,
  type RealWorld,
  realDocument,
  STATUS_AT,
} from '../testing/real-world.ts';
import type { FileVerdict } from '../verdict/file-verdict.ts';
import { nextStep } from '../verdict/sentences.ts';
import { verifyFile } from '../verify-file.ts';
import { vi } from '../words/vi.ts';
import type { TrustBundle } from './bundle.ts';
import type { Trust } from './trust.ts';

const OPEN = 'not-checked:list-before-log';
const FALSE = 'invalid:not-in-log';
const SEALED = DATED_AT.getTime() / 1000;
const LAST_YEAR = 'hocba.example/00000001/2024-2025';
const OTHER = realDocument({ uuid: '6f1c2a34-5b6d-4e7f-8a90-b1c2d3e4f5a6' });

let world: RealWorld;
/** Sealed by the same seal, with nobody's word for the time but the signers' own. */
let undated: RealWorld;
beforeAll(async () => {
  world = await makeRealWorld({ docs: [realDocument(), OTHER] });
  undated = await makeRealWorld({ level: 'B' });
});

/** The list of an earlier day: it knows the school and its seal, and of logs only those that are named here. */
const listOf =
  (asOf: number, ...origins: readonly string[]) =>
  (bundle: TrustBundle): TrustBundle => ({
    ...bundle,
    asOf,
    nextUpdate: STATUS_AT + 366 * 86_400,
    policy: { ...bundle.policy, logs: origins.map((origin) => ({ key: strange(origin) })) },
    statusKeys: [],
    schools: bundle.schools.map((one) => ({
      ...one,
      logs: origins.map((origin) => ({ origin, from: SEALED - 365 * 86_400 })),
    })),
  });
/** A key of that name that has signed nothing here. */
const strange = (origin: string) => parseVkey(nodeSha256, ed25519Signer(origin, generateLogKey()).vkey);

interface Given {
  readonly of?: RealWorld;
  readonly xml?: Uint8Array;
  readonly proof?: Uint8Array;
}
async function judged(
  bundle: (bundle: TrustBundle) => TrustBundle,
  { of = world, xml, proof }: Given = {},
): Promise<FileVerdict> {
  return judgedBy(await of.trust({ bundle }), { of, ...(xml && { xml }), ...(proof && { proof }) });
}
function judgedBy(trust: Trust, { of = world, xml, proof }: Given): Promise<FileVerdict> {
  const [record] = of.records;
  if (record === undefined) throw new Error('no record');
  const ports = { crypto: nodeCrypto, ed25519: nodeEd25519, now: () => REAL_NOW };
  const file = { name: 'a.xml', bytes: xml ?? record.xml, proof: proof ?? record.proof };
  return verifyFile(file, trust, ports);
}
const issuanceOf = ({ fragments }: FileVerdict): string => {
  const found = fragments.find(({ name }) => name === 'issuance');
  return `${found?.state}:${found?.code}`;
};
const VERDICTS = { [OPEN]: 'not-fully-checked', [FALSE]: 'not-genuine' } as const;

/** A log that anybody can make: the record's leaf (made later, if it is to seem so) under a key of one's own. */
async function forged(origin: string, of: RealWorld = world, time?: number): Promise<Uint8Array> {
  const receipt = readReceipt(
    parseProofFile(of.records[0]?.proof ?? new Uint8Array()).extra ?? new Uint8Array(),
  );
  const { commitment } = decodeLeaf(receipt.leaf);
  const leaf = time === undefined ? receipt.leaf : encodeLeaf({ kind: 'issue', time, commitment });
  const ports = {
    origin,
    sha256: nodeSha256,
    ed25519: nodeEd25519,
    storage: memoryStorage(),
    lock: memoryLock(),
    signer: ed25519Signer(origin, generateLogKey()),
    now: () => LOGGED_AT * 1000,
  };
  await createLog(ports);
  const log = await openLog(ports);
  const other = encodeLeaf({ kind: 'issue', time: LOGGED_AT, commitment: new Uint8Array(32).fill(7) });
  await log.append(
    0,
    [leaf, other].map((bytes) => ({ bytes, leafHash: leafHash(nodeSha256, bytes) })),
  );
  return log.proofFor(0, formatReceipt({ salt: receipt.salt, leaf }));
}

describe('a genuine record in a log that the list does not name', () => {
  test.each([
    ['the list is a day older', SEALED - 86_400, OPEN],
    ['a second older than the sealing', SEALED - 1, OPEN],
    ['of the very second', SEALED, FALSE],
    ['younger than the sealing and older than the leaf, which is nobody’s word', SEALED + 30, FALSE],
    ['younger than both', LOGGED_AT + 1, FALSE],
  ])('%s', async (_, asOf, expected) => {
    const found = await judged(listOf(asOf, LAST_YEAR));
    expect([issuanceOf(found), found.verdict]).toEqual([
      expected,
      VERDICTS[expected as keyof typeof VERDICTS],
    ]);
  });

  test('nothing else is said to be wrong, and no status or witness of an unknown log is told', async () => {
    const { fragments, sentence } = await judged(listOf(SEALED - 1, LAST_YEAR));
    expect(sentence).toBe('Chưa kiểm tra được đủ');
    expect(
      fragments.filter(({ state }) => state !== 'valid').map(({ name, code }) => `${name}:${code}`),
    ).toEqual(['issuance:list-before-log', 'witness:not-reached', 'status:not-reached']);
  });

  test('a list without any log, or without the school, is no better', async () => {
    expect(issuanceOf(await judged(listOf(SEALED - 1)))).toBe(OPEN);
    const without = (bundle: TrustBundle) => ({ ...listOf(SEALED - 1)(bundle), schools: [] });
    expect(issuanceOf(await judged(without))).toBe(OPEN);
  });

  test('of a school that the list knows by neither name nor seal nothing is told, as without the proof; nor by a list for training', async () => {
    const elsewhere = (bundle: TrustBundle) => ({ ...listOf(LOGGED_AT + 1)(bundle), schools: [] });
    const found = await judged(elsewhere);
    expect([found.verdict, issuanceOf(found)]).toEqual(['not-fully-checked', 'not-checked:no-log-key']);
    expect(nextStep(found)).toBe(vi.next['unknown-school']);
    // The seal of a school of the list, whatever school it names, must stand in that one's log; so must what bears a listed log's name.
    const renamed = (bundle: TrustBundle) => {
      const list = listOf(LOGGED_AT + 1, LAST_YEAR)(bundle);
      return { ...list, schools: list.schools.map((school) => ({ ...school, code: '99999999' })) };
    };
    expect(issuanceOf(await judged(renamed))).toBe(FALSE);
    const named = (bundle: TrustBundle) => {
      const key = strange(world.origin);
      return { ...elsewhere(bundle), policy: { ...bundle.policy, logs: [{ key }] } };
    };
    expect(issuanceOf(await judged(named))).toBe(FALSE);
    const training = await (await makeWorld()).trust();
    const real = await judgedBy(
      { ...(await world.trust()), schools: null, roots: training.roots, policy: training.policy },
      {},
    );
    expect(real.verdict).toBe('not-fully-checked');
  });

  test('where only the signers say when, their word opens it, and makes nothing green', async () => {
    const claimed = SEALED - 10 * 60_000;
    expect(issuanceOf(await judged(listOf(claimed - 86_400, LAST_YEAR), { of: undated }))).toBe(OPEN);
    expect(issuanceOf(await judged(listOf(SEALED, LAST_YEAR), { of: undated }))).toBe(FALSE);
  });
});

describe('a log that goes on after a theft takes leaves again that are older than the list', () => {
  const numbered = (number: number | string) => `hocba.example/00000001/2025-2026.${number}`;
  const FIRST = 'hocba.example/00000001/2025-2026';
  test.each([
    ['the second, of a list that has the first', FIRST, numbered(2), OPEN],
    ['the tenth, of a list that has the second', numbered(2), numbered(10), OPEN],
    ['the second, of a list that has the tenth', numbered(10), numbered(2), FALSE],
    ['the first, of a list that has the second', numbered(2), FIRST, FALSE],
    ['the second of another year', FIRST, 'hocba.example/00000001/2024-2025.2', FALSE],
    ['the second of another school', FIRST, 'hocba.example/00000002/2025-2026.2', FALSE],
    ['of no number', FIRST, numbered('02'), FALSE],
    ['of a name that only begins so', FIRST, `${FIRST}.2.3`, FALSE],
  ])('%s', async (_, listed, shown, expected) => {
    const proof = await forged(shown);
    const found = await judged(listOf(STATUS_AT, listed), { proof });
    expect([issuanceOf(found), found.verdict]).toEqual([
      expected,
      VERDICTS[expected as keyof typeof VERDICTS],
    ]);
  });
});

describe('what a forger can make of it', () => {
  test.each([
    ['a log of his own, the leaf dated after the list', 'gia-mao.example/00000001/2026-2027', SEALED, FALSE],
    [
      'the same under a list that is older than the seal',
      'gia-mao.example/00000001/2026-2027',
      SEALED - 1,
      OPEN,
    ],
    ['the name of a log that the list has, another key', LAST_YEAR, SEALED - 1, FALSE],
    ['a training log’s name', 'hocba.training/00000001/2025-2026', SEALED - 1, FALSE],
  ])('%s', async (_, origin, asOf, expected) => {
    const proof = await forged(origin, world, SEALED + 30 * 86_400);
    const found = await judged(listOf(asOf, LAST_YEAR), { proof });
    expect([issuanceOf(found), found.verdict]).toEqual([
      expected,
      VERDICTS[expected as keyof typeof VERDICTS],
    ]);
  });

  test('signers whom the list does not trust are false or open, in whatever log of whatever day', async () => {
    const stranger = await makeRealWorld();
    for (const asOf of [SEALED - 86_400, SEALED - 1, SEALED, STATUS_AT])
      for (const origin of ['gia-mao.example/00000001/2026-2027', `${LAST_YEAR}.2`, LAST_YEAR]) {
        const proof = await forged(origin, stranger, SEALED + 86_400);
        const xml = stranger.records[0]?.xml ?? new Uint8Array();
        const trust = await world.trust({ bundle: listOf(asOf, LAST_YEAR) });
        const { verdict } = await judgedBy(trust, { xml, proof });
        expect(['not-genuine', 'not-fully-checked'], `${asOf} ${origin}`).toContain(verdict);
      }
  });

  test('a proof that does not lead to its own root, or is of another record, stays false', async () => {
    const proof = await forged('gia-mao.example/00000001/2026-2027');
    const text = new TextDecoder().decode(proof);
    const lines = text.split('\n');
    const at = lines.findIndex((line) => line.startsWith('index ')) + 1;
    const flipped = lines
      .with(at, `${lines[at]?.startsWith('A') ? 'B' : 'A'}${lines[at]?.slice(1)}`)
      .join('\n');
    const bundle = listOf(SEALED - 1, LAST_YEAR);
    expect(issuanceOf(await judged(bundle, { proof: new TextEncoder().encode(flipped) }))).toBe(FALSE);
    const shorter = text.replace('index 0', 'index 1');
    expect(issuanceOf(await judged(bundle, { proof: new TextEncoder().encode(shorter) }))).toBe(FALSE);
    const ofOther = world.records[1]?.proof ?? new Uint8Array();
    expect(issuanceOf(await judged(bundle, { proof: ofOther }))).toBe('invalid:other-record');
    expect(issuanceOf(await judged(bundle))).toBe(OPEN);
  });

  test('a list without a day tells nothing of what came after it', async () => {
    const trust = await world.trust({ bundle: listOf(SEALED - 1, LAST_YEAR) });
    expect(issuanceOf(await judgedBy({ ...trust, asOf: null }, {}))).toBe(FALSE);
  });

  test('an exercise stays one', async () => {
    const exercise = await makeWorld({ doc: sampleDocument() });
    const { xml, proof } = exercise;
    const found = await judged(listOf(SEALED - 1, LAST_YEAR), { xml, proof });
    expect(found.verdict).toBe('training');
  });
});

describe('in a log that the list names for others alone', () => {
  const forOthers = (asOf: number) => (bundle: TrustBundle) => ({
    ...bundle,
    asOf,
    schools: bundle.schools.map((one) => ({ ...one, logs: [{ origin: LAST_YEAR, from: 0 }] })),
  });

  test.each([
    ['older than the leaf: the school may log there since', LOGGED_AT - 1, OPEN, 'not-fully-checked'],
    ['of that second', LOGGED_AT, 'invalid:wrong-log', 'not-genuine'],
  ])('the list %s', async (_, asOf, expected, verdict) => {
    const found = await judged(forOthers(asOf));
    expect([issuanceOf(found), found.verdict]).toEqual([expected, verdict]);
  });

  test('a leaf whose time the signatures belie is false, however old the list is', async () => {
    const loggedAt = SEALED - 3 * 86_400;
    const belied = await makeRealWorld({ loggedAt });
    const found = await judged(forOthers(loggedAt - 1), { of: belied });
    expect([issuanceOf(found), found.verdict]).toEqual(['invalid:leaf-time-false', 'not-genuine']);
  });
});
