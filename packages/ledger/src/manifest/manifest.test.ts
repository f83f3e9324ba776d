import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import vectors from '../../vectors/manifests.json' with { type: 'json' };
import { toHex } from '../encoding/bytes.ts';
import { LedgerError } from '../error.ts';
import { encodeLeaf } from '../leaf/leaf.ts';
import { nodeSha256 as sha256 } from '../note/crypto.node.ts';
import { checkManifestAgainst } from './check.ts';
import {
  decodeManifest,
  decodeManifestEntry,
  encodeManifest,
  encodeManifestEntry,
  encodeManifestRoot,
  type Manifest,
  type ManifestEntry,
  manifestCommitment,
  manifestRoot,
  sortManifestEntries,
} from './manifest.ts';
import { formatManifestPath, manifestPath, parseManifestPath, verifyManifestPath } from './path.ts';

const hash = (word: string) => sha256(new TextEncoder().encode(word));
const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const HEAD = {
  origin: 'so.hocba.example/thu/2025-2026',
  school: '79000001',
  schoolYear: '2025-2026',
  classId: '3f2c0d5e-8a55-4c1d-9a63-0c5c0f6f0001',
};
const SALT = hash('manifest salt');

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const pupil = fc.stringMatching(/^[A-Za-z0-9Đđ-]{1,20}$/);
const note = fc
  .stringMatching(/^[A-Za-zÀ-ÿăđĩũơưạ-ỹ]( ?[A-Za-zÀ-ÿăđĩũơưạ-ỹ]){0,30}$/)
  .map((text) => text.normalize('NFC'));
const entry: fc.Arbitrary<ManifestEntry> = fc.oneof(
  fc.record({
    state: fc.constant('issued' as const),
    salt: bytes32,
    pupil,
    leafIndex: fc.bigInt({ min: 0n, max: 2n ** 53n - 1n }),
    leafHash: bytes32,
  }),
  fc.record({
    state: fc.constant('none' as const),
    salt: bytes32,
    pupil,
    reason: fc.constantFrom('transferred', 'left', 'deceased', 'undecided', 'other'),
    note,
  }),
);
const manifests: fc.Arbitrary<Manifest> = fc
  .uniqueArray(entry, {
    minLength: 1,
    maxLength: 40,
    selector: (one) => one.pupil,
  })
  .filter((entries) => {
    const indexes = entries.flatMap((one) => (one.state === 'issued' ? [one.leafIndex] : []));
    return (
      new Set(indexes).size === indexes.length &&
      new Set(entries.map((one) => toHex(one.salt))).size === entries.length
    );
  })
  .map((entries) => ({ ...HEAD, entries: sortManifestEntries(entries) }));

const leafOf = (manifest: Manifest, kind: 'manifest' | 'statement' = 'manifest') =>
  encodeLeaf({
    kind,
    time: 1_780_000_000,
    commitment: manifestCommitment(sha256, manifestRoot(sha256, manifest), SALT),
  });

const issued = (name: string, index: bigint): ManifestEntry => ({
  state: 'issued',
  salt: hash(`salt ${name}`),
  pupil: name,
  leafIndex: index,
  leafHash: hash(`leaf ${name}`),
});
const none = (name: string, over: object = {}): ManifestEntry =>
  ({
    state: 'none',
    salt: hash(`salt ${name}`),
    pupil: name,
    reason: 'transferred',
    note: '',
    ...over,
  }) as ManifestEntry;
const CLASS: Manifest = {
  ...HEAD,
  entries: [
    issued('HS-001', 12n),
    none('HS-002'),
    issued('HS-003', 14n),
    none('HS-004', { reason: 'other', note: 'Học lại' }),
    issued('HS-010', 7n),
  ],
};

