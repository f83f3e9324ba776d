import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatHeads,
  judgeBySuccession,
  type LoggedHeads,
  lodgeCheckpoint,
  loggedStatus,
  openSuccession,
  parseHeads,
  type Succession,
  signStatus,
  signSuccession,
  statementCommitment,
  statementKind,
  statusNoteOf,
} from '../index.ts';
import { signCheckpoint } from '../log/sequence.ts';
import { nodeEd25519 as ed25519, nodeSha256 as sha256 } from '../node.ts';
import { formatNote, parseNote, signNote } from '../note/note.ts';
import { testPorts, wordSigner } from '../testing/ports.node.ts';

const salt = new Uint8Array(32).fill(3);
const hash = (n: number) => new Uint8Array(32).fill(n);
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (words: string) => new TextEncoder().encode(words);

const HEADS: LoggedHeads = {
  school: '7',
  schoolYear: '2025-2026',
  at: 1_780_000_000,
  heads: [
    { classId: '0a1b', seq: 12, hash: hash(1) },
    { classId: 'audit-trail', seq: 0, hash: hash(255) },
  ],
};
const OLD = 'so.example/thu/2025-2026';
const NEXT = 'so.example/thu-2/2025-2026';
const last = { origin: OLD, size: 300, root: hash(9) };
const succession: Succession = { last, next: NEXT, since: 1_780_000_000 };

describe('heads', () => {
  test('have one spelling, which is read back', () => {
    const written = formatHeads(HEADS);
    expect(parseHeads(written)).toEqual(HEADS);
    expect(statementKind(written)).toBe('heads');
  });
  test.each<[string, Partial<LoggedHeads>]>([
    ['none', { heads: [] }],
    ['twice the same', { heads: [HEADS.heads[0], HEADS.heads[0]] as LoggedHeads['heads'] }],
    ['out of order', { heads: [...HEADS.heads].reverse() }],
    ['a name with a space', { heads: [{ classId: 'a b', seq: 1, hash: hash(1) }] }],
    ['a short hash', { heads: [{ classId: 'a', seq: 1, hash: new Uint8Array(31) }] }],
    ['a negative number', { heads: [{ classId: 'a', seq: -1, hash: hash(1) }] }],
    ['half a number', { heads: [{ classId: 'a', seq: 1.5, hash: hash(1) }] }],
    ['a year that is none', { schoolYear: '2025' }],
    ['a school with a line break', { school: '7\nyear' }],
  ])('refused: %s', (_, change) => {
    expect(() => formatHeads({ ...HEADS, ...change })).toThrow(
      expect.objectContaining({ code: 'act-invalid' }),
    );
  });
  test('any other byte than those written is refused or says something else', () => {
    const written = formatHeads(HEADS);
    fc.assert(
      fc.property(fc.nat(written.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = written.map((byte, n) => (n === at ? byte ^ by : byte));
        let read: LoggedHeads | null = null;
        try {
          read = parseHeads(changed);
        } catch (error) {
          expect(error).toMatchObject({ code: 'act-invalid' });
        }
        if (read !== null) expect(formatHeads(read)).toEqual(changed);
      }),
    );
  });
});

test('each document says what it states, and a commitment to one of no kind is refused', async () => {
  const statusSigner = wordSigner('so.example/status', 'status key');
  const note = await signStatus(sha256, ed25519, statusSigner, {
    origin: OLD,
    asOf: 1_780_000_000,
    size: 3,
    entries: [],
  });
  const ports = testPorts({});
  const checkpoint = await signCheckpoint(ports, { origin: ports.origin, size: 5, root: hash(5) });
  const lodged = await lodgeCheckpoint(sha256, ed25519, ports.signer.vkey, checkpoint, salt);
  const kinds = [
    formatHeads(HEADS),
    loggedStatus(note),
    lodged.document,
    await signSuccession(sha256, ed25519, wordSigner(NEXT, 'next'), succession),
  ];
  expect(kinds.map(statementKind)).toEqual(['heads', 'status', 'lodged', 'succession']);
  expect(statusNoteOf(loggedStatus(note))).toEqual(note);
  expect(() => statusNoteOf(lodged.document)).toThrow();
  expect(statementCommitment(sha256, lodged.document, salt)).toEqual(lodged.commitment);
  for (const other of ['', 'hocba.vn/heads/v2\n', text(note)])
    expect(() => statementCommitment(sha256, bytes(other), salt)).toThrow();
});

describe('a succession', () => {
  test('is signed by the log that goes on, and by no other', async () => {
    const signer = wordSigner(NEXT, 'next');
    const document = await signSuccession(sha256, ed25519, signer, succession);
    expect(await openSuccession(sha256, ed25519, signer.vkey, document)).toEqual(succession);
    const thief = wordSigner(OLD, 'stolen');
    await expect(signSuccession(sha256, ed25519, thief, succession)).rejects.toMatchObject({
      code: 'signer-wrong',
    });
    await expect(openSuccession(sha256, ed25519, thief.vkey, document)).rejects.toMatchObject({
      code: 'note-unsigned',
    });
    const later = bytes(text(document).replace('\n300\n', '\n400\n'));
    await expect(openSuccession(sha256, ed25519, signer.vkey, later)).rejects.toMatchObject({
      code: 'note-signature-wrong',
    });
  });
  test('of a log to itself is refused', async () => {
    const signer = wordSigner(OLD, 'stolen');
    await expect(signSuccession(sha256, ed25519, signer, { ...succession, next: OLD })).rejects.toMatchObject(
      { code: 'succession-invalid' },
    );
  });
  test.each<[string, (good: string) => string, string]>([
    ['of another version', (good) => good.replace('/v1', '/v2'), 'succession-invalid'],
    ['without its time', (good) => good.replace(/since .*/, 'since never'), 'succession-invalid'],
    ['whose time is no line of it', (good) => good.replace('since ', 'after '), 'succession-invalid'],
    ['that names none', (good) => good.replace('next ', 'then '), 'succession-invalid'],
    ['to a name that is none', (good) => good.replace(`next ${NEXT}`, 'next a b'), 'succession-invalid'],
    ['to a third log', (good) => good.replace(`next ${NEXT}`, 'next la.example'), 'origin-wrong'],
    ['with a line more', (good) => `${good}more\n`, 'checkpoint-invalid'],
  ])('%s is not read, whoever signed it', async (_, change, code) => {
    const signer = wordSigner(NEXT, 'next');
    const good = parseNote(await signSuccession(sha256, ed25519, signer, succession)).text;
    const signature = await signNote(sha256, ed25519, signer, change(good));
    const document = formatNote({ text: change(good), signatures: [signature] });
    await expect(openSuccession(sha256, ed25519, signer.vkey, document)).rejects.toMatchObject({ code });
  });
  test('says nothing of another log', () => {
    expect(() => judgeBySuccession(last, { ...last, origin: NEXT })).toThrow(
      expect.objectContaining({ code: 'origin-wrong' }),
    );
  });
  test.each([
    [{ ...last }, 'last'],
    [{ ...last, root: hash(8) }, 'after-theft'],
    [{ ...last, size: 301 }, 'after-theft'],
    [{ ...last, size: 299, root: hash(1) }, 'earlier'],
  ])('judges %o', (checkpoint, expected) => {
    expect(judgeBySuccession(last, checkpoint)).toBe(expected);
  });
});
