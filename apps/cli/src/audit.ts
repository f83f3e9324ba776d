/** `hocba audit`: the whole store verified again against its log, record by record; or a mirror of a log. Nothing is written. */

import { parseArgs } from 'node:util';
import {
  type AuditProblem,
  type AuditProgress,
  type AuditReport,
  AuditStateError,
  auditStore,
  migratedObjects,
} from '@hocba/server';
import { type Command, EXIT, type Io, wrongOption } from './command.ts';
import { auditMirror } from './mirror/audit-mirror.ts';
import { openStore } from './open-store.ts';

const PROBLEMS_FOUND = 1;
const THREADS = /^(?:[1-9]|[1-5][0-9]|6[0-4])$/;

const USAGE = `Cách dùng: hocba audit [--data THƯ_MỤC] [--state TỆP] [--threads SỐ] [--json]
           hocba audit BẢN_SAO [--known TỆP]… [--trust TỆP|THƯ_MỤC] [--state TỆP] [--json]

Kiểm tra lại toàn bộ kho học bạ với nhật ký phát hành: từng byte của từng học bạ, từng chữ ký, từng lá của nhật ký,
từng lần ghi ô và từng dòng nhật ký sử dụng so với mốc của mỗi ngày. Máy chủ có thể đang chạy hoặc đã tắt. Không ghi gì. Với DATABASE_URL thì kiểm tra cơ sở dữ liệu đó.
(Re-verifies a whole store against its log; the server may run or not; nothing is written.)
Với BẢN_SAO (thư mục do hocba mirror giữ): đọc lại cả nhật ký từ lá đầu tiên, không cần mạng;
thời điểm của từng lá và bản tình trạng (status), nếu bản sao giữ, được đối chiếu với các lá.
(With a mirror's folder: reads the whole log again from its first leaf, without a network.)

  --data THƯ_MỤC  thư mục dữ liệu (mặc định ./data)
  --known TỆP     bản xác nhận (checkpoint) đã giữ từ trước: nhật ký phải nối tiếp nó; dùng được nhiều lần
  --trust NƠI     với BẢN_SAO: gói tin cậy hay thư mục có gốc của bên cấp dấu thời gian, để xét bằng chứng thời gian
  --state TỆP     giữ kết quả từng học bạ trong TỆP, để bị ngắt thì chạy lại đúng lệnh này là kiểm tra tiếp; xong thì tệp được xoá.
                  Học bạ đã đổi từ lần trước được kiểm tra lại. Chỉ dùng TỆP do chính mình giữ
                  Với BẢN_SAO: các lá đã kiểm tra đúng không đọc lại, và nhật ký phải nối tiếp lần trước
  --threads SỐ    số học bạ được kiểm tra cùng lúc, 1 đến 64 (mặc định: kho lớn thì theo số lõi của máy, tối đa 8).
                  Mỗi luồng cần khoảng 200 MB bộ nhớ; 1 là nhẹ nhất cho máy đang phục vụ
  --json          in kết quả dạng JSON ra stdout

Mã kết thúc: 0 mọi thứ đúng · 1 có chỗ sai, nêu tên từng chỗ · 64 gọi sai cách
65 không mở được kho hoặc bản sao, hoặc không tiếp tục được từ TỆP
`;

export const command: Command = { usage: USAGE, run: audit };

async function audit(args: readonly string[], io: Io): Promise<number> {
  const call = readCall(args);
  if (typeof call === 'string') {
    io.err(`${call}\n\n${USAGE}`);
    return EXIT.usage;
  }
  if (call.mirror !== undefined) return auditMirror({ ...call, dir: call.mirror }, io);
  const store = await openStore(call.data, io);
  if (store === null) return EXIT.unreadable;
  try {
    const report = await auditStore({
      connection: store.owner,
      dataFolder: call.data,
      schema: await migratedObjects(),
      progress: showProgress,
      state: call.state,
      threads: call.threads,
      resumed: (records) => io.err(`Kiểm tra tiếp: lần trước đã xong ${records} học bạ.\n`),
    });
    io.out(call.json ? `${JSON.stringify(report)}\n` : asText(report));
    return report.ok ? EXIT.ok : PROBLEMS_FOUND;
  } catch (error) {
    if (!(error instanceof AuditStateError)) throw error;
    const { said, status } = NOT_RESUMED[error.code];
    io.err(`${said}${error.id === '' ? '' : ` (${error.id})`}\n`);
    return status;
  } finally {
    await store.close();
  }
}