describe('a manifest', () => {
  test('reads back from its bytes, and every pupil’s path verifies, as a file too', async () => {
    await fc.assert(
      fc.asyncProperty(manifests, async (manifest) => {
        expect(decodeManifest(encodeManifest(manifest))).toEqual(manifest);
        const leaf = leafOf(manifest);
        for (const one of manifest.entries) {
          const path = await manifestPath(sha256, manifest, SALT, one.pupil);
          const read = parseManifestPath(formatManifestPath(path));
          expect(read).toEqual(path);
          expect(verifyManifestPath(sha256, read, leaf)).toMatchObject({ valid: true, entry: one });
        }
      }),
      { numRuns: 40 },
    );
  });

  test('what decodes, encodes to the same bytes: one spelling per manifest', () => {
    const whole = encodeManifest(CLASS);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
        const changed = whole.slice();
        changed[at] = value;
        let decoded: Manifest;
        try {
          decoded = decodeManifest(changed);
        } catch (error) {
          expect(error).toMatchObject({ code: 'manifest-invalid' });
          return;
        }
        expect(encodeManifest(decoded)).toEqual(changed);
      }),
      { numRuns: 500 },
    );
  });

  test('a path tells nothing of classmates', async () => {
    const file = formatManifestPath(await manifestPath(sha256, CLASS, SALT, 'HS-003'));
    const text = new TextDecoder().decode(file);
    for (const other of CLASS.entries.filter((one) => one.pupil !== 'HS-003')) {
      expect(text).not.toContain(other.pupil);
      expect(text).not.toContain(btoa(String.fromCharCode(...other.salt)));
    }
    await expect(manifestPath(sha256, CLASS, SALT, 'HS-999')).rejects.toMatchObject({
      code: 'manifest-invalid',
    });
  });

  test('no path with one changed thing verifies', async () => {
    const path = await manifestPath(sha256, CLASS, SALT, 'HS-003');
    const leaf = leafOf(CLASS);
    const [mine, other] = [path.entry, CLASS.entries[0]] as [ManifestEntry, ManifestEntry];
    for (const [changed, code] of [
      [{ ...path, salt: hash('other') }, 'commitment-differs'],
      [{ ...path, school: '79000002' }, 'commitment-differs'],
      [{ ...path, schoolYear: '2024-2025' }, 'commitment-differs'],
      [{ ...path, classId: 'x' }, 'commitment-differs'],
      [{ ...path, origin: 'khac.example' }, 'commitment-differs'],
      [{ ...path, size: 6 }, 'commitment-differs'],
      [{ ...path, size: 0 }, 'commitment-differs'],
      [{ ...path, root: hash('other') }, 'commitment-differs'],
      [{ ...path, index: 3 }, 'not-in-manifest'],
      [{ ...path, index: 5 }, 'not-in-manifest'],
      [{ ...path, index: -1 }, 'not-in-manifest'],
      [{ ...path, entry: other }, 'not-in-manifest'],
      [{ ...path, entry: none('HS-003') }, 'not-in-manifest'],
      [{ ...path, entry: { ...mine, salt: hash('other') } }, 'not-in-manifest'],
      [{ ...path, proof: path.proof.slice(1) }, 'not-in-manifest'],
      [{ ...path, proof: [...path.proof, hash('x')] }, 'not-in-manifest'],
    ] as const) {
      expect(verifyManifestPath(sha256, changed, leaf)).toEqual({ valid: false, code });
    }
    for (const [i, sibling] of path.proof.entries()) {
      const proof = path.proof.map((one, at) =>
        at === i ? sibling.map((byte, b) => (b === i ? byte ^ 1 : byte)) : one,
      );
      expect(verifyManifestPath(sha256, { ...path, proof }, leaf)).toEqual({
        valid: false,
        code: 'not-in-manifest',
      });
    }
    expect(verifyManifestPath(sha256, path, leafOf(CLASS, 'statement'))).toEqual({
      valid: false,
      code: 'leaf-is-no-manifest',
    });
    expect(verifyManifestPath(sha256, path, leaf.slice(1))).toEqual({
      valid: false,
      code: 'leaf-is-no-manifest',
    });
  });

  test('the same class without one pupil commits to something else', () => {
    const shorter = { ...CLASS, entries: CLASS.entries.slice(0, -1) };
    expect(leafOf(shorter)).not.toEqual(leafOf(CLASS));
  });
});

