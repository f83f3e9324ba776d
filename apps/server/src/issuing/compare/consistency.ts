import { AttachmentError, extractAttachments } from '@hocba/form';
import {
  type ClassTableDocument,
  type Difference,
  inconsistencies,
  RecordReadError,
  readClassTable,
  readRecord,
  type StatedYear,
  statedBy,
  statedByRow,
  statedByTableRow,
} from '@hocba/record';
import { type ClassRow, readResults, readWorkbook } from '@hocba/sheet';
import { AppendError, withoutUnsignedProperties } from '@hocba/signature';
import type { Kysely, Transaction } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import { requireRole } from '../../access/objects.ts';
import { exportClassResults } from '../../assessment/export/results.ts';
import type { PupilYear, PupilYears } from '../../assessment/pupil-year/pupil-year.ts';
import { checkInputOf, loadPupilYears } from '../../assessment/pupil-year/pupil-years.ts';
import type { compareClass as compareRoute } from '../../http/api/issuing.ts';
import { buildDocument } from '../../signing/freeze/document.ts';
import { vietnamDay } from '../../signing/freeze/time.ts';
import { loadParts, loadRecords, type StoredRecord } from '../../signing/records/records.ts';
import { holdsPupilYear, statusTextOf } from '../../signing/records/state.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';

type Outcome = z.input<typeof compareRoute.response>;

export interface CompareDeps extends Deps {
  /** The issued print of a record, as anybody gets it. */
  print(actor: Actor, recordId: string): Promise<Uint8Array>;
}

/**
 * Holds every record of a class that is frozen or issued against what else says something of the same year: the class's
 * cells as they are today, the table that subject teachers signed, the Excel file that is exported now and, if asked for,
 * the issued print. A difference is named by pupil and field; nothing is changed.
 *
 * @throws Refusal `not-found`, `not-allowed`
 */
export async function compareClass(
  deps: CompareDeps,
  actor: Actor,
  classId: string,
  { prints }: { readonly prints: boolean },
): Promise<Outcome> {
  requireRole(actor, 'principal');
  const { schoolId } = actor;
  const file = await exportClassResults(deps, actor, { classId, period: 'CN', comments: 'yes' });
  const { className, schoolYear, compared } = await inSchool(deps.db, schoolId, (trx) =>
    comparisonOf(trx, schoolId, classId, deps.now()),
  );
  const rows = compared.length === 0 ? new Map() : await rowsOf(file.bytes, schoolYear);
  const differing: Outcome['differing'] = [];
  for (const one of compared) {
    const { record, pupil } = one;
    const row = rows.get(pupil?.pupilCode.toUpperCase() ?? '');
    const others = [...one.others];
    // A file of the year's end has no column for what the summer has changed.
    if (row && pupil && !pupil.reassessed) others.push(excelYear(row, pupil));
    const found = one.signed === null ? [DAMAGED] : inconsistencies(one.signed, others);
    if (prints && one.signed !== null && record.facts.acts.includes('issue'))
      found.push(
        ...(await printDifferences(one.signed, one.issuedXml, () => deps.print(actor, record.recordId))),
      );
    if (found.length === 0) continue;
    differing.push({
      recordId: record.recordId,
      pupilCode: pupil?.pupilCode ?? '',
      fullName: pupil?.fullName ?? '',
      statusText: statusTextOf(record.facts),
      differences: found.map(({ field, item, message }) => ({ field: item ?? field ?? '', message })),
    });
  }
  return { className, comparedAt: deps.now().toISOString(), records: compared.length, differing };
}

/** The same without files, for who looks at night. @returns how many were compared, and which differ from something */
export async function differingRecords(
  trx: Transaction<Database>,
  schoolId: string,
  classId: string,
  now: Date,
): Promise<{ records: number; differing: string[] }> {
  const { compared } = await comparisonOf(trx, schoolId, classId, now);
  return {
    records: compared.length,
    differing: compared.flatMap(({ signed, others, record }) =>
      signed === null || inconsistencies(signed, others).length > 0 ? [record.recordId] : [],
    ),
  };
}

