/** `hocba log`: what logs a store has, the operator's two orders that end one, and what is carried to the level above. The server carries them out. */

import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  ClockError,
  type ClockErrorCode,
  type CloseObstacles,
  EndError,
  type EndErrorCode,
  keptForks,
  listLogs,
  orderClock,
  orderLogEnd,
  TooEarly,
} from '@hocba/server';
import { type Command, EXIT, type Io, wrongOption } from '../command.ts';
import { openStore } from '../open-store.ts';
import { isToday } from '../today.ts';
import { catchUp } from './catch-up.ts';
import { lodging, readLodgingCall } from './lodging.ts';

const REFUSED = 1;

const USAGE = `Cách dùng: hocba log list [--data THƯ_MỤC]
           hocba log close GỐC [--unfinished] [--data THƯ_MỤC]
           hocba log stolen GỐC [--alone] [--public-key KHOÁ] [--data THƯ_MỤC]
           hocba log clock GỐC --today NGÀY [--data THƯ_MỤC]
           hocba log catch-up GỐC [BẢN_SAO] [--data THƯ_MỤC]
           hocba log lodge GỐC TỆP [--from SỐ_LÁ] [--data THƯ_MỤC]
           hocba log accept TỆP BIÊN_NHẬN [--data THƯ_MỤC]
           hocba log receipt GỐC BIÊN_NHẬN [--data THƯ_MỤC]

Nhật ký phát hành của kho: xem, khép khi hết năm học, hoặc thay khi nghi khoá đã lộ. Máy chủ thi hành lệnh trong vài giây;
nếu đang tắt thì thi hành khi chạy lại. Lệnh đã ghi thì không rút lại được.
(The store's transparency logs: list, close at the year's end, succeed when a key may be stolen, go on after a clock ran ahead.)

  list    gốc, số lá đã công bố, trạng thái; dưới đó là khoá công khai
  close   không nhận thêm lá; lá cuối, bản xác nhận cuối và tệp “closed” ở lại mãi; việc về sau của năm học ấy vào nhật ký năm sau
  stolen  chỉ tin nhật ký đến bản xác nhận cuối cùng đủ nhân chứng; nhật ký mới với khoá mới nối tiếp, mang lời công bố đã ký
  clock   đồng hồ máy từng chạy nhanh nên nhật ký dừng ghi (time-went-back): sau khi chỉnh đúng, ghi vào nhật ký là giờ từ lúc nào
          đến lúc nào không đúng, rồi ghi tiếp. NGÀY là ngày hôm nay, ví dụ 2026-11-30: phải khớp với máy
  catch-up  máy chủ đã dừng, kho vừa khôi phục cũ hơn điều nơi khác đã thấy: lấy các lá còn thiếu từ BẢN_SAO (thư mục do hocba mirror
          giữ; không nêu: từ tệp của chính nhật ký, khi chỉ cơ sở dữ liệu là bản cũ) để nhật ký đi tiếp từ chỗ đã đứng
  --unfinished  khép dù năm học ấy còn dở; không có thì lệnh nêu còn dở gì và không khép
  --public-key  khoá riêng đã mất hẳn, không còn bản sao lưu nào: khoá công khai của nhật ký, lấy từ bản sao hocba mirror (.mirror/log.vkey),
          nhân chứng hay cấp trên; kho đọc lại được những gì đã ký, rồi nhật ký mới nối tiếp như với khoá lộ
  --alone chưa từng có nhân chứng: lấy bản đang công bố, theo lời người quản trị
  lodge   ghi TỆP mang lên cấp trên: bản xác nhận mới nhất và bằng chứng nối tiếp bản đã gửi lần trước
  accept  ở cấp trên: nhận TỆP vào nhật ký chung, ghi BIÊN_NHẬN để gửi lại trường
  receipt ở trường: kiểm tra và giữ BIÊN_NHẬN; từ đó hocba audit đối chiếu với bản cấp trên đã giữ
  --from  số lá mà cấp trên nói đang giữ, khi khác biên nhận ở trường

Mã kết thúc: 0 xong · 1 không nhận, nêu lý do · 64 gọi sai cách · 65 không mở được kho hoặc tệp · 69 đã nhận, chưa có biên nhận
`;

export const command: Command = { usage: USAGE, run: log };

