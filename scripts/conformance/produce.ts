import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readSignedXml, type SignedXml } from './signed-xml.ts';
import { run } from './tools.ts';

const ROOT = join(import.meta.dirname, '../..');
export const SHEET = join(ROOT, 'packages/sheet/cases/lop4.xlsx');

export interface ProducedRecord {
  readonly code: string;
  readonly xmlFile: string;
  readonly pdfFile: string;
  readonly proofFile: string;
  readonly xml: SignedXml;
}

/** What the example left in its folder, which is all that the judges get. */
export interface Production {
  readonly folder: string;
  readonly trust: string;
  /** The roots, a file each, and all of them in one. */
  readonly roots: readonly string[];
  readonly rootsFile: string;
  readonly records: readonly ProducedRecord[];
  readonly summary: {
    readonly read: number;
    readonly issued: number;
    readonly notIssued: readonly unknown[];
  };
}

/**
 * Runs the example on a class sheet, as a program of its own.
 *
 * @param work an existing folder for what comes of it
 * @throws Error with what the example said when it does not end with 0
 */
export async function produce(work: string): Promise<Production> {
  const folder = join(await mkdtemp(join(work, 'example-')), 'out');
  const made = await run(process.execPath, [join(ROOT, 'scripts/example/main.ts'), SHEET, folder]);
  if (made.code !== 0) throw new Error(`ví dụ không chạy xong (mã ${made.code}):\n${made.out}${made.err}`);
  const trust = join(folder, 'trust');
  const roots = (await readdir(trust))
    .filter((name) => name.endsWith('.pem'))
    .map((name) => join(trust, name));
  const rootsFile = join(work, 'roots.pem');
  await writeFile(rootsFile, (await Promise.all(roots.map((root) => readFile(root, 'utf8')))).join('\n'));
  const names = (await readdir(folder)).filter((name) => name.endsWith('.xml')).sort();
  const records = await Promise.all(
    names.map(async (name) => {
      const code = name.slice(0, -'.xml'.length);
      const xmlFile = join(folder, name);
      return {
        code,
        xmlFile,
        pdfFile: join(folder, `${code}.pdf`),
        proofFile: join(folder, `${code}.tlog-proof`),
        xml: readSignedXml(await readFile(xmlFile)),
      };
    }),
  );
  const summary = JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8')) as Production['summary'];
  return { folder, trust, roots, rootsFile, records, summary };
}
