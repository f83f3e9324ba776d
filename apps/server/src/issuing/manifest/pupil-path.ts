import { decodeManifest, formatManifestPath, manifestPath } from '@hocba/ledger';
import type { Kysely } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import { requireRecordStaff } from '../../access/objects.ts';
import { seesWholeClass } from '../../assessment/sheet.ts';
import { Refusal } from '../../refusal.ts';
import { loadRecords } from '../../signing/records.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { sha256 } from '../log/keys.ts';

/**
 * What the class's closed list says of the pupil of a record: the path that a transfer package carries. Of classmates it
 * holds salted hashes only.
 *
 * @throws Refusal `not-found`, `not-allowed`; `year-not-ready` before the class's year is closed
 */
export async function recordManifestPath(
  deps: { readonly db: Kysely<Database> },
  actor: Actor,
  recordId: string,
): Promise<{ fileName: string; bytes: Uint8Array }> {
  const { schoolId } = actor;
  return inSchool(deps.db, schoolId, async (trx) => {
    const access = await requireRecordStaff(trx, actor, recordId);
    if (!seesWholeClass(actor, access)) throw new Refusal('not-allowed');
    const [record] = await loadRecords(trx, schoolId, { recordIds: [recordId] });
    if (record === undefined) throw new Refusal('not-found');
    const pupil = await trx
      .selectFrom('pupil')
      .select('pupil_code')
      .where('school_id', '=', schoolId)
      .where('pupil_id', '=', record.pupilId)
      .executeTakeFirstOrThrow();
    const row = await trx
      .selectFrom('class_manifest as m')
      .innerJoin('class_closing as c', (join) =>
        join
          .onRef('c.school_id', '=', 'm.school_id')
          .onRef('c.class_id', '=', 'm.class_id')
          .onRef('c.version', '=', 'm.version'),
      )
      .select(['m.manifest', 'm.salt'])
      .where('m.school_id', '=', schoolId)
      .where('m.class_id', '=', record.classId)
      .orderBy('m.version', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (row === undefined)
      throw new Refusal('year-not-ready', ['Lớp chưa khép năm học nên chưa có danh sách đã ký.']);
    const manifest = decodeManifest(row.manifest);
    const listed = manifest.entries.some((entry) => entry.pupil === pupil.pupil_code);
    if (!listed) throw new Refusal('not-found');
    const bytes = formatManifestPath(await manifestPath(sha256, manifest, row.salt, pupil.pupil_code));
    return { fileName: `${pupil.pupil_code}.manifest-path`, bytes };
  });
}