const REASONS: Readonly<Record<EndErrorCode | ClockErrorCode, string>> = {
  'unknown-log': 'Kho không có nhật ký này; xem đúng tên bằng: hocba log list.',
  'ended-already': 'Nhật ký này đã có lệnh kết thúc từ trước; không có gì thay đổi.',
  'nothing-cosigned':
    'Chưa có bản xác nhận nào đủ nhân chứng nên không biết tin đến đâu. Nếu chưa từng có nhân chứng, dùng --alone.',
  'cosigned-there':
    'Nhật ký này đã có bản xác nhận đủ nhân chứng: tin đến bản ấy, không theo lời một người. Không có gì thay đổi. Hãy gọi lại không có --alone.',
  'clock-not-ahead':
    'Lần ký trước của nhật ký không ghi giờ về sau; không có gì phải chữa. Nếu nhật ký vẫn dừng ghi, xem cửa sổ máy chủ.',
  'clock-soon-right': 'Chỉ cần chờ: nhật ký tự ghi tiếp sau không quá một giờ. Không có gì thay đổi.',
  'lock-wrong':
    'Giờ của lần ký trước không phải do đồng hồ nào ghi: có người đã ghi thẳng vào cơ sở dữ liệu. Giữ nguyên kho, báo cấp trên; không chữa bằng lệnh này.',
  'no-open-log': 'Nhật ký này đã khép và chưa có nhật ký nào sau nó đang nhận lá; hãy mở năm học mới trước.',
  'key-missing':
    'Thư mục keys không có tệp khoá của nhật ký này, hay tệp hỏng: đưa thư mục dữ liệu trong bản sao lưu trở lại rồi gọi lại. Không còn bản nào giữ khoá thì gọi hocba log stolen với --public-key. Không có gì thay đổi.',
  'policy-missing':
    'Nhật ký này từng có nhân chứng xác nhận mà tệp witness-policy không còn: đặt lại tệp ấy (khoá của các nhân chứng) rồi gọi lại. Không có gì thay đổi.',
  'key-there':
    'Khoá riêng của nhật ký này còn trong thư mục keys: gọi lại không có --public-key. Không có gì thay đổi.',
  'public-key-wrong':
    'Khoá công khai ấy không phải của nhật ký này, hay bản xác nhận ở đây không được ký bằng khoá ấy. Không có gì thay đổi.',
  'last-tree-wrong': 'Bản xác nhận đang giữ không đúng chữ ký; hãy chạy hocba audit trước.',
};

async function log(args: readonly string[], io: Io): Promise<number> {
  const carried = readLodgingCall(args);
  if (carried !== null) return lodging(carried, io);
  const call = readCall(args);
  if (typeof call === 'string') {
    io.err(`${call}\n\n${USAGE}`);
    return EXIT.usage;
  }
  // Said by a person: a clock that is wrong now would be believed for ever.
  if (call.act === 'clock' && !isToday(call.today, new Date())) {
    io.err(
      '--today không phải ngày mà máy này đang ghi: hãy chỉnh lại đồng hồ trước. Không có gì thay đổi.\n',
    );
    return EXIT.usage;
  }
  const store = await openStore(call.data, io);
  if (store === null) return EXIT.unreadable;
  try {
    const at = { connection: store.owner, dataFolder: call.data };
    if (call.act === 'list') {
      for (const one of await listLogs(at))
        io.out(
          `${one.origin}  ${one.fault === null ? `${one.size} lá` : 'HỎNG'}  ${LIFE[one.life]}${one.next === null ? '' : ` → ${one.next}`}\n` +
            (one.fault === null
              ? ''
              : `  KHÔNG ĐỌC ĐƯỢC (${one.fault}): tệp hay khoá của nhật ký không như đã ký; giữ nguyên, chạy hocba audit, đưa bản sao lưu đúng trở lại\n`) +
            (one.vkey === null ? '' : `  ${one.vkey}\n`) +
            (one.lodged === 0 ? '' : `  cấp trên giữ đến ${one.lodged} lá\n`) +
            (one.aheadUntil === null
              ? ''
              : `  DỪNG GHI: lần ký trước ghi giờ về sau (${one.aheadUntil.toISOString()}); chỉnh giờ của máy, rồi hocba log clock\n`) +
            (one.forked ? '  NƠI KHÁC GIỮ MỘT BẢN KHÁC, CÙNG KHOÁ: bản sao lưu cũ, hoặc khoá đã lộ\n' : ''),
        );
      for (const { origin, held, shown } of await keptForks(call.data))
        io.out(
          `HAI LỊCH SỬ, CÙNG KHOÁ: ${origin} đã gửi ${held} lá, rồi đưa ra ${shown} lá khác; xem thư mục “forked”\n`,
        );
      return EXIT.ok;
    }
    if (call.act === 'catch-up') return await catchUp(at, call, io);
    if (call.act === 'clock') {
      const until = await orderClock(at, call.origin);
      io.out(
        `Đã ghi vào nhật ký: giờ của ${call.origin} từng chạy nhanh, đến ${until.toISOString()}. Máy chủ ghi tiếp trong vài giây.\n`,
      );
      return EXIT.ok;
    }
    const done = await orderLogEnd(at, call.act, call.origin, call.insist, call.publicKey);
    io.out(
      done === null
        ? `Đã ghi lệnh khép ${call.origin}. Máy chủ khép trong vài giây, hoặc khi chạy lại.\n`
        : `Đã ghi lệnh: ${call.origin} chỉ được tin đến ${done.size} lá; nối tiếp ở ${done.next}. Hãy báo cho nơi giữ danh sách tin cậy.\n`,
    );
    return EXIT.ok;
  } catch (error) {
    if (error instanceof TooEarly) {
      io.err(
        `Chưa khép, không có gì thay đổi: năm học của nhật ký này còn dở. Khép rồi thì không mở lại được.\n${asLines(error.obstacles)}Chắc chắn phải khép ngay thì thêm --unfinished.\n`,
      );
      return REFUSED;
    }
    if (!(error instanceof EndError || error instanceof ClockError)) throw error;
    io.err(`${REASONS[error.code]}\n`);
    return REFUSED;
  } finally {
    await store.close();
  }
}