const A = CLASS.entries[0] as ManifestEntry;
describe('is not encoded', () => {
  test.each<[string, object]>([
    ['nobody', { entries: [] }],
    ['wrong order', { entries: [...CLASS.entries].reverse() }],
    ['a pupil twice', { entries: [A, { ...none('HS-001'), salt: hash('x') }] }],
    ['a salt twice', { entries: [A, { ...none('HS-002'), salt: A.salt }] }],
    ['a leaf twice', { entries: [A, issued('HS-002', 12n)] }],
    [
      '1,025 pupils',
      { entries: Array.from({ length: 1025 }, (_, i) => issued(`HS-${10_000 + i}`, BigInt(i))) },
    ],
    ['a year of two', { schoolYear: '2025-2027' }],
    ['a year in words', { schoolYear: '2025–2026' }],
    ['no school', { school: '' }],
    ['a school with a space', { school: 'Truong A' }],
    ['a class with a newline', { classId: '3A\n' }],
    ['an origin in decomposed Unicode', { origin: 'sở.example'.normalize('NFD') }],
    ['a lone surrogate', { classId: '\ud800' }],
    ['a long class', { classId: 'x'.repeat(257) }],
    ['an empty pupil', { entries: [none('')] }],
    ['a pupil with a space', { entries: [none('HS 1')] }],
    ['a pupil with a control character', { entries: [none('HS\u0007')] }],
    ['a pupil with an invisible character', { entries: [none('HS\u200b1')] }],
    ['a short salt', { entries: [none('HS-1', { salt: new Uint8Array(31) })] }],
    ['an unknown reason', { entries: [none('HS-1', { reason: 'forgotten' })] }],
    ['a reason from the prototype', { entries: [none('HS-1', { reason: 'toString' })] }],
    ['another reason without words', { entries: [none('HS-1', { reason: 'other' })] }],
    ['words of blanks', { entries: [none('HS-1', { reason: 'other', note: ' ' })] }],
    ['words in decomposed Unicode', { entries: [none('HS-1', { note: 'nghỉ'.normalize('NFD') })] }],
    ['a long note', { entries: [none('HS-1', { note: 'x'.repeat(1001) })] }],
    ['an unknown state', { entries: [{ ...A, state: 'lost' }] }],
    ['a negative index', { entries: [{ ...A, leafIndex: -1n }] }],
    ['an index beyond 2^53', { entries: [{ ...A, leafIndex: 2n ** 53n }] }],
    ['a short leaf hash', { entries: [{ ...A, leafHash: new Uint8Array(20) }] }],
  ])('%s', (_, over) => {
    expect(() => encodeManifest({ ...CLASS, ...over } as Manifest)).toThrow(LedgerError);
  });
});

describe('is not decoded', () => {
  const whole = encodeManifest(CLASS);
  const first = encodeManifestEntry(A);
  const second = encodeManifestEntry(none('HS-004', { reason: 'other', note: 'Học lại' }));
  const put = (given: Uint8Array, at: number, ...values: number[]) => {
    const out = given.slice();
    out.set(values, at < 0 ? given.length + at : at);
    return out;
  };
  test.each<[string, () => unknown]>([
    ['nothing', () => decodeManifest(new Uint8Array(0))],
    ['magic alone', () => decodeManifest(whole.slice(0, 21))],
    ['another version', () => decodeManifest(put(whole, 19, 0x32))],
    ['one byte less', () => decodeManifest(whole.slice(0, -1))],
    ['one byte more', () => decodeManifest(Uint8Array.of(...whole, 0))],
    ['a length beyond the end', () => decodeManifest(put(whole, 21, 255, 255))],
    ['twice', () => decodeManifest(Uint8Array.of(...whole, ...whole))],
    ['an entry of version 0', () => decodeManifestEntry(put(first, 0, 0))],
    ['an entry of version 2', () => decodeManifestEntry(put(first, 0, 2))],
    ['an entry of state 0', () => decodeManifestEntry(put(first, 1, 0))],
    ['an entry of state 3', () => decodeManifestEntry(put(first, 1, 3))],
    ['an issued one called none', () => decodeManifestEntry(put(first, 1, 2))],
    ['none called issued', () => decodeManifestEntry(put(second, 1, 1))],
    ['a pupil that is no UTF-8', () => decodeManifestEntry(put(first, 36, 0xff))],
    ['a pupil with a null', () => decodeManifestEntry(put(first, 36, 0))],
    ['a pupil of no length', () => decodeManifestEntry(put(first, 34, 0, 0))],
    ['an index beyond 2^53', () => decodeManifestEntry(put(first, -40, 0, 0x20))],
    ['reason 0', () => decodeManifestEntry(put(second, 42, 0))],
    ['reason 6', () => decodeManifestEntry(put(second, 42, 6))],
    [
      'a reason that stands without words',
      () => decodeManifestEntry(Uint8Array.of(...second.slice(0, 43), 0, 0)),
    ],
    ['an entry cut short', () => decodeManifestEntry(first.slice(0, 20))],
    ['an entry with more behind', () => decodeManifestEntry(Uint8Array.of(...first, 0))],
  ])('%s', (_, decode) => {
    expect(decode).toThrow(LedgerError);
  });

  test.each<[string, (text: string) => string]>([
    ['another header', (text) => text.replace('/v1', '/v2')],
    ['no newline at the end', (text) => text.slice(0, -1)],
    ['an empty line', (text) => `${text}\n`],
    ['fields in another order', (text) => text.replace(/(school .*\n)(year .*\n)/, '$2$1')],
    ['a field missing', (text) => text.replace(/class .*\n/, '')],
    ['a field twice', (text) => text.replace(/(class .*\n)/, '$1$1')],
    ['carriage returns', (text) => text.replaceAll('\n', '\r\n')],
    ['a leading zero', (text) => text.replace('index 2', 'index 02')],
    ['an index beyond the size', (text) => text.replace('index 2', 'index 5')],
    ['base64 with a space', (text) => text.replace('salt ', 'salt  ')],
    ['a short hash', (text) => `${text.trimEnd().slice(0, -4)}\n`],
    ['64 hashes', (text) => text + `${btoa('\x01'.repeat(32))}\n`.repeat(64)],
    ['more than is read', (text) => text.replace('school 79000001', `school ${'9'.repeat(20_000)}`)],
  ])('a path with %s', async (_, change) => {
    const text = new TextDecoder().decode(
      formatManifestPath(await manifestPath(sha256, CLASS, SALT, 'HS-003')),
    );
    expect(change(text)).not.toBe(text);
    expect(() => parseManifestPath(new TextEncoder().encode(change(text)))).toThrow(LedgerError);
  });
});

