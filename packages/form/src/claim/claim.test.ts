import { generateKeyPairSync, sign, verify } from 'node:crypto';
import type { Grade, OverallResult, SubjectCode, SubjectLevel, TraitCode, TraitLevel } from '@hocba/record';
import { SUBJECTS, TRAITS } from '@hocba/record';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawQr } from '../qr.ts';
import { sampleRecord } from '../testing/sample-record.ts';
import {
  type ClaimBody,
  type ClaimContent,
  ClaimError,
  claimContentOf,
  claimDifferences,
  readClaim,
  signClaim,
} from './index.ts';

const keys = generateKeyPairSync('ed25519');
const signer = async (message: Uint8Array) => new Uint8Array(sign(null, message, keys.privateKey));

const day = (from: string, to: string) =>
  fc
    .date({ min: new Date(from), max: new Date(to), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10));

const content: fc.Arbitrary<ClaimContent> = fc.record({
  training: fc.boolean(),
  fullName: fc
    .array(fc.constantFrom('Nguyễn', 'Thị', 'Đặng', 'Ưu', 'Ấn', 'Hmông', 'Y', 'Ksor', 'Quỳnh'), {
      minLength: 1,
      maxLength: 6,
    })
    .map((words) => words.join(' ')),
  birthDate: day('1990-01-01', '2060-12-31'),
  schoolYear: fc.integer({ min: 2000, max: 2098 }).map((year) => `${year}-${year + 1}`),
  grade: fc.constantFrom<Grade>(1, 2, 3, 4, 5),
  schoolCode: fc.stringMatching(/^[0-9]{4,12}$/),
  issueDate: day('2020-01-01', '2090-12-31'),
  subjects: fc
    .array(
      fc.tuple(
        fc.constantFrom<SubjectCode>(...SUBJECTS.map(({ code }) => code)),
        fc.constantFrom<SubjectLevel>('T', 'H', 'C'),
        fc.option(fc.integer({ min: 0, max: 10 }), { nil: undefined }),
      ),
    )
    .map((lines) =>
      Object.fromEntries(
        lines.map(([code, level, mark]) => [code, { level, ...(mark === undefined ? {} : { mark }) }]),
      ),
    ),
  traits: fc.dictionary(
    fc.constantFrom<TraitCode>(...TRAITS.map(({ code }) => code)),
    fc.constantFrom<TraitLevel>('T', 'Đ', 'C'),
  ) as fc.Arbitrary<ClaimContent['traits']>,
  result: fc.constantFrom<OverallResult>('HTXS', 'HTT', 'HT', 'CHT'),
  completed: fc.boolean(),
  promoted: fc.boolean(),
});
const body: fc.Arbitrary<ClaimBody> = fc.record({
  content,
  keyId: fc.uint8Array({ minLength: 4, maxLength: 4 }),
  leafIndex: fc.maxSafeNat().map((n) => n % 2 ** 48),
  leafHash: fc.uint8Array({ minLength: 16, maxLength: 16 }),
});

const plain = (read: ClaimBody): ClaimBody => ({
  content: read.content,
  keyId: Uint8Array.from(read.keyId),
  leafIndex: read.leafIndex,
  leafHash: Uint8Array.from(read.leafHash),
});
const sampleBody = (): ClaimBody => ({
  content: claimContentOf(sampleRecord()),
  keyId: Uint8Array.of(1, 2, 3, 4),
  leafIndex: 264_999,
  leafHash: new Uint8Array(16).fill(9),
});