const DAMAGED: Difference = {
  field: 'record',
  message: 'Dữ liệu lưu của học bạ bị hỏng nên không đối chiếu được.',
};

interface Compared {
  readonly record: StoredRecord;
  /** null for one who has left the class since. */
  readonly pupil: PupilYear | null;
  /** null if the stored bytes cannot be read. */
  readonly signed: StatedYear | null;
  readonly others: readonly StatedYear[];
  readonly issuedXml: Uint8Array | null;
}

async function comparisonOf(
  trx: Transaction<Database>,
  schoolId: string,
  classId: string,
  now: Date,
): Promise<{ className: string; schoolYear: string; compared: Compared[] }> {
  const years = await loadPupilYears(trx, schoolId, classId);
  const records = (await loadRecords(trx, schoolId, { classId })).filter(
    ({ facts }) => holdsPupilYear(facts) && !facts.acts.includes('recall'),
  );
  const parts = await loadParts(
    trx,
    schoolId,
    records.map(({ recordId }) => recordId),
  );
  const issued = await issuedXmls(trx, schoolId, classId);
  const tables = await signedTables(trx, schoolId, records);
  const byCell = await awardsByCell(trx, schoolId, classId);
  const compared = records.map((record): Compared => {
    const its = parts.get(record.recordId);
    const issuedXml = issued.get(record.recordId) ?? null;
    const pupil = years.pupils.find(({ pupilId }) => pupilId === record.pupilId) ?? null;
    const table = record.tableId === null ? undefined : tables.get(record.tableId);
    const signed = signedYear(issuedXml ?? its?.frozenXml, its?.annex);
    return {
      record,
      pupil,
      signed,
      others: [
        ...(pupil ? [todaysYear(years, byCell.has(record.recordId) ? cellOnly(pupil) : pupil, now)] : []),
        ...(table && pupil ? tableYear(table, pupil) : []),
      ],
      issuedXml,
    };
  });
  return { className: years.className, schoolYear: years.schoolYear, compared };
}

function signedYear(xml: Uint8Array | undefined, annex: Uint8Array | undefined): StatedYear | null {
  try {
    return xml === undefined ? null : statedBy(readRecord(xml, annex).doc);
  } catch (error) {
    if (error instanceof RecordReadError) return null;
    throw error;
  }
}

/** What a record that was frozen today would say; where it could not be frozen, what stands in the class all the same. */
function todaysYear(years: PupilYears, pupil: PupilYear, now: Date): StatedYear {
  const source = 'dữ liệu lớp hiện nay';
  const built = buildDocument(years, pupil, { uuid: '', on: vietnamDay(now) });
  if (built.ok) return statedBy(built.doc, source);
  const { assessment, stated, comments, pupil: identity, body, absences } = checkInputOf(years, pupil);
  return {
    source,
    schoolYear: years.schoolYear,
    className: years.className,
    ...(assessment ? { assessment } : {}),
    ...(comments ? { comments } : {}),
    ...(identity ? { pupil: identity } : {}),
    ...(body ? { body } : {}),
    ...(absences ? { absences } : {}),
    ...stated,
  };
}

/** Records frozen before titles had acts of their own: their §5 is the cell's (migration 0040). */
async function awardsByCell(
  trx: Kysely<Database>,
  schoolId: string,
  classId: string,
): Promise<ReadonlySet<string>> {
  const rows = await trx
    .selectFrom('record_award_by_cell as o')
    .innerJoin('record as r', (join) =>
      join.onRef('r.school_id', '=', 'o.school_id').onRef('r.record_id', '=', 'o.record_id'),
    )
    .select('o.record_id')
    .where('o.school_id', '=', schoolId)
    .where('r.class_id', '=', classId)
    .execute();
  return new Set(rows.map((row) => row.record_id));
}

