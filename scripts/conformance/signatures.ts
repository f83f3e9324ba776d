import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hocbaVerdicts, hocbaVerify } from './hocba.ts';
import { type Jdk, jdkFindings } from './jdk.ts';
import type { ProducedRecord, Production } from './produce.ts';
import type { Report } from './report.ts';
import { partsIn, type SignedXml } from './signed-xml.ts';
import { each } from './tools.ts';
import { type Twin, twinsOf } from './twins.ts';
import { xmlsecAccepts, xmlsecVerify } from './xmlsec.ts';
import { xsecAccepts, xsecVerify } from './xsec.ts';

interface TwinFile extends Twin {
  readonly code: string;
  readonly file: string;
}

/** Every signature by two XMLDSig implementations of others and by our own, and each record's twins refused by all. */
export async function judgeSignatures(
  report: Report,
  production: Production,
  judged: readonly ProducedRecord[],
  jdk: Jdk,
  foreignRoot: string,
  work: string,
): Promise<void> {
  const twins: TwinFile[] = (
    await each(judged, async (record, n) => {
      await judgeUntouched(report, production, record, jdk, foreignRoot);
      return writeTwins(record, twinsOf(record.xml, n), work);
    })
  ).flat();
  await each(twins, (twin) => judgeTwin(report, production, judged, twin, jdk));
  await judgeByHocba(report, production, twins);
}

async function judgeUntouched(
  report: Report,
  production: Production,
  record: ProducedRecord,
  jdk: Jdk,
  foreignRoot: string,
): Promise<void> {
  const { xml, xmlFile, code } = record;
  for (const { slot } of xml.slots) {
    const answer = await xmlsecVerify(xml, xmlFile, slot, production.roots);
    const last = answer.err.trim().split('\n').at(-1);
    report.add('xmlsec1', 'chữ ký đúng', xmlsecAccepts(answer) ? null : `${code} ${slot}: ${last}`);
  }
  const head = xml.slots.at(-1)?.slot ?? '';
  const foreign = await xmlsecVerify(xml, xmlFile, head, [foreignRoot]);
  report.add('xmlsec1', 'TỪ CHỐI gốc lạ', xmlsecAccepts(foreign) ? `${code} ${head}` : null);

  report.add('xsec-checksig', 'chữ ký đầu đúng', xsecAccepts(await xsecVerify(xmlFile)) ? null : code);

  const answer = await jdk.verify(production.rootsFile, xmlFile);
  const { valid } = jdkFindings(answer);
  for (const { slot } of xml.slots)
    report.add(
      'JDK XMLDSig + PKIX',
      'chữ ký đúng',
      valid.includes(slot) ? null : `${code} ${slot}: ${answer.out.trim()}`,
    );
  report.add('JDK XMLDSig + PKIX', 'cả tệp đúng', answer.code === 0 ? null : `${code}: mã ${answer.code}`);
  const other = await jdk.verify(foreignRoot, xmlFile);
  report.add(
    'JDK XMLDSig + PKIX',
    'TỪ CHỐI gốc lạ',
    other.code !== 0 && jdkFindings(other).valid.length === 0 ? null : code,
  );
}

async function writeTwins(record: ProducedRecord, twins: readonly Twin[], work: string): Promise<TwinFile[]> {
  const folder = join(work, `twins-${record.code}`);
  await mkdir(folder);
  return Promise.all(
    twins.map(async (twin, n) => {
      const file = join(folder, `${n}.xml`);
      await writeFile(file, twin.bytes);
      await copyFile(record.proofFile, join(folder, `${n}.tlog-proof`));
      return { ...twin, code: record.code, file };
    }),
  );
}