function asLines({ unlockedYears, unfinishedRecords, unclosedClasses, noLaterLog }: CloseObstacles): string {
  return [
    ...(unlockedYears > 0 ? ['năm học chưa khoá sổ bổ sung'] : []),
    ...(unfinishedRecords > 0 ? [`${unfinishedRecords} học bạ đã chốt mà chưa phát hành`] : []),
    ...(unclosedClasses > 0 ? [`${unclosedClasses} lớp đã phát hành mà chưa khép năm học của lớp`] : []),
    ...(noLaterLog ? ['năm học sau chưa mở, nên học bạ và thu hồi về sau chưa có chỗ ghi'] : []),
  ]
    .map((line) => `  - ${line}\n`)
    .join('');
}

const LIFE = {
  open: 'đang nhận lá',
  ending: 'có lệnh kết thúc, chờ máy chủ',
  closed: 'đã khép',
  stolen: 'khoá không dùng nữa (nghi đã lộ, hay đã mất)',
} as const;

const ON_LOGS: ReadonlySet<string> = new Set(['close', 'stolen', 'clock', 'catch-up']);
const ON_FILES: ReadonlySet<string> = new Set(['lodge', 'accept', 'receipt']);

type Call =
  | { readonly act: 'list'; readonly data: string }
  | {
      readonly act: 'catch-up';
      readonly origin: string;
      readonly mirror: string | null;
      readonly data: string;
    }
  | { readonly act: 'clock'; readonly origin: string; readonly today: string; readonly data: string }
  | {
      readonly act: 'close' | 'stolen';
      readonly origin: string;
      /** `--alone` or `--unfinished`. */
      readonly insist: boolean;
      readonly publicKey?: string | undefined;
      readonly data: string;
    };

/** The call as understood, or the sentence that says why it is not. */
function readCall(args: readonly string[]): Call | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        data: { type: 'string' },
        alone: { type: 'boolean' },
        unfinished: { type: 'boolean' },
        today: { type: 'string' },
        'public-key': { type: 'string' },
      },
      allowPositionals: true,
    });
    const [act, origin, ...rest] = positionals;
    const more = act === 'catch-up' ? rest.slice(1) : rest;
    const { alone = false, unfinished = false, today, 'public-key': publicKey } = values;
    const data = values.data ?? process.env.HOCBA_DATA ?? 'data';
    if (act === undefined)
      return 'Cần nêu việc phải làm: list, close, stolen, clock, catch-up, lodge, accept hay receipt.';
    if (more.length > 0) return `Thừa “${more.join(' ')}” ở cuối.`;
    if (alone && act !== 'stolen') return '--alone chỉ dùng với hocba log stolen.';
    if (publicKey !== undefined && act !== 'stolen') return '--public-key chỉ dùng với hocba log stolen.';
    if (unfinished && act !== 'close') return '--unfinished chỉ dùng với hocba log close.';
    if (today !== undefined && act !== 'clock') return '--today chỉ dùng với hocba log clock.';
    if (act === 'list')
      return origin === undefined ? { act, data } : 'hocba log list không cần GỐC: nó nêu mọi nhật ký.';
    if (ON_FILES.has(act)) return `hocba log ${act} cần hai tên: xem cách dùng.`;
    if (!ON_LOGS.has(act)) return `Không có việc “${act}”.`;
    if (origin === undefined) return 'Cần GỐC: tên của nhật ký, như hocba log list in ra.';
    if (act === 'catch-up')
      return { act, origin, mirror: rest[0] === undefined ? null : resolve(rest[0]), data };
    if (act !== 'clock')
      return { act: act === 'close' ? act : 'stolen', origin, insist: alone || unfinished, publicKey, data };
    if (today === undefined) return 'hocba log clock cần --today: ngày hôm nay, ví dụ 2026-11-30.';
    return { act, origin, today, data };
  } catch (error) {
    return wrongOption(error);
  }
}
