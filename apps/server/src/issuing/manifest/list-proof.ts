import { decodeManifest, formatManifestReceipt, manifestPath } from '@hocba/ledger';
import type { Kysely } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import type { FileBody } from '../../access/binding.ts';
import { requireRecordStaff } from '../../access/objects.ts';
import { seesWholeClass } from '../../assessment/sheet/sheet.ts';
import { Refusal } from '../../refusal.ts';
import { loadRecords } from '../../signing/records/records.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { logOfLeaf } from '../log/ends.ts';
import { sha256 } from '../log/keys.ts';
import { leafIndexOf } from '../log/leaf-index.ts';
import { proofFileWith } from '../log/published.ts';

interface ListDeps {
  readonly db: Kysely<Database>;
  readonly dataDir: string;
}

/**
 * What the class's closed list says of the pupil of a record, as a proof file that a transfer package carries
 * (`formatManifestReceipt`). Of classmates it holds salted hashes only.
 *
 * @throws Refusal `not-found`, `not-allowed`; `year-not-ready` before the class's year is closed and the list published
 */
export async function recordListProof(deps: ListDeps, actor: Actor, recordId: string): Promise<FileBody> {
  const { schoolId } = actor;
  const of = await inSchool(deps.db, schoolId, async (trx) => {
    const access = await requireRecordStaff(trx, actor, recordId);
    if (!seesWholeClass(actor, access)) throw new Refusal('not-allowed');
    const [record] = await loadRecords(trx, schoolId, { recordIds: [recordId] });
    if (record === undefined) throw new Refusal('not-found');
    const { pupil_code: pupilCode } = await trx
      .selectFrom('pupil')
      .select('pupil_code')
      .where('school_id', '=', schoolId)
      .where('pupil_id', '=', record.pupilId)
      .executeTakeFirstOrThrow();
    return { schoolId, classId: record.classId, pupilCode };
  });
  const bytes = await listProof(deps, of);
  if (bytes === null)
    throw new Refusal('year-not-ready', ['Lớp chưa khép năm học nên chưa có danh sách đã ký.']);
  return { fileName: `${of.pupilCode}-khep-nam.tlog-proof`, bytes };
}

/** The same for whoever may have it; null where no list with this pupil is closed and published. */
export async function listProof(
  { db, dataDir }: ListDeps,
  of: { readonly schoolId: string; readonly classId: string; readonly pupilCode: string },
): Promise<Uint8Array | null> {
  const found = await inSchool(db, of.schoolId, async (trx) => {
    const row = await trx
      .selectFrom('class_manifest as m')
      .innerJoin('class_closing as c', (join) =>
        join
          .onRef('c.school_id', '=', 'm.school_id')
          .onRef('c.class_id', '=', 'm.class_id')
          .onRef('c.version', '=', 'm.version'),
      )
      .select(['m.manifest', 'm.salt', 'c.leaf', 'c.leaf_hash'])
      .where('m.school_id', '=', of.schoolId)
      .where('m.class_id', '=', of.classId)
      .orderBy('m.version', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (row === undefined) return null;
    const [origin, index] = [await logOfLeaf(trx, row.leaf_hash), await leafIndexOf(trx, row.leaf_hash)];
    return origin === null || index === null ? null : { row, origin, index };
  });
  if (found === null) return null;
  const { row, origin, index } = found;
  const manifest = decodeManifest(row.manifest);
  if (!manifest.entries.some((entry) => entry.pupil === of.pupilCode)) return null;
  const path = await manifestPath(sha256, manifest, row.salt, of.pupilCode);
  const extra = formatManifestReceipt({ leaf: row.leaf, path });
  return proofFileWith(dataDir, origin, { index, bytes: row.leaf }, extra);
}
