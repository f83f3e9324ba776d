import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ProducedRecord } from './produce.ts';
import type { Report } from './report.ts';
import { each, run } from './tools.ts';

const ROOT = join(import.meta.dirname, '../..');
const SAMPLES = join(ROOT, 'packages/record/samples');
const ISSUED = join(ROOT, 'packages/verify/samples');
const TOOL = 'xmllint';

/** What a schema must refuse, whatever the document: a tag that is not there, and one too many. */
const SPOILED: readonly (readonly [what: string, spoil: (xml: string) => string])[] = [
  ['thiếu một trường', (xml) => xml.replace(/<TEN_TRUONG>[^<]*<\/TEN_TRUONG>/, '')],
  ['thừa một trường', (xml) => xml.replace('</TEN_TRUONG>', '</TEN_TRUONG><LA>1</LA>')],
  ['mức ngoài thang', (xml) => xml.replace(/<(MUC_DAT_DUOC|MUC)>[^<]*</, '<$1>X<')],
];

/**
 * xmllint holds every kept sample, signed and unsigned, and every record of the example against the schema that lies
 * beside the samples; and must refuse each schema's sample when it is spoiled.
 */
export async function judgeSchemas(
  report: Report,
  records: readonly ProducedRecord[],
  work: string,
): Promise<void> {
  for (const format of await formats()) {
    const samples = await xmlIn(join(SAMPLES, format));
    const issued = (await issuedSamples()).filter((file) => basename(file).startsWith(`${format}-`));
    const unsigned = samples.filter((file) => !file.endsWith('.annex.xml'));
    await each([...unsigned, ...issued], async (file) => {
      report.add(TOOL, `mẫu lưu của ${format} hợp lược đồ`, await complaint(format, file));
    });
    const [first] = unsigned;
    if (first === undefined) {
      report.add(TOOL, `mẫu lưu của ${format} hợp lược đồ`, 'không có mẫu nào');
      continue;
    }
    const xml = await readFile(first, 'utf8');
    for (const [i, [what, spoil]] of SPOILED.entries()) {
      const twin = spoil(xml);
      const file = join(work, `${format}-${i}.xml`);
      await writeFile(file, twin);
      const refused = twin !== xml && (await complaint(format, file)) !== null;
      report.add(TOOL, `bản sửa của ${format} bị từ chối`, refused ? null : what);
    }
  }
  await each(records, async ({ xmlFile }) => {
    report.add(TOOL, 'học bạ của ví dụ hợp lược đồ', await complaint(await formatOf(xmlFile), xmlFile));
  });
}

/** Formats are folders with a schema of the same name. */
async function formats(): Promise<string[]> {
  return (await readdir(SAMPLES)).sort();
}

async function xmlIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.xml')).map((name) => join(folder, name));
}

async function issuedSamples(): Promise<string[]> {
  const folders = (await readdir(ISSUED)).filter((name) => name.endsWith('-profiles'));
  return (await Promise.all(folders.map((name) => xmlIn(join(ISSUED, name))))).flat();
}

/** The format that the record's version field names. */
async function formatOf(file: string): Promise<string> {
  const edition = /<PHIEN_BAN>([0-9.]+)/.exec(await readFile(file, 'utf8'))?.[1];
  return `moet-${edition ?? ''}`;
}

/** What xmllint says against the file, in its first line; null if it validates. */
async function complaint(format: string, file: string): Promise<string | null> {
  const schema = join(SAMPLES, format, `${format}.xsd`);
  const { code, err } = await run('xmllint', ['--nonet', '--noout', '--schema', schema, file]);
  return code === 0 ? null : `${basename(file)}: ${err.split('\n')[0] ?? ''}`;
}
