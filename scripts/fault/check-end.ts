import { mkdir, mkdtemp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { signing } from '../../apps/server/src/http/api/index.ts';
import { hocba, hocbaVerdicts } from '../conformance/hocba.ts';
import { isIncluded, readProof } from '../conformance/inclusion.ts';
import { readSignedXml } from '../conformance/signed-xml.ts';
import { exportRecords, exportTrust } from '../example/export.ts';
import type { Staff } from '../example/people.ts';
import { logEntries, logFolders } from './log-entries.ts';
import type { RunOutcome } from './run-year.ts';

const ISSUE = 1;
const TRAINING = 4;

/** One thing that must hold at the end of a year. */
export interface EndCheck {
  readonly what: string;
  readonly count: number;
  readonly wrong: readonly string[];
}

/** After the last restart: records, slots and leaves are there once each, and others' eyes find nothing wrong. */
export async function checkEnd(outcome: RunOutcome, rows: number, work: string): Promise<EndCheck[]> {
  const { year, people, victim } = outcome;
  const folder = await mkdtemp(join(work, 'out-'));
  await mkdir(folder, { recursive: true });
  await exportRecords(people.clerk, year.issued, folder);
  await exportTrust(people.clerk, folder);
  return [
    {
      what: 'mọi dòng được phát hành hoặc nêu lý do',
      count: rows,
      wrong:
        year.issued.length > 0 && year.issued.length + year.notIssued.length === rows
          ? []
          : [JSON.stringify(year.notIssued)],
    },
    await checkHistories(people.clerk, year.issued),
    await checkSlots(folder),
    await checkLeaves(folder, victim.dataDir),
    await checkVerify(folder, year.issued.length),
    await checkAudit(victim.dataDir),
  ];
}

async function checkHistories(
  clerk: Staff,
  issued: readonly { recordId: string; pupilCode: string }[],
): Promise<EndCheck> {
  const wrong: string[] = [];
  const leaves = new Set<number>();
  for (const { recordId, pupilCode } of issued) {
    const detail = await clerk.person.call(signing.recordDetail, { params: { recordId } });
    const times = (act: string): number => detail.history.filter((one) => one.act === act).length;
    const once = times('Chốt dữ liệu') === 1 && times('Phát hành') === 1 && times('Ký') === detail.slots;
    const allSigned = detail.signers.every(({ signedAt }) => signedAt !== null);
    if (!once) wrong.push(`${pupilCode}: một việc có hai lần hoặc thiếu`);
    if (!allSigned || detail.signed !== detail.slots) wrong.push(`${pupilCode}: chưa đủ chữ ký`);
    if (detail.leafIndex === null || leaves.has(detail.leafIndex))
      wrong.push(`${pupilCode}: lá ${detail.leafIndex}`);
    else leaves.add(detail.leafIndex);
  }
  return { what: 'chốt, ký từng ô, phát hành: mỗi việc đúng một lần', count: issued.length, wrong };
}

async function checkSlots(folder: string): Promise<EndCheck> {
  const wrong: string[] = [];
  const files = await filesOf(folder, '.xml');
  for (const file of files) {
    const slots = readSignedXml(await readFile(file)).slots.map(({ slot }) => slot);
    if (slots.length === 0 || new Set(slots).size !== slots.length) wrong.push(`${file}: ${slots.join(' ')}`);
  }
  return { what: 'không ô chữ ký nào có hai lần', count: files.length, wrong };
}

async function checkLeaves(folder: string, dataDir: string): Promise<EndCheck> {
  const wrong: string[] = [];
  const [log, ...others] = await logFolders(dataDir);
  if (log === undefined || others.length > 0)
    return { what: 'mỗi học bạ một lá', count: 0, wrong: ['không phải một nhật ký'] };
  const entries = await logEntries(log);
  const files = await filesOf(folder, '.tlog-proof');
  for (const file of files) {
    const proof = readProof(await readFile(file, 'utf8'));
    const places = entries.flatMap((entry, index) => (entry.equals(proof.leaf) ? [index] : []));
    if (!isIncluded(proof) || places.length !== 1 || places[0] !== proof.index)
      wrong.push(`${file}: lá ở ${places.join(', ') || 'không đâu'}, bằng chứng nói ${proof.index}`);
  }
  const issues = entries.filter((entry) => entry[1] === ISSUE).length;
  if (issues !== files.length) wrong.push(`${issues} lá phát hành cho ${files.length} học bạ`);
  return { what: 'mỗi học bạ đúng một lá trong nhật ký', count: files.length, wrong };
}

async function checkVerify(folder: string, expected: number): Promise<EndCheck> {
  const files = [...(await filesOf(folder, '.xml')), ...(await filesOf(folder, '.pdf'))];
  const { code, verdicts } = await hocbaVerdicts(files, join(folder, 'trust'));
  const wrong = verdicts
    .filter(
      ({ verdict, fragments }) =>
        verdict !== 'training' || fragments.some(({ state }) => state === 'invalid' || state === 'error'),
    )
    .map(({ file, verdict }) => `${file}: ${verdict}`);
  if (code !== TRAINING || verdicts.length !== 2 * expected) wrong.push(`mã ${code}, ${verdicts.length} tệp`);
  return { what: 'hocba verify nhận mọi XML và PDF xuất ra', count: verdicts.length, wrong };
}

async function checkAudit(dataDir: string): Promise<EndCheck> {
  const audited = await hocba(['audit', '--data', dataDir]);
  const wrong =
    audited.code === 0 ? [] : [`mã ${audited.code}: ${(audited.out + audited.err).trim().slice(0, 300)}`];
  return { what: 'hocba audit không thấy gì sai', count: 1, wrong };
}

async function filesOf(folder: string, ending: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith(ending)).map((name) => join(folder, name));
}
