import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LedgerError } from '../error.ts';
import { nodeEd25519 as ed25519, nodeSha256 as sha256 } from '../note/crypto.node.ts';
import { ORIGIN, wordSigner } from '../testing/ports.node.ts';
import {
  formatStatusText,
  openStatus,
  parseStatusText,
  type Status,
  signStatus,
  statusOf,
} from './status.ts';

const signer = wordSigner('so.hocba.example/status', 'status key');
const STATUS: Status = {
  origin: ORIGIN,
  asOf: 1_780_000_000,
  size: 100,
  entries: [
    { index: 3, state: 'recalled', by: 40, reason: 'sai-diem' },
    { index: 7, state: 'replaced', by: 41 },
    { index: 41, state: 'recalled', by: 99, reason: 'khac' },
  ],
};
const TEXT = formatStatusText(STATUS);

describe('status file', () => {
  test('its text', () => {
    expect(TEXT).toBe(`hocba.vn/status/v1
origin ${ORIGIN}
as-of 2026-05-28T20:26:40Z
size 100
3 recalled 40 sai-diem
7 replaced 41
41 recalled 99 khac
`);
    expect(parseStatusText(TEXT)).toEqual(STATUS);
  });

  test('signed, opened, asked', async () => {
    const bytes = await signStatus(sha256, ed25519, signer, STATUS);
    const status = await openStatus(sha256, ed25519, signer.vkey, ORIGIN, bytes);
    expect(status).toEqual(STATUS);
    expect(statusOf(status, 7)).toEqual(STATUS.entries[1]);
    expect(statusOf(status, 8)).toBe('current');
    expect(statusOf(status, 0)).toBe('current');
    expect(statusOf(status, 99)).toBe('current');
    for (const index of [100, -1, 1.5, 2 ** 60]) expect(statusOf(status, index)).toBe('unknown');
  });

  test('a later leaf may stand in the log that came after', () => {
    const log = 'so.hocba.example/thu/2026-2027';
    const entries: Status['entries'] = [
      { index: 3, state: 'recalled', by: 0, reason: 'khac', log },
      { index: 50, state: 'replaced', by: 7, log },
    ];
    const text = formatStatusText({ ...STATUS, entries });
    expect(text).toContain(`3 recalled 0 khac in ${log}\n50 replaced 7 in ${log}\n`);
    expect(parseStatusText(text).entries).toEqual(entries);
  });

  test('every index finds its own line', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(997), { maxLength: 40 }), (indexes) => {
        const sorted = [...indexes].sort((a, b) => a - b);
        const entries = sorted.map((index) => ({ index, state: 'replaced' as const, by: 998 }));
        const status = parseStatusText(formatStatusText({ ...STATUS, size: 1000, entries }));
        for (let i = 0; i < 1000; i++) {
          expect(statusOf(status, i)).toEqual(entries.find((entry) => entry.index === i) ?? 'current');
        }
      }),
      { numRuns: 20 },
    );
  });

  test('another key, another origin, a changed byte', async () => {
    const bytes = await signStatus(sha256, ed25519, signer, STATUS);
    const open = (vkey: string, origin: string, given: Uint8Array) =>
      openStatus(sha256, ed25519, vkey, origin, given);
    const other = wordSigner('so.hocba.example/status', 'another').vkey;
    await expect(open(other, ORIGIN, bytes)).rejects.toMatchObject({ code: 'note-unsigned' });
    await expect(open(signer.vkey, `${ORIGIN}x`, bytes)).rejects.toMatchObject({ code: 'origin-wrong' });
    const text = new TextDecoder().decode(bytes).replace('7 replaced', '8 replaced');
    const forged = new TextEncoder().encode(text);
    await expect(open(signer.vkey, ORIGIN, forged)).rejects.toMatchObject({ code: 'note-signature-wrong' });
  });

  test.each<[string, string]>([
    ['nothing', ''],
    ['version 2', TEXT.replace('v1', 'v2')],
    ['no newline', TEXT.slice(0, -1)],
    ['an empty line', `${TEXT}\n`],
    ['no origin', TEXT.replace(`origin ${ORIGIN}\n`, '')],
    ['empty origin', TEXT.replace(ORIGIN, '')],
    ['origin with a space', TEXT.replace(ORIGIN, 'a b')],
    ['local time', TEXT.replace('20:26:40Z', '20:26:40')],
    ['time with an offset', TEXT.replace('Z\n', '+07:00\n')],
    ['time with a fraction', TEXT.replace('40Z', '40.0Z')],
    ['30 February', TEXT.replace('05-28', '02-30')],
    ['24 hours', TEXT.replace('T20', 'T24')],
    ['61st second', TEXT.replace(':40Z', ':60Z')],
    ['size with leading zero', TEXT.replace('size 100', 'size 0100')],
    ['size too small for an entry', TEXT.replace('size 100', 'size 99')],
    ['another word for the origin', TEXT.replace('origin ', 'Origin ')],
    ['another word for the day', TEXT.replace('as-of ', 'as_of ')],
    ['another word for the size', TEXT.replace('size ', 'tree ')],
    ['order of the head', TEXT.replace(/(as-of .*\n)(size .*\n)/, '$2$1')],
    ['the same leaf twice', TEXT.replace('7 replaced', '3 replaced')],
    ['descending order', TEXT.replace('7 replaced', '2 replaced')],
    ['by itself', TEXT.replace('replaced 41', 'replaced 7')],
    ['by an earlier leaf', TEXT.replace('replaced 41', 'replaced 6')],
    ['by a leaf not yet there', TEXT.replace('recalled 99', 'recalled 100')],
    ['recalled without reason', TEXT.replace(' sai-diem', '')],
    ['replaced with reason', TEXT.replace('replaced 41', 'replaced 41 khac')],
    ['two reasons', TEXT.replace('sai-diem', 'sai diem')],
    ['reason in capitals', TEXT.replace('sai-diem', 'Sai')],
    ['reason with diacritics', TEXT.replace('sai-diem', 'sai-điểm')],
    ['unknown state', TEXT.replace('replaced', 'corrected')],
    ['another log without its name', TEXT.replace('replaced 41', 'replaced 41 in')],
    ['its own name as another log', TEXT.replace('replaced 41', `replaced 41 in ${ORIGIN}`)],
    ['two other logs', TEXT.replace('replaced 41', 'replaced 41 in a.example/1 a.example/2')],
    ['double space', TEXT.replace('7 replaced', '7  replaced')],
    ['tab', TEXT.replace('7 replaced', '7\treplaced')],
    ['leading zero', TEXT.replace('7 replaced', '07 replaced')],
    ['hexadecimal', TEXT.replace('7 replaced', '0x7 replaced')],
  ])('%s is refused', (_, text) => {
    expect(() => parseStatusText(text)).toThrow(LedgerError);
  });

  test('what could not be read is not written', () => {
    const bad: Status[] = [
      { ...STATUS, origin: 'a b' },
      { ...STATUS, asOf: -1 },
      { ...STATUS, size: 50 },
      { ...STATUS, size: -1, entries: [] },
      { ...STATUS, size: 99.5, entries: [] },
      { ...STATUS, asOf: 253_402_300_800 },
      { ...STATUS, entries: [{ index: 1.5, state: 'replaced', by: 2 }] },
      { ...STATUS, entries: [{ index: 1, state: 'replaced', by: 1.5 }] },
      { ...STATUS, entries: [{ index: 1, state: 'replaced', by: -1, log: 'khac.example' }] },
      { ...STATUS, entries: [{ index: 1, state: 'replaced', by: 2, log: 'a b' }] },
      { ...STATUS, entries: [...STATUS.entries].reverse() },
      { ...STATUS, entries: [{ index: 1, state: 'recalled', by: 2, reason: 'a b' }] },
    ];
    for (const status of bad) expect(() => formatStatusText(status)).toThrow(LedgerError);
  });
});
