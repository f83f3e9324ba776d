import { leafHash, type ManifestEntry, parseProofFile, readReceipt } from '@hocba/ledger';
import { nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import { nodeCrypto } from '@hocba/signature/node';
import { zipSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeWorld, sampleDocument, type World } from '../testing/issued.ts';
import type { Trust } from '../trust/trust.ts';
import type { FileToVerify, FileVerdict } from '../verdict/file-verdict.ts';
import { verifyFile } from '../verify-file.ts';

const PUPIL = sampleDocument().pupil.pupilCode;
const YEAR = sampleDocument().schoolYear;
const PORTS = { crypto: nodeCrypto, ed25519: nodeEd25519, now: () => new Date('2026-06-01T00:00:00Z') };
let world: World;
let trust: Trust;
let named: ManifestEntry & { readonly state: 'issued' };
let list: Uint8Array;

/** A list of the class in which the pupil has this entry, and a classmate none. */
const listWith = (entry: ManifestEntry, change: { origin?: string; schoolYear?: string } = {}) =>
  world.listProof({
    schoolYear: YEAR,
    ...change,
    entries: [entry, { salt: filled(8), pupil: 'BAN-CUNG-LOP', state: 'none', reason: 'left', note: '' }],
    pupil: entry.pupil,
  });
const filled = (octet: number) => new Uint8Array(32).fill(octet);
const judge = (over: Partial<FileToVerify>, by: Trust | null = trust): Promise<FileVerdict> =>
  verifyFile({ name: 'hoc-ba.xml', bytes: world.xml, proof: world.proof, ...over }, by, PORTS);
const saidOf = ({ fragments }: FileVerdict) => fragments.filter(({ name }) => name === 'list');

beforeAll(async () => {
  world = await makeWorld();
  trust = await world.trust();
  const { leaf } = readReceipt(parseProofFile(world.proof).extra ?? new Uint8Array());
  named = {
    salt: filled(7),
    pupil: PUPIL,
    state: 'issued',
    leafIndex: BigInt(world.leafIndex),
    leafHash: leafHash(nodeSha256, leaf),
  };
  list = await listWith(named);
});

describe('the list that closed the year', () => {
  test('names the record: said beside it, and nothing else becomes better or worse', async () => {
    const without = await judge({});
    const found = await judge({ lists: [list] });
    expect(saidOf(without)).toEqual([]);
    expect(saidOf(found)).toEqual([{ name: 'list', state: 'valid', code: 'names-record' }]);
    expect(found.verdict).toBe(without.verdict);
    expect(found.fragments.filter(({ name }) => name !== 'list')).toEqual(without.fragments);
  });

  test('comes in a package under any name, and is no proof without a record', async () => {
    const files = {
      'a/hoc-ba.xml': world.xml,
      'a/hoc-ba.tlog-proof': world.proof,
      'a/khac.tlog-proof': list,
    };
    const { parts } = await verifyFile({ name: 'goi.zip', bytes: zipSync(files) }, trust, PORTS);
    expect(parts?.map(({ name, found }) => [name, ...saidOf(found).map(({ code }) => code)])).toEqual([
      ['a/hoc-ba.xml', 'names-record'],
    ]);
    const gone = { ...files, 'a/nam-truoc.tlog-proof': await listWith(named, { schoolYear: '2024-2025' }) };
    const lacking = await verifyFile({ name: 'goi.zip', bytes: zipSync(gone) }, trust, PORTS);
    expect(lacking.parts?.map(({ name, found }) => [name, found.verdict, found.fragments[0]?.code])).toEqual([
      ['a/hoc-ba.xml', 'training', 'intact'],
      ['a/nam-truoc.tlog-proof', 'not-fully-checked', 'list-without-record'],
    ]);
    const alone = await verifyFile(
      { name: 'goi.zip', bytes: zipSync({ 'khac.tlog-proof': list }) },
      trust,
      PORTS,
    );
    expect(alone.parts?.map(({ found }) => found.fragments[0]?.code)).toEqual(['proof-alone']);
  });

  test.each([
    ['another leaf', () => listWith({ ...named, leafIndex: 0n })],
    [
      'that there is none',
      () => listWith({ salt: filled(7), pupil: PUPIL, state: 'none', reason: 'other', note: 'Chờ' }),
    ],
    ['something in another log', () => listWith(named, { origin: 'hocba.training/79000000/2025-2026.2' })],
  ] as const)('names %s: left open, and no falsehood', async (_, make) => {
    const found = await judge({ lists: [await make()] });
    expect(saidOf(found)).toEqual([{ name: 'list', state: 'not-checked', code: 'names-other' }]);
    expect(found.verdict).toBe('training');
  });

  test.each([
    ['pupil', () => listWith({ ...named, pupil: 'EM-KHAC' })],
    ['year', () => listWith(named, { schoolYear: '2024-2025' })],
  ] as const)('of another %s says nothing here', async (_, make) => {
    expect(saidOf(await judge({ lists: [await make()] }))).toEqual([]);
  });

  test('is not compared without a log’s key, nor where the record itself is not found', async () => {
    const open = [{ name: 'list', state: 'not-checked', code: 'not-reached' }];
    expect(saidOf(await judge({ lists: [list] }, null))).toEqual(open);
    const bare = await verifyFile({ name: 'a.xml', bytes: world.xml, lists: [list] }, trust, PORTS);
    expect(saidOf(bare)).toEqual(open);
  });

  test('names the record with no octet changed, and makes false where it does not lead to the log', async () => {
    const kinds = new Set<string>();
    for (let at = 0; at < list.length; at += 13) {
      const changed = list.slice();
      changed[at] = (changed[at] as number) ^ 1;
      const [said] = saidOf(await judge({ lists: [changed] }));
      expect(said?.state).not.toBe('valid');
      kinds.add(`${said?.code}`);
    }
    expect(kinds).toContain('not-in-log');
    const other = await makeWorld();
    const forged = await other.listProof({ schoolYear: YEAR, entries: [named], pupil: PUPIL });
    const found = await judge({ lists: [forged] });
    expect(saidOf(found)).toEqual([{ name: 'list', state: 'invalid', code: 'not-in-log' }]);
    expect(found.verdict).toBe('not-genuine');
  });
});
