/** `hocba take-back`: records that a store has lost come back out of the families' own files. */

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { type FamilyFiles, filesInPrint, type TakeBackCode, TakeBackError, takeBackAll } from '@hocba/server';
import { ZipError } from '@hocba/sheet/zip-directory';
import { besideEachOther, fragmentSentence } from '@hocba/verify';
import { filesInArchive } from '@hocba/verify/archive';
import { type Command, EXIT, type Io, wrongOption } from './command.ts';
import { openStore } from './open-store.ts';

const REFUSED = 1;

const USAGE = `Cách dùng: hocba take-back TỆP… [--data THƯ_MỤC]

Kho đã mất học bạ (cháy, hỏng đĩa, bản sao lưu cũ): lấy lại từ tệp của chính gia đình. TỆP là gói .zip của em, hoặc học bạ (.xml) cùng
bằng chứng (.tlog-proof), hoặc bản in (.pdf) mà nhà trường đã ký. Máy chủ có thể đang chạy hoặc đã tắt. Chạy lại không ghi gì thêm; không ký gì.
(Takes records that a store has lost back out of the families' own files; signs nothing, and writes nothing twice.)

Chỉ nhận học bạ thật, đúng lá của nó trong nhật ký của kho này, còn hiệu lực và không còn trong kho. Lớp, học sinh, cán bộ đã ký và chứng thư của
họ phải có trong kho. Trở lại: học bạ, chữ ký, bằng chứng; có bản in thì cả địa chỉ trong mã QR. Không trở lại: ai chốt, ai đóng dấu,
các lần ghi ô trước khi chốt; hocba audit nói rõ như vậy (taken-back).

  --data THƯ_MỤC  thư mục dữ liệu (mặc định ./data)

Mã kết thúc: 0 đã lấy lại, hoặc đã có sẵn · 1 có tệp không nhận, nêu lý do · 64 gọi sai cách · 65 không mở được kho hoặc tệp
`;

export const command: Command = { usage: USAGE, run: takeBack };

const REASONS: Readonly<Record<TakeBackCode, string>> = {
  'not-a-record': 'không phải học bạ của một em do phần mềm này phát hành.',
  'not-genuine': 'không kết luận được là học bạ thật.',
  'school-unknown': 'là học bạ của trường không có trong kho này.',
  'trust-missing':
    'kho chưa có danh sách tin cậy của cấp trên (trust/hocba.trust), nên không xét được. Đặt danh sách vào rồi gọi lại.',
  'not-in-this-log':
    'nhật ký của kho này không có lá ấy ở đúng số ấy. Kho vừa khôi phục từ bản sao lưu cũ thì hãy chạy hocba log catch-up trước.',
  ended: 'đã thu hồi hoặc đã được thay thế theo nhật ký, nên không lấy lại làm bản còn hiệu lực.',
  replacement:
    'là bản thay thế. Học bạ mà nó thay thế phải có trong kho, đã thu hồi và mở lại để thay thế: thu hồi lại học bạ ấy (hai người, có lập bản thay thế, nêu đúng những chỗ đã sửa) rồi gọi lại.',
  'not-as-agreed':
    'là bản thay thế ghi khác nội dung mà hai người đã duyệt trong kho này. Đề nghị lại nội dung thay thế cho đúng với tệp ở trang Học bạ đã phát hành rồi gọi lại.',
  'class-missing':
    'lớp ghi trong học bạ không có trong năm học ấy của kho. Hãy mở lớp (đúng tên) rồi gọi lại.',
  'pupil-missing': 'em không có trong danh sách lớp ấy. Hãy ghi em vào lớp (đúng mã học sinh) rồi gọi lại.',
  'signer-missing':
    'có người đã ký không có trong danh sách cán bộ. Hãy ghi lại cán bộ, đúng số định danh, rồi gọi lại.',
  'certificate-missing':
    'có chứng thư đã ký không có trong sổ chứng thư của trường. Người ấy đăng ký lại đúng chứng thư ấy ở trang Cách ký, rồi gọi lại.',
  'table-missing': 'bảng tổng hợp của lớp mà học bạ dựa vào không có trong kho, hoặc ghi khác.',
  'year-held':
    'kho đã có học bạ khác của em trong năm học ấy. Bản mới chốt mà chưa phát hành thì trả lại để sửa rồi gọi lại; đã phát hành thì hỏi cấp trên.',
  'thawed-here':
    'kho đã trả lại để sửa chính học bạ này sau khi khôi phục, nên không lấy lại được; hãy hỏi cấp trên.',
  'differs-here':
    'kho có chính học bạ này nhưng ghi khác với tệp: có người đã ký lại hoặc ghi thẳng vào cơ sở dữ liệu. Giữ nguyên kho, chạy hocba audit.',
};

