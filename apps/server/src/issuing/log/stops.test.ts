import { expect, test } from 'vitest';
import { LogStops, stopLine, stopOf } from './stops.ts';

const ORIGIN = 'hocba.vn/79000001/2026-2027';

test('a log that stands still is told of when that begins, when the reason changes, once an hour, and when it goes on', () => {
  const said: string[] = [];
  let now = Date.parse('2026-12-01T00:00:00Z');
  const stops = new LogStops(
    () => new Date(now),
    (line) => void said.push(line),
  );
  stops.goesOn(ORIGIN);
  expect([stops.of(ORIGIN), said]).toEqual([null, []]);
  // The sequencer tries every second.
  for (let second = 0; second < 3700; second++, now += 1000) stops.stopped(ORIGIN, 'policy-invalid');
  expect(said).toHaveLength(2);
  expect(stops.of(ORIGIN)).toBe('witness-policy');
  stops.stopped(ORIGIN, 'ENOSPC');
  expect(stops.of(ORIGIN)).toBe('disk');
  stops.goesOn(ORIGIN);
  stops.goesOn(ORIGIN);
  expect(stops.of(ORIGIN)).toBeNull();
  expect(said.slice(2)).toEqual([stopLine(ORIGIN, 'ENOSPC'), `Nhật ký công khai ${ORIGIN} ghi tiếp được.`]);
  // A clock that was set back is no reason for silence.
  stops.stopped(ORIGIN, 'ENOSPC');
  now -= 86_400_000;
  stops.stopped(ORIGIN, 'ENOSPC');
  expect(said).toHaveLength(6);
});

test.each([
  ['policy-invalid', 'witness-policy', 'witness-policy'],
  ['known-unreadable', 'known-checkpoints', 'known-checkpoints'],
  ['time-went-back', 'clock', `hocba log clock ${ORIGIN}`],
  ['quorum-missing', 'restored', 'Đưa bản sao lưu trở lại'],
  ['known-checkpoint-ahead', 'other-history', 'Khi có hai lịch sử'],
  ['key-missing', 'key', 'keys'],
  ['note-invalid', 'files', 'hocba audit'],
  ['ENOSPC', 'disk', 'đĩa đầy'],
  ['ECONNREFUSED', 'other', 'tự thử lại'],
])('%s is told as %s, with what to do', (code, stop, todo) => {
  expect(stopOf(code)).toBe(stop);
  expect(stopLine(ORIGIN, code)).toContain(`${ORIGIN} chưa ghi được: ${code}; `);
  expect(stopLine(ORIGIN, code)).toContain(todo);
  expect(stopLine(ORIGIN, code)).toContain('không mất gì');
});