describe('held against the roll and the leaves', () => {
  const roll = CLASS.entries.map((one) => one.pupil);
  const leaves = CLASS.entries.flatMap((one) =>
    one.state === 'issued' ? [{ pupil: one.pupil, index: one.leafIndex, leafHash: one.leafHash }] : [],
  );
  const [l1, l3, l10] = leaves as [(typeof leaves)[0], (typeof leaves)[0], (typeof leaves)[0]];

  test.each([
    ['all is well', roll, leaves, []],
    ['a pupil silently left out', [...roll, 'HS-011'], leaves, ['HS-011 missing']],
    [
      'one left out who has a record',
      [...roll, 'HS-011'],
      [...leaves, { ...l1, pupil: 'HS-011' }],
      ['HS-011 missing'],
    ],
    ['one not on the roll', roll.slice(1), leaves, ['HS-001 unknown']],
    ['a record that does not exist', roll, [l1, l3], ['HS-010 not-issued']],
    ['a record added late', roll, [...leaves, { ...l1, pupil: 'HS-002' }], ['HS-002 issued-after-all']],
    [
      'a second record beside the one that is named',
      roll,
      [{ ...l3, index: 99n, leafHash: l1.leafHash }, ...leaves],
      ['HS-003 issued-twice'],
    ],
    ['another record in its place', roll, [l1, { ...l3, index: 99n }, l10], ['HS-003 leaf-differs']],
    [
      'two swapped',
      roll,
      [{ ...l1, pupil: 'HS-003' }, { ...l3, pupil: 'HS-001' }, l10],
      ['HS-001 leaf-differs', 'HS-003 leaf-differs'],
    ],
    ['a record of nobody known', roll, [...leaves, { ...l1, pupil: 'HS-050' }], ['HS-050 missing']],
  ] as const)('%s', (_, on, known, expected) => {
    expect(checkManifestAgainst(CLASS, on, known).map(({ pupil: name, code }) => `${name} ${code}`)).toEqual(
      expected,
    );
  });
});

/** Frozen for ever, as all that is committed to. Never regenerate. */
describe('frozen', () => {
  test('bytes, root and commitment', () => {
    expect(toHex(encodeManifest(CLASS))).toBe(vectors.manifest);
    expect(decodeManifest(bytes(vectors.manifest))).toEqual(CLASS);
    const root = manifestRoot(sha256, CLASS);
    expect(toHex(root.root)).toBe(vectors.root);
    expect(toHex(encodeManifestRoot(root))).toBe(vectors.rootDocument);
    expect(toHex(manifestCommitment(sha256, root, SALT))).toBe(vectors.commitment);
    expect(toHex(SALT)).toBe(vectors.salt);
  });

  test.each(vectors.paths)('path of $pupil', async ({ pupil: name, file }) => {
    const path = parseManifestPath(new TextEncoder().encode(file));
    expect(verifyManifestPath(sha256, path, bytes(vectors.leaf))).toMatchObject({
      valid: true,
      entry: { pupil: name },
    });
    expect(path).toEqual(await manifestPath(sha256, CLASS, SALT, name));
  });

  test.each(vectors.invalidEntries)('invalid entry: $name', ({ encoded }) => {
    expect(() => decodeManifestEntry(bytes(encoded))).toThrow(LedgerError);
  });
});
