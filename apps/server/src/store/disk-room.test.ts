import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freeBytes, tooFull } from './disk-room.ts';

test('of a folder that is still to be made the disk is looked at on which it will be', async () => {
  const free = await freeBytes(join(tmpdir(), 'chua-co', 'nua', 'data'));
  expect(free).toBeGreaterThan(0);
});

test.each([
  [null, 'first', null],
  [null, 'failed', null],
  [400 * 1_048_576, 'first', null],
  [56 * 1_048_576, 'first', 'chỉ còn 56 MB trống; lần đầu cần ít nhất 300 MB. Chưa tạo gì'],
  [56 * 1_048_576, 'failed', null],
  [10 * 1_048_576, 'failed', 'chỉ còn 10 MB trống nên cơ sở dữ liệu không chạy được. Dữ liệu đã lưu vẫn còn'],
] as const)('%j bytes, %s: %j', (free, when, said) => {
  const sentence = tooFull(free, when);
  if (said === null) expect(sentence).toBeNull();
  else expect(sentence).toContain(said);
});
