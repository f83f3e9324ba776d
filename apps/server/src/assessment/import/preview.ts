import { createHash, randomUUID } from 'node:crypto';
import { ruleSetFor } from '@hocba/record';
import {
  type ClassRow,
  MAX_FILE_BYTES,
  readOneClass,
  readWorkbook,
  SheetError,
  type SheetErrorCode,
} from '@hocba/sheet';
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps, Upload } from '../../access/binding.ts';
import { type ClassAccess, requireHomeroomTeacher } from '../../access/objects.ts';
import type * as api from '../../http/api/roster.ts';
import { Refusal, type RefusalCode } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { cellsOf, dutiesOf, frozenPupils, pupilsOf, staffNames } from '../class-data.ts';
import { columnsOf } from '../columns.ts';
import { type KnownPupil, type Match, matchRows, notesOf, refusalsOf } from './match.ts';

export { MAX_FILE_BYTES };

/** What a preview keeps for the import that follows; stored as JSON, read back by `apply.ts` only. */
export interface StoredPreview {
  readonly rows: readonly StoredRow[];
}

export interface StoredRow {
  readonly row: number;
  readonly code: string;
  readonly name: string;
  readonly birthDate: string | null;
  /** null: to be enrolled. */
  readonly pupilId: string | null;
  readonly cells: readonly { readonly item: string; readonly value: string; readonly base: number }[];
  readonly statedResult: string | null;
}

const WHOLE: Readonly<Partial<Record<SheetErrorCode, RefusalCode>>> = {
  'too-large': 'file-too-large',
  'no-header': 'header-not-found',
  'missing-header': 'header-not-found',
  'duplicate-header': 'header-not-found',
  'grade-unknown': 'header-not-found',
  'school-year-not-supported': 'header-not-found',
  'several-classes': 'header-not-found',
  'no-rows': 'header-not-found',
};

/**
 * Reads a class sheet and tells what an import would do; writes nothing but this preview. A file that is no class
 * sheet is refused whole; a row with a problem is refused whole, the others may be imported.
 * @throws Refusal `file-unreadable`, `file-too-large`, `header-not-found`, `invalid-input`, each naming the file
 */
export async function previewImport(
  deps: Deps,
  actor: Actor,
  input: { classId: string; upload: Upload },
): Promise<z.input<typeof api.previewImport.response>> {
  const { upload, classId } = input;
  const access = await inSchool(deps.db, actor.schoolId, (trx) =>
    requireHomeroomTeacher(trx, actor, classId),
  );
  const rows = await readRows(access, upload);
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    await requireHomeroomTeacher(trx, actor, classId);
    const known = await pupilsOf(trx, actor.schoolId, classId);
    const settled = known.length > 0;
    const sound = rows.filter((row) => refusalsOf(row).length === 0);
    const matches = matchRows(sound, known);
    const elsewhere = await takenCodes(
      trx,
      actor,
      access,
      sound.map((row) => row.code),
      known,
    );
    const frozen = await frozenPupils(trx, actor.schoolId, classId);
    const notes = await noteMaker(trx, actor, access);
    const versions = new Map(
      (await cellsOf(trx, actor.schoolId, classId, 'CN')).map((c) => [`${c.pupilId}|${c.item}`, c]),
    );
    const refused = rows
      .filter((row) => refusalsOf(row).length > 0)
      .map((row) => ({ row: row.row, code: row.code, name: row.name, reasons: refusalsOf(row) }));
    const accepted: {
      stored: StoredRow;
      view: z.input<typeof api.previewImport.response>['rows'][number];
    }[] = [];
    sound.forEach((row, i) => {
      const match = matches[i] ?? { match: 'new' as const };
      const pupilId = 'pupil' in match ? match.pupil.pupilId : null;
      const where = `Tệp “${upload.fileName}”, dòng ${row.row}`;
      const obstacle =
        pupilId === null
          ? elsewhere.get(row.code)
          : frozen.has(pupilId)
            ? 'học bạ của em đã chốt nên không nhập được nữa.'
            : undefined;
      if (obstacle !== undefined) {
        const reasons = [`${where}, cột “Mã học sinh”: ${obstacle}`];
        refused.push({ row: row.row, code: row.code, name: row.name, reasons });
        return;
      }
      const cells = [...row.cells].flatMap(([item, { value }]) =>
        value === null ? [] : [{ item, value, base: versions.get(`${pupilId}|${item}`)?.version ?? 0 }],
      );
      const stored: StoredRow = {
        row: row.row,
        code: row.code,
        name: row.name,
        birthDate: row.birthDate,
        pupilId,
        cells,
        statedResult: row.stated.result,
      };
      accepted.push({
        stored,
        view: {
          row: row.row,
          code: row.code,
          name: row.name,
          match: match.match,
          // A row nobody knows, for a class that has its pupils: as likely another class's file as a pupil who came.
          selected: match.match !== 'similarName' && !(match.match === 'new' && settled),
          cells: cells.length,
          notes: [...matchNotes(where, row, match), ...notes(pupilId, cells, versions), ...notesOf(row)],
        },
      });
    });
    const importId = randomUUID();
    const preview: StoredPreview = { rows: accepted.map((a) => a.stored) };
    await trx
      .insertInto('import')
      .values({
        school_id: actor.schoolId,
        import_id: importId,
        class_id: classId,
        file_name: upload.fileName,
        file_digest: createHash('sha256').update(upload.bytes).digest(),
        preview: JSON.stringify(preview),
        created_by: actor.staffId,
        created_at: deps.now(),
      })
      .execute();
    return {
      importId,
      fileName: upload.fileName,
      rows: accepted.map((a) => a.view),
      refused: refused.sort((a, b) => a.row - b.row),
    };
  });
}

