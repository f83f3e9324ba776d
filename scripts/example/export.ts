import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { issuing, signing } from '../../apps/server/src/http/api/index.ts';
import type { Staff } from './people.ts';

/** What a class costs where signatures and timestamps are billed: counted in the files that were delivered. */
export interface Billed {
  readonly signatures: number;
  /** Of the signatures, those over a print. */
  readonly prints: number;
  readonly timestamps: number;
  readonly bytes: number;
}

/** XML, PDF and proof of each record, flat, by Mã học sinh. */
export async function exportRecords(
  clerk: Staff,
  records: readonly { recordId: string; pupilCode: string }[],
  outDir: string,
): Promise<Billed> {
  let [signatures, prints, timestamps, bytes] = [0, 0, 0, 0];
  for (const { recordId, pupilCode } of records) {
    const params = { recordId };
    const xml = Buffer.from(await clerk.person.call(signing.recordXml, { params }));
    signatures += occurrences(xml, '</SignatureValue>');
    timestamps += occurrences(xml, '</EncapsulatedTimeStamp>');
    bytes += xml.length;
    await writeFile(join(outDir, `${pupilCode}.xml`), xml);
    const proof = Buffer.from(await clerk.person.call(signing.recordProof, { params }));
    await writeFile(join(outDir, `${pupilCode}.tlog-proof`), proof);
    const pdf = Buffer.from(await clerk.person.call(signing.recordPdf, { params }));
    // One signature of the school over each print, its own timestamp and one over the whole file.
    prints += occurrences(pdf, '/SubFilter /ETSI.CAdES.detached');
    timestamps += occurrences(pdf, '/SubFilter /ETSI.RFC3161') + occurrences(pdf, SIGNATURE_TIMESTAMP);
    await writeFile(join(outDir, `${pupilCode}.pdf`), pdf);
  }
  return { signatures: signatures + prints, prints, timestamps, bytes };
}

/** The attribute of a signature's own timestamp (RFC 3161 appendix A) as it stands in a PDF's hexadecimal CMS. */
const SIGNATURE_TIMESTAMP = '060b2a864886f70d010910020e';

function occurrences(xml: Buffer, tag: string): number {
  let found = 0;
  for (let at = xml.indexOf(tag); at !== -1; at = xml.indexOf(tag, at + tag.length)) found++;
  return found;
}

/**
 * The folder for `hocba verify --trust`: the signed bundle, its key and the status of each log; roots and policy beside
 * it in plain form, for tools that know no bundle.
 */
export async function exportTrust(clerk: Staff, outDir: string): Promise<void> {
  const answer = await clerk.person.call(issuing.trustBundle);
  const folder = join(outDir, 'trust');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'hocba.trust'), answer.bundle);
  await writeFile(join(folder, 'hocba-trust.vkey'), `${answer.vkey}\n`);
  for (const { name, text } of answer.statuses) await writeFile(join(folder, name), text);
  for (const root of answer.roots) await writeFile(join(folder, root.name), root.pem);
  await writeFile(join(folder, 'tlog-policy'), answer.policy);
}
