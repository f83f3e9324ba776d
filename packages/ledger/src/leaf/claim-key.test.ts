import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LedgerError } from '../error.ts';
import { nodeSha256 as sha256 } from '../note/crypto.node.ts';
import { type ClaimKey, claimKeyCommitment, claimKeyId, formatClaimKey, parseClaimKey } from './claim-key.ts';

const KEY: ClaimKey = {
  origin: 'hocba.example.vn/79/2026-2027',
  publicKey: new Uint8Array(32).fill(7),
  from: 1_780_000_000,
  until: 1_800_000_000,
};
const text = (): string => new TextDecoder().decode(formatClaimKey(KEY));

describe('a claim key’s document', () => {
  test('is five lines that anybody can read', () => {
    expect(text()).toBe(
      'hocba.vn/claim-key/v1\norigin hocba.example.vn/79/2026-2027\n' +
        'key BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\nfrom 2026-05-28T20:26:40Z\nuntil 2027-01-15T08:00:00Z\n',
    );
  });

  test('comes back as it was', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.integer({ min: 1, max: 4_000_000_000 }),
        fc.integer({ min: 1, max: 400 * 86_400 }),
        (publicKey, from, length) => {
          const key = { ...KEY, publicKey, from, until: from + length };
          expect(parseClaimKey(formatClaimKey(key))).toEqual(key);
        },
      ),
    );
  });

  test.each<[string, Partial<ClaimKey>]>([
    ['an origin with a space', { origin: 'a b' }],
    ['no origin', { origin: '' }],
    ['a short key', { publicKey: new Uint8Array(31) }],
    ['an end before its beginning', { until: KEY.from }],
    ['more than a year and a summer', { until: KEY.from + 401 * 86_400 }],
    ['half a second', { from: KEY.from + 0.5 }],
    ['no time at all', { from: Number.NaN }],
    ['the beginning of time', { from: 0, until: 86_400 }],
    ['half a second at its end', { until: KEY.until + 0.5 }],
  ])('with %s is not written', (_what, wrong) => {
    expect(() => formatClaimKey({ ...KEY, ...wrong })).toThrow(LedgerError);
  });

  test.each<[string, (good: string) => string]>([
    ['without its last line end', (good) => good.slice(0, -1)],
    ['with a line more', (good) => `${good}note x\n`],
    ['with its lines the other way round', (good) => good.split('\n').reverse().join('\n')],
    ['of another version', (good) => good.replace('/v1', '/v2')],
    ['of a name with a letter for its point', (good) => good.replace('hocba.vn/c', 'hocbaxvn/c')],
    ['with a space more', (good) => good.replace('key ', 'key  ')],
    ['with CRLF', (good) => good.replaceAll('\n', '\r\n')],
    ['with unused bits set in its key', (good) => good.replace('c=\n', 'd=\n')],
    ['with a 30th of February', (good) => good.replace('2026-05-28', '2026-02-30')],
    ['with a byte order mark', (good) => `\ufeff${good}`],
    ['of a megabyte', (good) => good + 'x'.repeat(1_000_000)],
    ['of nothing', () => ''],
  ])('%s is not read', (_what, change) => {
    expect(() => parseClaimKey(new TextEncoder().encode(change(text())))).toThrow(LedgerError);
  });

  test('another key has another id and another leaf', () => {
    const other = { ...KEY, publicKey: new Uint8Array(32).fill(8) };
    const salt = new Uint8Array(32);
    expect(claimKeyId(sha256, KEY.publicKey)).toHaveLength(4);
    expect(claimKeyId(sha256, other.publicKey)).not.toEqual(claimKeyId(sha256, KEY.publicKey));
    expect(claimKeyCommitment(sha256, other, salt)).not.toEqual(claimKeyCommitment(sha256, KEY, salt));
    expect(claimKeyCommitment(sha256, { ...KEY, until: KEY.until - 1 }, salt)).not.toEqual(
      claimKeyCommitment(sha256, KEY, salt),
    );
  });
});
