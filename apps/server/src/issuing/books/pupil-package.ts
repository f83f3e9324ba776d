import { zipSync } from 'fflate';
import type { Actor } from '../../access/actor.ts';
import type { FileBody } from '../../access/binding.ts';
import { requireRole } from '../../access/objects.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import { isPrintOf } from '../delivery/deliver.ts';
import { type ProofDeps, proofOf } from '../issue/issued.ts';
import { listProof } from '../manifest/list-proof.ts';
import { signedPrint } from '../prints/signed-prints.ts';
import { codeOf, recordsOf } from './pupil-book.ts';

/**
 * What a family or the next school is given of a pupil: of every year that a book would hold the record's XML, its proof, the print
 * that the school has signed, and where the class's year is closed the pupil's own part of its list, which tells nothing of classmates.
 *
 * @returns a zip that the page which verifies records reads as it is
 * @throws Refusal `not-allowed`, `not-found`, `not-issued`, `log-unavailable`; `record-damaged` where a stored print is another record's
 */
export async function pupilPackage(deps: ProofDeps, actor: Actor, pupilId: string): Promise<FileBody> {
  requireRole(actor, 'principal', 'clerk');
  const pupilCode = await codeOf(deps.db, actor.schoolId, pupilId);
  const files: Record<string, [Uint8Array, { level: 0 | 6; mtime: Date }]> = {};
  for (const { schoolId, schoolYear, recordId } of await recordsOf(deps.db, actor.schoolId, pupilCode)) {
    const { proof, issued } = await proofOf(deps, schoolId, recordId);
    const print = await inSchool(deps.db, schoolId, (trx) => signedPrint(trx, schoolId, recordId));
    if (print !== null && !isPrintOf(print.pdf, recordId)) throw new Refusal('record-damaged');
    const list = await listProof(deps, { schoolId, classId: issued.classId, pupilCode });
    const name = `${pupilCode}-${schoolYear}`;
    const mtime = issued.issuedAt;
    files[`${name}.xml`] = [issued.xml, { level: 6, mtime }];
    files[`${name}.tlog-proof`] = [proof, { level: 6, mtime }];
    // What is in it is packed already.
    if (print !== null) files[`${name}.pdf`] = [print.pdf, { level: 0, mtime }];
    if (list !== null) files[`${name}-khep-nam.tlog-proof`] = [list, { level: 6, mtime }];
  }
  if (Object.keys(files).length === 0) throw new Refusal('not-issued');
  return { fileName: `${pupilCode}.zip`, bytes: zipSync(files) };
}
