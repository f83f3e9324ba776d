import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FormInput, renderYear } from '@hocba/form';
import { claimContentOf, signClaim } from '@hocba/form/claim';
import { sampleInput, sampleRecord } from '../../packages/form/src/testing/sample-record.ts';
import type { ProducedRecord } from './produce.ts';
import type { Report } from './report.ts';
import { type Gray, photocopied, readPgm, turned, writePgm } from './scan.ts';
import { each, run } from './tools.ts';

/** The page with the levels, which is what is copied of a record. */
const PAGE = '4';
const NAMES = ['An', 'Lê Na', 'Công Tằng Tôn Nữ Nguyễn Thị Hoàng Phương Thảo Nguyên', 'Ễ'.repeat(53)];
const FEWEST = 30;

/** QR codes alone: among a table's lines zbar at times sees a bar code of six digits, which says nothing of the QR. */
const QR_ONLY = ['--raw', '-q', '-Sdisable', '-Sqrcode.enable'];

/** What happens to paper between print and reader, and how often it is done anew where nothing is read. */
const SCANS: readonly (readonly [string, (page: Gray, seed: number) => Gray, tries: number])[] = [
  ['bản quét 150 dpi', (page) => page, 1],
  ['bản quét 150 dpi nghiêng 3°', (page) => turned(page, 3), 1],
  // Its noise is another each time: of a hundred such copies one is not read, and is copied again.
  ['bản photo có nhiễu, nghiêng −3°', (page, seed) => photocopied(turned(page, -3), seed), 3],
];
/** Copies that are read only when they are made again: at most one in so many. */
const COPIED_AGAIN = 10;

/** `zbarimg` reads the QR of every print, of the shortest and the longest name, from a scan, a turned one and a copy. */
export async function judgePaper(
  report: Report,
  records: readonly ProducedRecord[],
  work: string,
): Promise<void> {
  const folder = join(work, 'paper');
  await mkdir(folder, { recursive: true });
  const own = await Promise.all(
    NAMES.map(async (name, n) => {
      const file = join(folder, `name-${n}.pdf`);
      await writeFile(file, await renderYear(await claimedInput(name)));
      return file;
    }),
  );
  const files = [...records.map((record) => record.pdfFile), ...own];
  report.add('giấy', `ít nhất ${FEWEST} bản in`, files.length >= FEWEST ? null : `chỉ có ${files.length}`);
  let again = 0;
  await each(files, async (file, n) => {
    const stem = join(folder, `page-${n}`);
    await run('pdftoppm', ['-r', '150', '-gray', '-f', PAGE, '-l', PAGE, '-singlefile', file, stem]);
    const page = readPgm(await readFile(`${stem}.pgm`));
    const said: string[] = [];
    for (const [what, scanned, tries] of SCANS) {
      let text = '';
      // The names' prints are the same in every run, and so are their copies: each of them is read at once.
      const most = own.includes(file) ? 1 : tries;
      for (let tried = 0; tried < most && text === ''; tried++) {
        if (tried === 1) again++;
        await writeFile(`${stem}-scan.pgm`, writePgm(scanned(page, n + 1 + tried * files.length)));
        const { out } = await run('zbarimg', [...QR_ONLY, `${stem}-scan.pgm`]);
        text = out.trim();
      }
      said.push(text);
      const read = /^https?:\/\/\S+\/x\/[0-9A-Za-z]{22}#[1-9][0-9]{200,}$/.test(text);
      report.add('giấy', `mã QR đọc được từ ${what}`, read ? null : `${file}: ${text || 'không đọc được'}`);
    }
    const alike = new Set(said).size === 1;
    report.add('giấy', 'mọi bản quét nói cùng một lời', alike ? null : file);
  });
  const often = again * COPIED_AGAIN > files.length;
  report.add(
    'giấy',
    'bản photo đọc được ngay lần đầu, trừ một phần mười',
    often ? `${again} bản phải photo lại` : null,
  );
  const blank = join(folder, 'blank.pgm');
  await writeFile(blank, writePgm({ width: 400, height: 400, levels: new Uint8Array(160_000).fill(255) }));
  const { out } = await run('zbarimg', [...QR_ONLY, blank]);
  report.add('giấy', 'không đọc ra gì từ trang trắng', out.trim() === '' ? null : out);
}

/** A form with a claim of real length; who signed it does not matter to its dots. */
async function claimedInput(fullName: string): Promise<FormInput> {
  const base = sampleRecord();
  const doc = sampleRecord(4, { pupil: { ...base.pupil, fullName } });
  const body = {
    content: claimContentOf(doc),
    keyId: Uint8Array.of(1, 2, 3, 4),
    leafIndex: 264_999,
    leafHash: new Uint8Array(16).fill(9),
  };
  const claim = await signClaim(body, async () => new Uint8Array(64).map((_, i) => (i * 89 + 7) % 256));
  const input = sampleInput(doc);
  const qrUrl = `https://hocba.tinh-mau.edu.vn/x/${'Ab3Cd5Ef7Gh9'.padEnd(22, 'K')}#${claim}`;
  return { ...input, issued: input.issued && { ...input.issued, qrUrl } };
}
