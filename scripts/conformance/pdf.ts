import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { extractAttachments } from '@hocba/form/attachments';
import { nodeEd25519 } from '@hocba/ledger/node';
import { nodeCrypto } from '@hocba/signature/node';
import { verifyFile } from '@hocba/verify';
import type { ProducedRecord } from './produce.ts';
import type { Report } from './report.ts';
import { contentOf, firstIn } from './signed-xml.ts';
import { run } from './tools.ts';

/** As people's software does without being asked. */
const SAVED_AGAIN: readonly string[][] = [
  [],
  ['--linearize'],
  ['--object-streams=generate'],
  ['--linearize', '--object-streams=generate'],
  ['--qdf', '--object-streams=generate'],
];

/** What PDF tools say of one record's PDF. */
export async function judgePdf(report: Report, record: ProducedRecord, work: string): Promise<void> {
  const { code, pdfFile } = record;
  const said = (problem: string | null): string | null =>
    problem === null ? null : `${code}.pdf: ${problem}`;

  const checked = await run('qpdf', ['--check', pdfFile]);
  const clean = checked.code === 0 && !checked.out.includes('WARNING') && checked.err === '';
  report.add(
    'qpdf',
    '--check không lỗi, không cảnh báo',
    said(clean ? null : firstLine(checked.out + checked.err)),
  );

  const folder = join(work, `detached-${code}`);
  await mkdir(folder);
  const detached = await run('pdfdetach', ['-saveall', '-o', folder, pdfFile]);
  const attachments = await Promise.all(
    (await readdir(folder)).map(async (name) => ({ name, bytes: await readFile(join(folder, name)) })),
  );
  const holds = (bytes: Buffer): boolean => attachments.some((one) => one.bytes.equals(bytes));
  const inside = `mã ${detached.code}, có ${attachments.map(({ name }) => name).join(', ') || 'không tệp nào'}`;
  report.add('pdfdetach', 'XML trong PDF đúng từng byte', said(holds(record.xml.bytes) ? null : inside));
  // The print was signed with the checkpoint of its day; the proof beside it may stand in a later one.
  const proofs = attachments.filter(({ name }) => name.endsWith('.tlog-proof'));
  const beside = await readFile(record.proofFile, 'latin1');
  const sameLeaf =
    proofs.length === 1 && proofs.every(({ bytes }) => sameLeafAs(beside, bytes.toString('latin1')));
  report.add('pdfdetach', 'bằng chứng trong PDF là của cùng một lá', said(sameLeaf ? null : inside));

  for (const how of SAVED_AGAIN) {
    const again = join(work, `again-${code}.pdf`);
    await run('qpdf', [...how, pdfFile, again]);
    const bytes = await readFile(again);
    const kept = extractAttachments(bytes).some((one) => record.xml.bytes.equals(one.bytes));
    const found = await verifyFile({ name: again, bytes }, null, {
      crypto: nodeCrypto,
      ed25519: nodeEd25519,
    });
    const print = found.fragments.find((one) => one.name === 'print')?.state;
    const said = kept && found.record !== undefined && print === 'invalid';
    report.add(
      'qpdf',
      `lưu lại (${how.join(' ') || 'thường'}): học bạ bên trong vẫn đọc được, trang in bị báo đã đổi`,
      said ? null : `${code}.pdf: ${kept ? `trang in ${print}` : 'mất học bạ'}`,
    );
  }

  const info = await run('pdfinfo', [pdfFile]);
  const pages = Number(/^Pages:\s+(\d+)/m.exec(info.out)?.[1] ?? 0);
  report.add(
    'pdfinfo',
    'đọc được, có trang',
    said(info.code === 0 && pages > 0 ? null : firstLine(info.err)),
  );
  const meta = await run('pdfinfo', ['-meta', pdfFile]);
  const part = /<pdfaid:part>(\d)<\/pdfaid:part>/.exec(meta.out)?.[1];
  const conformance = /<pdfaid:conformance>([A-Z])<\/pdfaid:conformance>/.exec(meta.out)?.[1];
  const claimed = `PDF/A-${part}${conformance}`;
  report.add('pdfinfo', 'tự nhận là PDF/A-3A', said(claimed === 'PDF/A-3A' ? null : claimed));

  const fonts = await run('pdffonts', [pdfFile]);
  report.add('pdffonts', 'mọi phông đều nhúng', said(fontProblem(fonts.out)));

  const text = (await run('pdftotext', ['-layout', pdfFile, '-'])).out.normalize('NFC').replace(/\s+/g, ' ');
  const name = Buffer.from(
    contentOf(record.xml.text, firstIn(record.xml, record.xml.parts[0] as never, 'HO_VA_TEN')),
    'latin1',
  ).toString('utf8');
  const lacking = [name, 'TẬP HUẤN', 'HỌC BẠ'].filter(
    (words) => !text.toUpperCase().includes(words.toUpperCase()),
  );
  report.add(
    'pdftotext',
    'họ tên, HỌC BẠ và dấu tập huấn đọc được, đủ dấu',
    said(lacking.length === 0 ? null : `không thấy ${lacking.join(', ')}`),
  );
}

/** Header, salt and leaf, and the leaf's number: the first lines of both (c2sp.org/tlog-proof). */
function sameLeafAs(one: string, other: string): boolean {
  const head = (text: string): string => text.split('\n').slice(0, 3).join('\n');
  return head(one) === head(other) && /^index \d+$/m.test(head(one));
}

/** The table's column `emb` must say yes on every line. */
function fontProblem(table: string): string | null {
  const [head = '', , ...lines] = table.split('\n').filter((line) => line !== '');
  const at = head.indexOf('emb');
  if (at < 0 || lines.length === 0) return 'không có phông nào';
  const loose = lines.filter((line) => line.slice(at, at + 3).trim() !== 'yes');
  return loose.length === 0 ? null : `không nhúng: ${loose.map((line) => line.split(' ')[0]).join(', ')}`;
}

function firstLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
