import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { issuing, signing } from '../../apps/server/src/http/api/index.ts';
import type { Staff } from './people.ts';

/** XML, PDF and proof of each record, flat, by Mã học sinh. */
export async function exportRecords(
  clerk: Staff,
  records: readonly { recordId: string; pupilCode: string }[],
  outDir: string,
): Promise<void> {
  for (const { recordId, pupilCode } of records) {
    const params = { recordId };
    await writeFile(join(outDir, `${pupilCode}.xml`), await clerk.person.call(signing.recordXml, { params }));
    await writeFile(
      join(outDir, `${pupilCode}.tlog-proof`),
      await clerk.person.call(signing.recordProof, { params }),
    );
    await writeFile(join(outDir, `${pupilCode}.pdf`), await clerk.person.call(signing.recordPdf, { params }));
  }
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
