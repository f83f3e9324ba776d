import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

const MB = 1_048_576;
/** A new database with its training school takes some 80 MB, and PostgreSQL keeps up to 256 MB of its own log. */
const FIRST = 300 * MB;
/** With less than this PostgreSQL may not get the next piece of its log, and stops. */
const LEAST = 32 * MB;

/** Bytes that this user may still write where the folder is, or is to be made; null where the system does not say. */
export async function freeBytes(folder: string): Promise<number | null> {
  let place = resolve(folder);
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  try {
    const { bavail, bsize } = await statfs(place);
    return bavail * bsize;
  } catch {
    return null;
  }
}

/** Why a disk is too full to begin, or to have gone on; null where it is not, or nobody knows. */
export function tooFull(free: number | null, when: 'first' | 'failed'): string | null {
  if (free === null || free >= (when === 'first' ? FIRST : LEAST)) return null;
  const left = `Đĩa chứa thư mục dữ liệu chỉ còn ${Math.floor(free / MB)} MB trống`;
  return when === 'first'
    ? `${left}; lần đầu cần ít nhất ${FIRST / MB} MB. Chưa tạo gì; hãy dọn đĩa, hoặc chọn nơi khác bằng --data.`
    : `${left} nên cơ sở dữ liệu không chạy được. Dữ liệu đã lưu vẫn còn; hãy dọn đĩa rồi chạy lại.`;
}
