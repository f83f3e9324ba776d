import { describe, expect, test } from 'vitest';
import { LedgerError } from '../error.ts';
import { createLog, openLog } from '../log/log.ts';
import { nodeSha256 as sha256 } from '../note/crypto.node.ts';
import { statementCommitment, statementKind } from '../statements/statement.ts';
import { pendingRange, testPorts } from '../testing/ports.node.ts';
import { formatClockAhead, parseClockAhead } from './clock-ahead.ts';

const STATED = { origin: 'so.example/79/2026-2027', ahead: 4_080_000_000, found: 1_790_000_000 };
const utf8 = (text: string) => new TextEncoder().encode(text);
const TEXT = new TextDecoder().decode(formatClockAhead(STATED));

describe('what is stated of a clock', () => {
  test('reads back, and is a statement of its own kind', () => {
    expect(TEXT).toBe(
      'hocba.vn/clock-ahead/v1\nso.example/79/2026-2027\nahead 2099-04-16T05:20:00Z\nfound 2026-09-21T14:13:20Z\n',
    );
    expect(parseClockAhead(utf8(TEXT))).toEqual(STATED);
    expect(statementKind(utf8(TEXT))).toBe('clock');
    expect(statementCommitment(sha256, utf8(TEXT), new Uint8Array(32))).toHaveLength(32);
  });

  test.each<[string, string]>([
    ['nothing', ''],
    ['another header', TEXT.replace('v1', 'v2')],
    ['no newline at the end', TEXT.slice(0, -1)],
    ['a line more', `${TEXT}x\n`],
    ['an empty line more', `${TEXT}\n`],
    ['no origin', TEXT.replace('so.example/79/2026-2027', '')],
    ['an origin with a space', TEXT.replace('so.example', 'so example')],
    ['the two times exchanged', TEXT.replace('ahead', 'x').replace('found', 'ahead').replace('x', 'found')],
    ['found after the time that had not come', TEXT.replace('found 2026', 'found 2126')],
    ['found at that very time', TEXT.replace('2026-09-21T14:13:20Z', '2099-04-16T05:20:00Z')],
    ['another spelling of a time', TEXT.replace('2099-04-16T05:20:00Z', '2099-04-16T12:20:00+07:00')],
    ['a day that is none', TEXT.replace('2099-04-16', '2099-02-30')],
    ['carriage returns', TEXT.replaceAll('\n', '\r\n')],
  ])('%s is refused', (_, text) => {
    expect(() => parseClockAhead(utf8(text))).toThrow(LedgerError);
  });

  test.each([
    { ...STATED, origin: 'a b' },
    { ...STATED, found: STATED.ahead },
    { ...STATED, ahead: 253_402_300_800 },
  ])('%j is not written', (stated) => {
    expect(() => formatClockAhead(stated)).toThrow(LedgerError);
  });
});

test('a log whose clock ran ahead goes on where that very time was stated, and nowhere else', async () => {
  let time = 4_080_000_000_123;
  let stated: readonly number[] = [];
  const ports = testPorts({ now: () => time, wasAhead: (at) => stated.includes(at) });
  await createLog(ports);
  const before = await openLog(ports);
  await before.append(0, pendingRange(0, 3));
  time = 1_790_000_000_000;
  const refused = { code: 'time-went-back' };
  stated = [4_080_000_000_122, 4_080_000_000_124, 0];
  await expect(before.append(3, pendingRange(3, 4))).rejects.toMatchObject(refused);
  await expect(before.close()).rejects.toMatchObject(refused);
  await expect(openLog(ports)).rejects.toMatchObject(refused);
  stated = [4_080_000_000_123];
  const log = await openLog(ports);
  expect(await log.append(3, pendingRange(3, 5))).toMatchObject({ size: 5 });
  // From here on its times only grow again.
  time -= 1;
  await expect(log.append(5, pendingRange(5, 6))).rejects.toMatchObject(refused);
  time += 1;
  await log.close();
  expect((await openLog(ports)).life).toBe('closed');
});
