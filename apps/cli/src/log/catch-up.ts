/** `hocba log catch-up`: a log goes on where it stood, after a backup was brought back that is older than what others have of it. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LedgerError } from '@hocba/ledger';
import { CatchUpError, type CatchUpErrorCode, catchUpTo } from '@hocba/server';
import { EXIT, type Io } from '../command.ts';

const REFUSED = 1;

const NOTHING = 'Không có gì thay đổi.';
const REASONS: Readonly<Record<CatchUpErrorCode, string>> = {
  'unknown-log': `Kho không có nhật ký này; xem đúng tên bằng: hocba log list. ${NOTHING}`,
  'ended-already': `Nhật ký này đã có lệnh kết thúc nên không nối lại được. ${NOTHING}`,
  'closed-there': `Nhật ký đã khép sau khi có bản sao lưu này. Giữ nguyên kho và báo cấp trên. ${NOTHING}`,
  'server-running': `Máy chủ đang chạy trên kho này: hãy dừng máy chủ rồi gọi lại. ${NOTHING}`,
  'key-missing':
    'Thư mục keys không có tệp khoá của nhật ký này, hay tệp hỏng: đưa thư mục dữ liệu trong bản sao lưu trở lại rồi gọi lại. Không còn bản nào giữ khoá thì báo cấp trên. Không có gì thay đổi.',
  'lock-moved': 'Có chương trình khác vừa ghi vào nhật ký này; hãy dừng máy chủ rồi gọi lại.',
};
const OF_FILES: Readonly<Record<string, string>> = {
  'log-shrank':
    'Bản sao ngắn hơn nhật ký trong kho, nên không có gì để lấy về. Hãy tìm bản sao mới hơn. Kho không thay đổi.',
  'log-forked':
    'Bản sao không nối tiếp nhật ký trong kho: đó là hai lịch sử dưới cùng một khoá. Giữ nguyên cả hai và báo cấp trên; xem mục “Khi có hai lịch sử”. Kho không thay đổi.',
  'remote-missing':
    'Bản sao thiếu tệp. Hãy chạy hocba mirror cho đủ, hay tìm bản sao khác. Kho không thay đổi',
  'remote-invalid':
    'Tệp trong bản sao không do khoá của nhật ký này ký, hay đã hỏng. Hãy tìm bản sao khác. Kho không thay đổi',
};

/** @throws whatever is no refusal */
export async function catchUp(
  store: Parameters<typeof catchUpTo>[0],
  { origin, mirror }: { readonly origin: string; readonly mirror: string | null },
  io: Io,
): Promise<number> {
  if (mirror !== null && !existsSync(join(mirror, 'checkpoint'))) {
    io.err(
      `Trong “${mirror}” không có tệp checkpoint: đó không phải bản sao do hocba mirror giữ. ${NOTHING}\n`,
    );
    return EXIT.unreadable;
  }
  try {
    const { from, size } = await catchUpTo(store, origin, mirror);
    io.out(
      from === size
        ? `${origin}: kho đã có đủ ${size} lá.\n`
        : `${origin}: đã lấy về ${size - from} lá, nhật ký lại có ${size} lá như nơi khác đã thấy.\n` +
            'Học bạ của các lá ấy không có trong kho này: hocba audit nêu từng lá (leaf-without-record). Tệp đã giao cho gia đình vẫn kiểm tra được.\n',
    );
    return EXIT.ok;
  } catch (error) {
    if (error instanceof CatchUpError) io.err(`${REASONS[error.code]}\n`);
    else if (error instanceof LedgerError)
      io.err(
        `${OF_FILES[error.code] ?? 'Tệp của nhật ký không như đã ký; hãy chạy hocba audit'} (${error.code}${error.detail === '' ? '' : `: ${error.detail}`}).\n`,
      );
    else throw error;
    return REFUSED;
  }
}
