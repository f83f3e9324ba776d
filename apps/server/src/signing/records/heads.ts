import { readSignedFile, type SignedFile } from '@hocba/record';
import type { Kysely } from 'kysely';
import type { Database } from '../../store/tables.ts';
import { damageCodeOf } from './damaged.ts';

/** What lists show of a record, as its own bytes say it and not as tables say it today. */
export interface RecordHead extends HeadText {
  /** The stored bytes cannot be read: what is shown comes from the tables. */
  readonly damaged: boolean;
}

interface HeadText {
  readonly pupilCode: string;
  readonly fullName: string;
  readonly className: string;
  readonly schoolYear: string;
}

/** A record's bytes never change, so what was read of them stays right; the oldest go first. */
const known = new Map<string, RecordHead>();
const MOST = 5000;

/** Heads of records by id. One that cannot be read is marked, so that it hides no other. */
export async function headsOf(
  trx: Kysely<Database>,
  schoolId: string,
  recordIds: readonly string[],
): Promise<ReadonlyMap<string, RecordHead>> {
  const damaged: string[] = [];
  const missing = recordIds.filter((id) => !known.has(keyOf(schoolId, id)));
  if (missing.length > 0) {
    const rows = await trx
      .selectFrom('record')
      .select(['record_id', 'frozen_xml', 'annex'])
      .where('school_id', '=', schoolId)
      .where('record_id', 'in', missing)
      .execute();
    for (const row of rows) {
      const head = headIn(row.frozen_xml, row.annex);
      if (head === null) {
        damaged.push(row.record_id);
        continue;
      }
      if (known.size >= MOST) known.delete(known.keys().next().value ?? '');
      known.set(keyOf(schoolId, row.record_id), head);
    }
  }
  // Not remembered: mended from a backup, the record reads again at once.
  const fromTables = await headsInTables(trx, schoolId, damaged);
  return new Map(
    recordIds.flatMap((id) => {
      const head = known.get(keyOf(schoolId, id)) ?? fromTables.get(id);
      return head ? [[id, head]] : [];
    }),
  );
}

function headIn(frozenXml: Uint8Array, annex: Uint8Array): RecordHead | null {
  try {
    return { ...headOf(readSignedFile(frozenXml, annex)), damaged: false };
  } catch (error) {
    if (damageCodeOf(error) === null) throw error;
    return null;
  }
}

async function headsInTables(
  trx: Kysely<Database>,
  schoolId: string,
  recordIds: readonly string[],
): Promise<ReadonlyMap<string, RecordHead>> {
  if (recordIds.length === 0) return new Map();
  const rows = await trx
    .selectFrom('record as r')
    .leftJoin('pupil as p', (join) =>
      join.onRef('p.school_id', '=', 'r.school_id').onRef('p.pupil_id', '=', 'r.pupil_id'),
    )
    .innerJoin('class as c', (join) =>
      join.onRef('c.school_id', '=', 'r.school_id').onRef('c.class_id', '=', 'r.class_id'),
    )
    .select(['r.record_id', 'r.school_year', 'p.pupil_code', 'p.full_name', 'c.name'])
    .where('r.school_id', '=', schoolId)
    .where('r.record_id', 'in', [...recordIds])
    .execute();
  return new Map(
    rows.map((row) => [
      row.record_id,
      {
        pupilCode: row.pupil_code ?? '',
        fullName: row.full_name ?? 'Bảng tổng hợp',
        className: row.name,
        schoolYear: row.school_year,
        damaged: true,
      },
    ]),
  );
}

function keyOf(schoolId: string, recordId: string): string {
  return `${schoolId}/${recordId}`;
}

function headOf(file: SignedFile): HeadText {
  const { className, schoolYear, grade } = file.read.doc;
  if (file.kind === 'classTable') {
    const fullName = `Bảng tổng hợp lớp ${className}, khối ${grade} (${file.read.doc.rows.length} học sinh)`;
    return { pupilCode: '', fullName, className, schoolYear };
  }
  const { pupilCode, fullName } = file.read.doc.pupil;
  return { pupilCode, fullName, className, schoolYear };
}