async function readRows(access: ClassAccess, upload: Upload): Promise<readonly ClassRow[]> {
  try {
    const sheets = await readWorkbook(upload.bytes, upload.fileName);
    const sheet = readOneClass(sheets, { fileName: upload.fileName, schoolYear: access.schoolYear });
    if (sheet.grade !== access.grade || sheet.schoolYear !== access.schoolYear || sheet.period !== 'CN') {
      throw new Refusal('invalid-input', [
        `Tệp “${upload.fileName}” là bảng của khối ${sheet.grade}, năm học ${sheet.schoolYear}; lớp ${access.name} thuộc khối ${access.grade}, năm học ${access.schoolYear}.`,
      ]);
    }
    return sheet.rows;
  } catch (error) {
    if (error instanceof SheetError)
      throw new Refusal(WHOLE[error.code] ?? 'file-unreadable', [error.message]);
    throw error;
  }
}

/** Codes of rows that would be new here and are somebody's already, with the sentence that says so. */
async function takenCodes(
  trx: Kysely<Database>,
  actor: Actor,
  access: ClassAccess,
  codes: readonly string[],
  known: readonly KnownPupil[],
): Promise<ReadonlyMap<string, string>> {
  const here = new Set(known.map((p) => p.pupilCode));
  const asked = codes.filter((code) => !here.has(code));
  if (asked.length === 0) return new Map();
  // One pupil is not two because a sheet was typed in small letters; by its spellings, so that the key is used.
  const spellings = asked.flatMap((code) => [code, code.toUpperCase(), code.toLowerCase()]);
  const registered = await trx
    .selectFrom('pupil_registry')
    .select(['pupil_code', 'school_id'])
    .where('pupil_code', 'in', [...new Set(spellings)])
    .execute();
  const fold = new Map(registered.map((row) => [row.pupil_code.toUpperCase(), row]));
  const enrolled = await trx
    .selectFrom('pupil as p')
    .innerJoin('enrolment as e', (join) =>
      join.onRef('e.school_id', '=', 'p.school_id').onRef('e.pupil_id', '=', 'p.pupil_id'),
    )
    .innerJoin('class as c', (join) =>
      join.onRef('c.school_id', '=', 'e.school_id').onRef('c.class_id', '=', 'e.class_id'),
    )
    .select(['p.pupil_code', 'c.name'])
    .where('p.school_id', '=', actor.schoolId)
    .where('p.pupil_code', 'in', asked)
    .where('c.school_year', '=', access.schoolYear)
    .where('e.left_on', 'is', null)
    .execute();
  return new Map([
    ...asked.flatMap((code): [string, string][] => {
      const row = fold.get(code.toUpperCase());
      if (!row) return [];
      if (row.school_id !== actor.schoolId)
        return [[code, 'mã này đang thuộc một trường khác; cần làm thủ tục chuyển trường trước.']];
      return row.pupil_code === code
        ? []
        : [[code, `mã này đã có, viết là ${row.pupil_code}; hãy ghi đúng chữ hoa, chữ thường.`]];
    }),
    ...enrolled.map((row): [string, string] => [row.pupil_code, `mã này đang học ở lớp ${row.name}.`]),
  ]);
}

function matchNotes(where: string, row: ClassRow, match: Match): string[] {
  if (match.match === 'new') return [];
  if (match.match === 'code') {
    return match.pupil.fullName === row.name
      ? []
      : [`${where}, cột “Họ và tên”: danh sách lớp ghi tên em là ${match.pupil.fullName}.`];
  }
  const how = match.match === 'name' ? 'cùng họ tên' : 'tên giống khi bỏ dấu';
  return [
    `${where}, cột “Mã học sinh”: mã khác; ghép với em ${match.pupil.fullName} (${match.pupil.pupilCode}) vì ${how}.`,
  ];
}

/** Notes on cells that a colleague answers for: they are filled, and never overwritten. */
async function noteMaker(trx: Kysely<Database>, actor: Actor, access: ClassAccess) {
  const duties = await dutiesOf(trx, actor.schoolId, access);
  const names = await staffNames(trx, actor.schoolId);
  const owners = new Map(
    columnsOf(ruleSetFor(access.schoolYear), access.grade, 'CN', duties).map((c) => [c.item as string, c]),
  );
  return (
    pupilId: string | null,
    cells: readonly { item: string; value: string }[],
    now: ReadonlyMap<string, { value: string | null; setBy: string }>,
  ): string[] => {
    const kept = cells.filter(({ item, value }) => {
      const owner = owners.get(item)?.ownerStaffId;
      const cell = now.get(`${pupilId}|${item}`);
      return (
        cell !== undefined &&
        cell.value !== null &&
        cell.value !== value &&
        cell.setBy !== actor.staffId &&
        cell.setBy === owner
      );
    });
    return kept.map(({ item }) => {
      const column = owners.get(item);
      const owner = names.get(column?.ownerStaffId ?? '') ?? '';
      return `Cột ${column?.group ?? ''} – ${column?.title ?? ''}: giữ giá trị ${owner} đã ghi, khác với tệp.`;
    });
  };
}