const NOT_RESUMED: Readonly<Record<AuditStateError['code'], { said: string; status: number }>> = {
  unreadable: {
    said: 'Tệp --state không phải là tệp do hocba audit giữ; tệp được để nguyên.',
    status: EXIT.unreadable,
  },
  'of-another-store': {
    said: 'Tệp --state là của một kho khác; tệp được để nguyên. Hãy chỉ một tệp khác.',
    status: EXIT.unreadable,
  },
  'too-old': {
    said: 'Tệp --state đã quá bảy ngày hoặc ghi ngày ở phía trước. Hãy xoá tệp rồi kiểm tra lại từ đầu.',
    status: EXIT.unreadable,
  },
  'log-shrank': {
    said: 'Nhật ký ngắn hơn lần kiểm tra trước: kho bị đưa về bản cũ, hoặc lá đã bị cắt đi. Tệp --state là bằng chứng, hãy giữ lại.',
    status: PROBLEMS_FOUND,
  },
  'log-forked': {
    said: 'Nhật ký không nối tiếp lần kiểm tra trước: lịch sử đã bị đổi. Tệp --state là bằng chứng, hãy giữ lại.',
    status: PROBLEMS_FOUND,
  },
};

interface Call {
  readonly data: string;
  /** Folder of a mirror, when one is to be read instead of a store. */
  readonly mirror: string | undefined;
  readonly known: readonly string[];
  readonly state: string | undefined;
  /** Of a store. */
  readonly threads: number | undefined;
  readonly trust: string | undefined;
  readonly json: boolean;
}

/** The call as understood, or the sentence that says why it is not. */
function readCall(args: readonly string[]): Call | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        data: { type: 'string' },
        known: { type: 'string', multiple: true },
        state: { type: 'string' },
        threads: { type: 'string' },
        trust: { type: 'string' },
        json: { type: 'boolean' },
      },
      allowPositionals: true,
    });
    const { data, known = [], state, threads, trust, json = false } = values;
    const [mirror, ...more] = positionals;
    if (more.length > 0) return 'Mỗi lần chỉ kiểm tra một kho hoặc một bản sao.';
    if (mirror === undefined && (known.length > 0 || trust !== undefined))
      return '--known và --trust chỉ dùng với BẢN_SAO.';
    if (mirror !== undefined && (data !== undefined || threads !== undefined))
      return '--data và --threads chỉ dùng khi kiểm tra kho, không có BẢN_SAO.';
    if (threads !== undefined && !THREADS.test(threads)) return '--threads là số từ 1 đến 64.';
    return {
      data: data ?? process.env.HOCBA_DATA ?? 'data',
      mirror,
      known,
      state,
      threads: threads === undefined ? undefined : Number(threads),
      trust,
      json,
    };
  } catch (error) {
    return wrongOption(error);
  }
}

/** On a terminal only: how far each part has come. */
function showProgress(...[stage, done, total]: Parameters<AuditProgress>): void {
  if (!process.stderr.isTTY) return;
  const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
  process.stderr.write(`\r${STAGE[stage]} ${String(percent).padStart(3)} % (${done}/${total})  `);
  if (done >= total) process.stderr.write('\n');
}

const STAGE: Readonly<Record<Parameters<AuditProgress>[0], string>> = {
  log: 'Nhật ký',
  records: 'Học bạ',
  prints: 'Bản in',
  acts: 'Các lần ghi',
};

const WHAT: Readonly<Record<AuditProblem['what'], string>> = {
  record: 'học bạ',
  recall: 'lệnh thu hồi của học bạ',
  leaf: 'lá nhật ký',
  log: 'nhật ký',
  store: 'kho',
  schema: 'lược đồ cơ sở dữ liệu',
  act: 'lần ghi',
  cell: 'ô',
  row: 'dòng dữ liệu',
  day: 'ngày',
  manifest: 'danh sách khép năm học',
  statement: 'lời công bố trong nhật ký',
  print: 'bản in đã ký của học bạ',
  event: 'dòng nhật ký sử dụng',
  approval: 'việc cần hai người',
  batch: 'lô ký',
};

const OTHERS_HOLD =
  '    Nhật ký này không nối tiếp bản mà cấp trên hoặc bên khác giữ, ký bằng chính khoá này: kho vừa khôi phục bản cũ, hoặc khoá đã lộ.\n' +
  '    Hãy ngừng đóng dấu, giữ nguyên thư mục “lodged” làm bằng chứng và báo cấp trên.\n';