async function takeBack(args: readonly string[], io: Io): Promise<number> {
  const call = readCall(args);
  if (typeof call === 'string') {
    io.err(`${call}\n\n${USAGE}`);
    return EXIT.usage;
  }
  const given = await familyFiles(call.files);
  if (typeof given === 'string') {
    io.err(`${given}\n`);
    return EXIT.unreadable;
  }
  const store = await openStore(call.data, io);
  if (store === null) return EXIT.unreadable;
  try {
    let n = 0;
    let refused = false;
    for await (const one of takeBackAll(
      { connection: store.owner, dataFolder: call.data },
      given.map(({ files }) => files),
    )) {
      const name = given[n++]?.name ?? '';
      if (one instanceof TakeBackError) {
        refused = true;
        io.err(`✗ ${name}: ${reasonOf(one)} Không có gì của tệp này được ghi.\n`);
      } else if (!one.written) io.out(`= ${name}: học bạ ${one.recordId} vẫn có trong kho.\n`);
      else
        io.out(
          `✓ ${name}: đã lấy lại học bạ ${one.recordId}, năm học ${one.schoolYear.replace('-', '–')}.${one.addressKept ? '' : ' Mã QR trên bản in cũ không còn mở được; bản in mới có mã mới.'}\n`,
        );
    }
    return refused ? REFUSED : EXIT.ok;
  } finally {
    await store.close();
  }
}

function reasonOf({ code, found }: TakeBackError): string {
  const said = found === null ? '' : ` ${found.sentence}.`;
  const why = found?.fragments.find(({ state }) => state === 'invalid' || state === 'error');
  return `${REASONS[code]}${said}${why === undefined ? '' : ` ${fragmentSentence(why)}.`}`;
}

interface Named {
  readonly name: string;
  readonly files: FamilyFiles;
}

/** What belongs together of all that was given, packages unpacked; or the sentence that says which cannot be read. */
async function familyFiles(paths: readonly string[]): Promise<readonly Named[] | string> {
  const found: Named[] = [];
  const loose: { name: string; bytes: Uint8Array }[] = [];
  for (const path of paths) {
    try {
      const one = { name: basename(path), bytes: new Uint8Array(await readFile(path)) };
      if (/\.zip$/i.test(path)) found.push(...together(filesInArchive(one.bytes)));
      else loose.push(one);
    } catch (error) {
      if (!(error instanceof ZipError) && (error as NodeJS.ErrnoException).syscall === undefined) throw error;
      return `Không đọc được tệp “${path}”.`;
    }
  }
  found.push(...together(loose));
  return found.length > 0
    ? found
    : 'Không có học bạ nào kèm bằng chứng: cần tệp .xml cùng tệp .tlog-proof, gói .zip, hoặc bản in .pdf.';
}

function together(came: readonly { readonly name: string; readonly bytes: Uint8Array }[]): Named[] {
  const { files } = besideEachOther(came);
  const isPdf = ({ name }: { readonly name: string }): boolean => /\.pdf$/i.test(name);
  const prints = files.filter(isPdf).map(({ bytes }) => bytes);
  const records = files.flatMap(({ name, bytes, proof }): Named[] =>
    proof === undefined || isPdf({ name }) ? [] : [{ name, files: { xml: bytes, proof, prints } }],
  );
  // Whose record came as a print alone has both in it.
  const printed = files.filter(isPdf).flatMap(({ name, bytes }): Named[] => {
    const inside = records.length > 0 ? null : filesInPrint(bytes);
    return inside === null ? [] : [{ name, files: inside }];
  });
  return [...records, ...printed];
}

function readCall(
  args: readonly string[],
): { readonly data: string; readonly files: readonly string[] } | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { data: { type: 'string' } },
      allowPositionals: true,
    });
    if (positionals.length === 0) return 'Hãy chỉ tệp của gia đình: gói .zip, hoặc .xml cùng .tlog-proof.';
    return { data: values.data ?? process.env.HOCBA_DATA ?? 'data', files: positionals };
  } catch (error) {
    return wrongOption(error);
  }
}