describe('a claim', () => {
  test('comes back whole, and its signature is over what is read', async () => {
    await fc.assert(
      fc.asyncProperty(body, async (given) => {
        const read = readClaim(await signClaim(given, signer));
        expect(plain(read)).toEqual(plain(given));
        expect(verify(null, read.signed, keys.publicKey, read.signature)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  /** As the first prints spelled it, which are on paper and in stores: base64url without padding. */
  const asFirstPrinted = (digits: string): string => {
    const hex = BigInt(digits).toString(16);
    return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url');
  };

  test('on the first prints, which spelled it in letters, is still read', async () => {
    await fc.assert(
      fc.asyncProperty(body, async (given) => {
        const read = readClaim(asFirstPrinted(await signClaim(given, signer)));
        expect(plain(read)).toEqual(plain(given));
        expect(verify(null, read.signed, keys.publicKey, read.signature)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  test('in letters has one spelling too: padded, cut short, continued or with bits left over it is refused', async () => {
    const claimed = { ...sampleBody(), content: { ...sampleBody().content, fullName: 'An' } };
    const text = asFirstPrinted(await signClaim(claimed, signer));
    for (const other of [
      `${text}=`,
      `${text}A`,
      text.slice(0, -1),
      `${text.slice(0, -1)}+`,
      ` ${text}`,
      'A'.repeat(738),
    ])
      expect(() => readClaim(other), other.slice(-4)).toThrow(ClaimError);
  });

  const address = `https://hocba.tinh-mau.edu.vn/x/${'A'.repeat(22)}#`;
  const longestName = 'Ễ'.repeat(53);
  const drawnFor = async (fullName: string) => {
    const claimed = {
      ...sampleBody(),
      content: { ...sampleBody().content, fullName, schoolCode: '9'.repeat(32) },
    };
    return drawQr(address + (await signClaim(claimed, signer)));
  };

  test('fits with its address into QR version 20 at level M, and a common one into version 11', async () => {
    const version = async (name: string) => ((await drawnFor(name)).size - 17) / 4;
    expect(await version(sampleBody().content.fullName)).toBeLessThanOrEqual(11);
    expect(await version(longestName)).toBeLessThanOrEqual(16);
  });

  test('is drawn with modules that a scan at 150 dpi tells apart: three and a half dots, whatever the name', async () => {
    for (const name of ['An', sampleBody().content.fullName, longestName]) {
      expect(((await drawnFor(name)).moduleSize / 72) * 150).toBeGreaterThanOrEqual(3.5);
    }
  });

  test('with any character changed is refused, or its signature no longer holds', async () => {
    const text = await signClaim(sampleBody(), signer);
    let refused = 0;
    for (let at = 0; at < text.length; at++) {
      for (const other of ['A', 'b', '9', '_', '=', ' ']) {
        if (text[at] === other) continue;
        const changed = text.slice(0, at) + other + text.slice(at + 1);
        try {
          const read = readClaim(changed);
          expect(verify(null, read.signed, keys.publicKey, read.signature)).toBe(false);
        } catch (error) {
          expect(error).toBeInstanceOf(ClaimError);
          refused += 1;
        }
      }
    }
    expect(refused).toBeGreaterThan(text.length);
  });

  test('cut short, continued or empty is refused', async () => {
    const text = await signClaim(sampleBody(), signer);
    for (let length = 0; length < text.length; length++) {
      expect(() => readClaim(text.slice(0, length))).toThrow(ClaimError);
    }
    for (const more of ['A', 'AA', 'AAAA', '\n']) expect(() => readClaim(text + more)).toThrow(ClaimError);
  });

  test.each<[string, Partial<ClaimContent>]>([
    ['a half mark', { subjects: { TOAN: { level: 'T', mark: 7.5 } } }],
    ['a mark of 11', { subjects: { TOAN: { level: 'T', mark: 11 } } }],
    ['no name', { fullName: '' }],
    ['a name without end', { fullName: 'A'.repeat(161) }],
    ['a birth before 1990', { birthDate: '1989-12-31' }],
    ['a 31st of February', { birthDate: '2016-02-31' }],
    ['an issue before 2020', { issueDate: '2019-12-31' }],
    ['two years apart', { schoolYear: '2025-2027' }],
    ['a school code with a slash', { schoolCode: 'a/b' }],
  ])('of %s cannot be made', async (_what, wrong) => {
    const given = { ...sampleBody(), content: { ...sampleBody().content, ...wrong } };
    await expect(signClaim(given, signer)).rejects.toThrow(ClaimError);
  });
});

describe('print and issue', () => {
  test('are one for the record that was issued', () => {
    expect(claimDifferences(claimContentOf(sampleRecord()), claimContentOf(sampleRecord()))).toEqual([]);
  });

  test('differ in each field that was changed, and in no other', () => {
    const issued = claimContentOf(sampleRecord());
    const [code] = Object.keys(issued.subjects) as SubjectCode[];
    if (code === undefined) throw new Error('the sample has subjects');
    const printed: ClaimContent = {
      ...issued,
      fullName: 'Người Khác',
      subjects: { ...issued.subjects, [code]: { level: 'C' } },
      traits: { ...issued.traits, YEU_NUOC: issued.traits.YEU_NUOC === 'T' ? 'C' : 'T' },
    };
    expect(claimDifferences(printed, issued)).toEqual(['fullName', `subjects.${code}`, 'traits.YEU_NUOC']);
  });
});