function cellOnly(pupil: PupilYear): PupilYear {
  return { ...pupil, award: pupil.writtenAward };
}

function tableYear(table: ClassTableDocument, { pupilCode }: PupilYear): StatedYear[] {
  const row = table.rows.find((one) => one.pupilCode === pupilCode);
  return row ? [statedByTableRow(table, row, 'bảng tổng hợp đã ký')] : [];
}

async function signedTables(
  trx: Kysely<Database>,
  schoolId: string,
  records: readonly StoredRecord[],
): Promise<ReadonlyMap<string, ClassTableDocument>> {
  const ids = [...new Set(records.flatMap(({ tableId }) => tableId ?? []))];
  const parts = await loadParts(trx, schoolId, ids);
  return new Map(
    [...parts].flatMap(([id, { frozenXml }]): [string, ClassTableDocument][] => {
      try {
        return [[id, readClassTable(frozenXml).doc]];
      } catch (error) {
        // The audit names a table that cannot be read; here its records are compared without it.
        if (error instanceof RecordReadError) return [];
        throw error;
      }
    }),
  );
}

async function issuedXmls(
  trx: Kysely<Database>,
  schoolId: string,
  classId: string,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const rows = await trx
    .selectFrom('issued_record as i')
    .innerJoin('record as r', (join) =>
      join.onRef('r.school_id', '=', 'i.school_id').onRef('r.record_id', '=', 'i.record_id'),
    )
    .select(['i.record_id', 'i.xml'])
    .where('i.school_id', '=', schoolId)
    .where('r.class_id', '=', classId)
    .where('r.pupil_id', 'is not', null)
    .execute();
  return new Map(rows.map((row) => [row.record_id, row.xml]));
}

/** Rows of the exported file as anybody would read them, by pupil's code in capitals. */
async function rowsOf(bytes: Uint8Array, schoolYear: string): Promise<ReadonlyMap<string, ClassRow>> {
  const fileName = 'ket-qua.xlsx';
  const { classes } = readResults(await readWorkbook(bytes, fileName), {
    fileName,
    schoolYear,
    period: 'CN',
  });
  return new Map(classes.flatMap(({ rows }) => rows.map((row) => [row.code.toUpperCase(), row])));
}

function excelYear({ cells, stated, code, name, birthDate }: ClassRow, { grade }: PupilYear): StatedYear {
  return statedByRow({
    grade,
    cells: new Map([...cells].map(([item, { raw }]) => [item, raw])),
    ...(stated.result === null ? {} : { result: stated.result }),
    ...(stated.completed === null ? {} : { completed: stated.completed }),
    ...(stated.promoted === null ? {} : { promoted: stated.promoted }),
    pupil: { pupilCode: code, fullName: name, ...(birthDate === null ? {} : { birthDate }) },
  });
}

/** What the print's own record says, and whether it is the issued one to the byte. */
async function printDifferences(
  signed: StatedYear,
  issuedXml: Uint8Array | null,
  print: () => Promise<Uint8Array>,
): Promise<Difference[]> {
  const other = (message: string): Difference[] => [{ field: 'print', message }];
  try {
    const inside = extractAttachments(await print()).find(({ name }) => name.endsWith('.xml'));
    if (inside === undefined) return other('Bản in không mang học bạ bên trong.');
    const found = inconsistencies(signed, [statedBy(readRecord(inside.bytes).doc, 'bản in')]);
    if (found.length > 0) return found;
    // Dated anew since it was issued, it differs in what nobody has signed.
    const [printed, issued] = [inside.bytes, issuedXml ?? inside.bytes].map(withoutUnsignedProperties);
    return issuedXml !== null && printed && issued && Buffer.compare(printed, issued) === 0
      ? []
      : other('Bản in mang tệp XML khác tệp đã phát hành.');
  } catch (error) {
    if ([AttachmentError, RecordReadError, AppendError].some((kind) => error instanceof kind))
      return other('Bản in hỏng, không đọc được học bạ bên trong.');
    throw error;
  }
}
