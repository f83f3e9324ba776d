import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { extendPades, signPades, unsignedPart } from '@hocba/signature';
import { nodeCrypto } from '@hocba/signature/node';
import { signerOf } from '../../packages/signature/src/testing/record.ts';
import { makeWorld, SIGNED } from '../../packages/signature/src/testing/world.node.ts';
import type { ProducedRecord } from './produce.ts';
import type { Report } from './report.ts';
import { run } from './tools.ts';

/** One record's PDF signed by principal and seal at every level, and a twin of each with one byte changed, by PDF tools. */
export async function judgeSignedPdf(report: Report, record: ProducedRecord, work: string): Promise<void> {
  const world = await makeWorld();
  const { principal, seal, pki } = world.signers;
  const delivered = new Uint8Array(await readFile(record.pdfFile));
  const base = unsignedPart(delivered)?.base ?? delivered;
  const twice = async (dating?: typeof world.services): Promise<Uint8Array> => {
    const once = await signPades(nodeCrypto, base, signerOf(principal), { time: SIGNED }, dating);
    return signPades(nodeCrypto, once, signerOf(seal), { time: SIGNED }, dating);
  };
  const T = await twice(world.services);
  const LT = await extendPades(nodeCrypto, T, 'LT', world.services);
  const LTA = await extendPades(nodeCrypto, LT, 'LTA', world.services);
  const roots = join(work, 'pades-root.pem');
  await writeFile(roots, pki.root.certificatePem);
  for (const [level, pdf] of Object.entries({ B: await twice(), T, LT, LTA }))
    await judgeLevel(report, level, pdf, roots, work);
}

async function judgeLevel(
  report: Report,
  level: string,
  pdf: Uint8Array,
  roots: string,
  work: string,
): Promise<void> {
  const of = { format: 'PAdES', level };
  const file = join(work, `pades-${level}.pdf`);
  await writeFile(file, pdf);
  const twin = pdf.slice();
  const text = Buffer.from(pdf).toString('latin1');
  twin[text.indexOf('/Lang (vi)') + 7] = 'e'.charCodeAt(0);
  const twinFile = join(work, `pades-${level}-twin.pdf`);
  await writeFile(twinFile, twin);
  const broken = join(work, `pades-${level}-broken.pdf`);
  await writeFile(broken, text.replaceAll('startxref\n', 'startxref\n9'), 'latin1');

  const valid = async (of: string): Promise<number> =>
    (await run('pdfsig', ['-nocert', of])).out.split('Signature is Valid.').length - 1;
  const [held, twins] = [await valid(file), await valid(twinFile)];
  report.add('pdfsig', `PAdES-${level}: hai chữ ký đúng`, held === 2 ? null : `${held} chữ ký`, of);
  report.add('pdfsig', `PAdES-${level}: TỪ CHỐI tệp đã sửa`, twins === 0 ? null : `nhận ${twins} chữ ký`, of);

  const clean = async (of: string): Promise<boolean> => {
    const { code, out, err } = await run('qpdf', ['--check', of]);
    return code === 0 && !out.includes('WARNING') && err === '';
  };
  report.add('qpdf', `PAdES-${level}: --check không lỗi`, (await clean(file)) ? null : file, of);
  report.add('qpdf', `PAdES-${level}: TỪ CHỐI bảng sai chỗ`, (await clean(broken)) ? broken : null, of);

  const ranges = [...text.matchAll(/ETSI\.CAdES[\s\S]*?\/ByteRange \[0 (\d+) (\d+) (\d+) *\]/g)];
  for (const [n, found] of ranges.entries()) {
    const [from, to, rest] = found.slice(1).map(Number) as [number, number, number];
    const hex = text.slice(from + 1, to - 1);
    const length = Number.parseInt(hex.slice(4, 8), 16) + 4;
    const cms = join(work, `pades-${level}-${n}.der`);
    await writeFile(cms, Buffer.from(hex.slice(0, 2 * length), 'hex'));
    const accepts = async (bytes: Uint8Array): Promise<boolean> => {
      const content = join(work, `pades-${level}-${n}.bin`);
      await writeFile(content, Buffer.concat([bytes.subarray(0, from), bytes.subarray(to, to + rest)]));
      const args = [
        'cms',
        '-verify',
        '-binary',
        '-inform',
        'DER',
        '-in',
        cms,
        '-content',
        content,
        '-out',
        '/dev/null',
      ];
      const trust = ['-CAfile', roots, '-purpose', 'any', '-attime', String(SIGNED.getTime() / 1_000)];
      return (await run('openssl', [...args, ...trust])).code === 0;
    };
    report.add(
      'openssl cms',
      `PAdES-${level}: CMS đúng trên dải byte`,
      (await accepts(pdf)) ? null : cms,
      of,
    );
    report.add('openssl cms', `PAdES-${level}: TỪ CHỐI tệp đã sửa`, (await accepts(twin)) ? cms : null, of);
  }
  if (ranges.length !== 2) report.add('openssl cms', `PAdES-${level}: hai chữ ký`, String(ranges.length), of);
}