async function judgeTwin(
  report: Report,
  production: Production,
  judged: readonly ProducedRecord[],
  twin: TwinFile,
  jdk: Jdk,
): Promise<void> {
  const record = judged.find(({ code }) => code === twin.code);
  if (record === undefined || twin.slots.length === 0) return;
  const where = `${twin.code}, byte ${twin.offset}`;
  for (const slot of twin.slots) {
    const answer = await xmlsecVerify(record.xml, twin.file, slot, production.roots);
    report.add(
      'xmlsec1',
      `TỪ CHỐI ${twin.kind} đổi một byte`,
      xmlsecAccepts(answer) ? `${where}, ${slot}` : null,
    );
  }
  if (isReadByXsec(record.xml, twin))
    report.add(
      'xsec-checksig',
      `TỪ CHỐI ${twin.kind} đổi một byte`,
      xsecAccepts(await xsecVerify(twin.file)) ? where : null,
    );
  const answer = await jdk.verify(production.rootsFile, twin.file);
  const { valid } = jdkFindings(answer);
  const wrong = twin.slots.filter((slot) => valid.includes(slot));
  report.add(
    'JDK XMLDSig + PKIX',
    `TỪ CHỐI ${twin.kind} đổi một byte`,
    answer.code === 1 && wrong.length === 0
      ? null
      : `${where}: mã ${answer.code}, còn đúng ${wrong.join(' ')}`,
  );
}

const TRAINING = 4;
const NOT_GENUINE = 1;

async function judgeByHocba(
  report: Report,
  production: Production,
  twins: readonly TwinFile[],
): Promise<void> {
  const files = production.records.flatMap(({ xmlFile, pdfFile }) => [xmlFile, pdfFile]);
  const genuine = await hocbaVerdicts(files, production.trust);
  for (const { file, verdict, fragments } of genuine.verdicts) {
    const bad = fragments.filter(({ state }) => state === 'invalid' || state === 'error');
    const fine = verdict === 'training' && bad.length === 0;
    const why = bad.map(({ name, code }) => `${name}:${code}`).join(' ');
    report.add(
      'hocba verify',
      'XML và PDF: bản tập huấn, không phần nào hỏng',
      fine ? null : `${file}: ${verdict} ${why}`,
    );
  }
  report.add(
    'hocba verify',
    'mã kết thúc 4 với tất cả tệp',
    genuine.code === TRAINING && genuine.verdicts.length === files.length
      ? null
      : `mã ${genuine.code}, ${genuine.verdicts.length}/${files.length} tệp`,
  );

  const changed = await hocbaVerdicts(
    twins.map(({ file }) => file),
    production.trust,
  );
  for (const [n, { verdict }] of changed.verdicts.entries()) {
    const twin = twins[n];
    report.add(
      'hocba verify',
      `${twin?.kind} đổi một byte: không thật`,
      verdict === 'not-genuine' ? null : `${twin?.code}, byte ${twin?.offset}: ${verdict}`,
    );
  }
  report.add(
    'hocba verify',
    'mã kết thúc 1 với tất cả tệp đổi byte',
    changed.code === NOT_GENUINE && changed.verdicts.length === twins.length
      ? null
      : `mã ${changed.code}, ${changed.verdicts.length}/${twins.length} tệp`,
  );
  const oneOfEach = [...new Map(twins.map((twin) => [twin.kind, twin])).values()];
  await each(oneOfEach, async (twin) => {
    const { code } = await hocbaVerify([twin.file], production.trust);
    report.add(
      'hocba verify',
      'mã kết thúc 1, mỗi loại một tệp đổi byte',
      code === NOT_GENUINE ? null : `${twin.kind}: mã ${code}`,
    );
  });
}

/** It judges the first signature's value and digests, and believes the key that the certificate there says, whatever else it says. */
function isReadByXsec(xml: SignedXml, { offset, slots }: TwinFile): boolean {
  const first = xml.slots[0];
  if (first === undefined || !slots.includes(first.slot)) return false;
  return !partsIn(xml.parts, first.signature).some(
    ({ name, contentStart, contentEnd }) =>
      name === 'X509Certificate' && contentStart <= offset && offset < contentEnd,
  );
}