/** What a code alone does not tell who has to act at once. */
const TO_DO: Readonly<Record<string, string>> = {
  'not-agreed':
    '    Không có sự đồng ý của người thứ hai cho đúng việc này: có người đã ghi thẳng vào cơ sở dữ liệu.\n' +
    '    Hãy giữ nguyên kho và bản sao lưu, hỏi hiệu trưởng việc ấy có thật không, và báo cấp trên.\n',
  'not-as-agreed':
    '    Bản thay thế ghi khác nội dung mà hai người đã duyệt: phần mềm đã bị sửa hoặc có người ghi thẳng vào cơ sở dữ liệu.\n' +
    '    Hãy giữ nguyên kho và bản sao lưu, hỏi hiệu trưởng nội dung nào đúng, và báo cấp trên.\n',
  'changed-behind':
    '    Dòng này không còn như lúc phần mềm ghi: có người đã sửa thẳng cơ sở dữ liệu. Giữ nguyên kho, đối chiếu với bản sao lưu và báo hiệu trưởng.\n',
  'items-differ':
    '    Lô này có phần ký mà người ký không chọn, hoặc mất phần đã chọn: có người đã sửa thẳng cơ sở dữ liệu. Giữ nguyên kho và báo hiệu trưởng.\n',
  'schema-object-changed':
    '    Bảng, ràng buộc, trigger hay hàm này khác bản do phần mềm tạo: có người đã sửa lược đồ, hoặc đã tắt thứ giữ dữ liệu. Giữ nguyên kho và báo hiệu trưởng.\n',
  'leaf-without-record':
    '    Lá này đúng là do nhật ký ký, nhưng kho không còn dòng nào mà nó nói đến. Kho vừa khôi phục từ bản sao lưu cũ thì đúng là như vậy, không ai có lỗi:\n' +
    '    lá của học bạ lấy lại được từ tệp của gia đình (hocba take-back); lá của ngày, của danh sách lớp, của lời công bố thì không. Nếu không hề khôi phục, có người đã xoá dòng: giữ nguyên kho và báo hiệu trưởng.\n',
  'known-checkpoint-differs': OTHERS_HOLD,
  'known-checkpoint-ahead': OTHERS_HOLD,
};

/** What is open and no fault, in words. */
const OPEN: Readonly<Record<string, string>> = {
  'taken-back':
    '    Đã lấy lại từ tệp của gia đình: nội dung, chữ ký và lá đúng như lúc phát hành. Ai chốt, ai đóng dấu và các lần ghi ô trước khi chốt thì kho không còn.\n',
  'print-missing':
    '    Học bạ đã lấy lại mà không có bản in đã ký: bản của gia đình vẫn đúng, trường ký bản in khác khi cần.\n',
  undated:
    '    Đã quá bảy ngày chưa có dấu thời gian của bên thứ ba cho các lá mới của nhật ký: xem nơi cấp dấu thời gian có trả lời không (cửa sổ máy chủ, trang Căn cứ kiểm tra).\n',
};

function asText(report: AuditReport): string {
  const counts =
    `${report.records} học bạ (${report.issued} đã phát hành, ${report.recalled} đã thu hồi), ` +
    `${report.signatures} chữ ký, ${report.prints} bản in đã ký, ${report.logs} nhật ký, ${report.leaves} lá, ` +
    `${report.acts} lần ghi, ${report.rows} dòng dữ liệu, ${report.events} dòng nhật ký sử dụng, ${report.days} ngày, ${report.manifests} danh sách lớp, ${report.statements} lời công bố, ${report.dated} bản xác nhận có dấu thời gian`;
  const said = new Set<string>();
  // After a fire hundreds of leaves are of one kind: what to do is said with the first.
  const once = (words: Readonly<Record<string, string>>, code: string): string => {
    const first = !said.has(code);
    said.add(code);
    return first ? (words[code] ?? '') : '';
  };
  const above = report.lodged.map(({ origin, size }) => `  Cấp trên đã nhận ${origin} đến ${size} lá.\n`);
  const open = report.open
    .map(({ what, id, code }) => `  ? ${WHAT[what]} ${id}: ${code}\n${once(OPEN, code)}`)
    .join('');
  if (report.ok) return `Mọi thứ đúng. Đã kiểm tra ${counts}.\n${above.join('')}${open}`;
  const lines = report.problems.map(
    ({ what, id, code }) => `  ✗ ${WHAT[what]} ${id}: ${code}\n${once(TO_DO, code)}`,
  );
  const more = report.wrong - report.problems.length;
  const rest = more > 0 ? `  … và ${more} chỗ khác\n` : '';
  return `Có ${report.wrong} chỗ sai. Đã kiểm tra ${counts}.\n${lines.join('')}${rest}${above.join('')}${open}`;
}
