import { decodeManifest, type Manifest } from '@hocba/ledger';
import type { Kysely, Selectable } from 'kysely';
import type { StoredRecord } from '../../signing/records/records.ts';
import type { ClassClosingTable, ClassManifestTable, Database } from '../../store/tables.ts';
import { type RollPupil, rollOver } from './roll.ts';

type ManifestRow = Selectable<ClassManifestTable>;
type ClosingRow = Selectable<ClassClosingTable>;

/** How far the close of a class's year has come. */
export interface ClosingStanding {
  /** `notYet` while a record is on its way or none is issued; then whose turn it is. */
  readonly standing: 'notYet' | 'toSign' | 'toSeal' | 'closed';
  /** A list was closed and does not say what is now. */
  readonly outdated: boolean;
  /** Pupils of the roll, those among them with a record in force, and those who are still there and have none. */
  readonly pupils: number;
  readonly issued: number;
  readonly without: number;
}

/** @param records the class's records, as loaded */
export async function closingStanding(
  trx: Kysely<Database>,
  schoolId: string,
  classId: string,
  records: readonly StoredRecord[],
): Promise<ClosingStanding> {
  const roll = await rollOver(trx, schoolId, classId, records);
  const { manifest, closing } = await newestList(trx, schoolId, classId);
  const stands = manifest !== null && saysWhatIs(decodeManifest(manifest.manifest), roll);
  const issued = roll.filter((pupil) => pupil.issued !== null).length;
  const onItsWay = issued === 0 || roll.some((pupil) => pupil.obstacle !== null);
  const listed = closing === null ? 'toSeal' : 'closed';
  const unlisted = onItsWay ? 'notYet' : 'toSign';
  return {
    standing: stands ? listed : unlisted,
    outdated: closing !== null && !stands,
    pupils: roll.length,
    issued,
    without: roll.filter((pupil) => pupil.issued === null && pupil.leftOn === null).length,
  };
}

/** The newest list of a class, and its closing if the school has signed it. */
export async function newestList(
  trx: Kysely<Database>,
  schoolId: string,
  classId: string,
): Promise<{ manifest: ManifestRow | null; closing: ClosingRow | null }> {
  const manifest = await trx
    .selectFrom('class_manifest')
    .selectAll()
    .where('school_id', '=', schoolId)
    .where('class_id', '=', classId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (manifest === undefined) return { manifest: null, closing: null };
  const closing = await trx
    .selectFrom('class_closing')
    .selectAll()
    .where('school_id', '=', schoolId)
    .where('class_id', '=', classId)
    .where('version', '=', manifest.version)
    .executeTakeFirst();
  return { manifest, closing: closing ?? null };
}

/** Whether a list still says what is: the same pupils, the same records in force. */
export function saysWhatIs(manifest: Manifest, roll: readonly RollPupil[]): boolean {
  if (manifest.entries.length !== roll.length) return false;
  const pupils = new Map(roll.map((pupil) => [pupil.pupilCode, pupil]));
  return manifest.entries.every((entry) => {
    const pupil = pupils.get(entry.pupil);
    if (pupil === undefined || pupil.obstacle !== null) return false;
    if (entry.state === 'none') return pupil.issued === null;
    return pupil.issued !== null && BigInt(pupil.issued.index) === entry.leafIndex;
  });
}
