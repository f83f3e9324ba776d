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

/** The folder for `hocba verify --trust`: test roots as PEM, and the log's keys, policy and dated status beside them. */
export async function exportTrust(clerk: Staff, outDir: string): Promise<void> {
  const bundle = await clerk.person.call(issuing.trustBundle);
  const folder = join(outDir, 'trust');
  await mkdir(folder, { recursive: true });
  for (const root of bundle.roots) await writeFile(join(folder, root.name), root.pem);
  await writeFile(join(folder, 'log.vkey'), `${bundle.logVkey}\n`);
  await writeFile(join(folder, 'status.vkey'), `${bundle.statusVkey}\n`);
  await writeFile(join(folder, 'tlog-policy'), bundle.policy);
  await writeFile(join(folder, 'status.txt'), bundle.status);
}
