import { type CellItem, type Period, partsOf } from '@hocba/record';
import type { ClassRow } from '@hocba/sheet';
import type { Transaction } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { ClassAccess } from '../../access/objects.ts';
import type * as api from '../../http/api/roster.ts';
import { type Match, matchRows } from '../../roster/import/match.ts';
import type { Database } from '../../store/tables.ts';
import { cellsOf, frozenPupils, gradesOf, pupilsOf } from '../periods/class-data.ts';
import { dueAwards } from '../pupil-year/pupil-awards.ts';
import { loadPupilYears } from '../pupil-year/pupil-years.ts';
import type { CellBatch } from '../sheet/write-cells.ts';
import { matchNotes, noteMaker, takenCodes } from './notes.ts';
import { notesOf, refusalsOf } from './row-findings.ts';

/** What a preview keeps for the import that follows; stored as JSON, read back when it is applied. */
export interface StoredPreview {
  readonly groups: readonly StoredGroup[];
}

export interface StoredGroup {
  readonly classId: string;
  readonly period: Period;
  readonly rows: readonly StoredRow[];
}

export interface StoredRow {
  readonly row: number;
  readonly code: string;
  readonly name: string;
  readonly birthDate: string | null;
  /** null: to be enrolled. */
  readonly pupilId: string | null;
  readonly cells: readonly {
    readonly item: string;
    readonly value: string;
    readonly base: number;
    /** The sitting that counts now: a file states the mark of the last one (TT 27/2020 Điều 7). */
    readonly attempt: number;
  }[];
  readonly statedResult: string | null;
}

export interface ClassPreview {
  readonly stored: StoredGroup;
  readonly rows: z.input<typeof api.RowMatch>[];
  readonly refused: z.input<typeof api.RowRefusal>[];
}

/**
 * What an import of these rows would do in one class; writes nothing. A row with a problem is refused whole, the others
 * may be imported.
 * @param reach of the actor in this class
 */
export async function previewRows(
  trx: Transaction<Database>,
  actor: Actor,
  access: ClassAccess,
  reach: CellBatch['reach'],
  input: { fileName: string; period: Period; rows: readonly ClassRow[] },
): Promise<ClassPreview> {
  const { classId } = access;
  const { fileName, period, rows } = input;
  const known = await pupilsOf(trx, actor.schoolId, classId);
  const settled = known.length > 0;
  const sound = rows.filter((row) => refusalsOf(row).length === 0);
  const matches = matchRows(sound, known);
  const codes = sound.map((row) => row.code);
  const elsewhere = await takenCodes(trx, actor, access, codes, known);
  const frozen = period === 'CN' ? await frozenPupils(trx, actor.schoolId, classId) : new Set<string>();
  const notes = await noteMaker(trx, actor, access, period, gradesOf(known, access.grade));
  const versions = new Map(
    (await cellsOf(trx, actor.schoolId, classId, period)).map((c) => [`${c.pupilId}|${c.item}`, c]),
  );
  // Cells of one who was here before, such as one whom an undone import had enrolled, are still there.
  const former = await formerPupils(trx, actor.schoolId, classId);
  const refused = rows
    .filter((row) => refusalsOf(row).length > 0)
    .map((row) => ({ row: row.row, code: row.code, name: row.name, reasons: refusalsOf(row) }));
  const due = await awardsDue(trx, actor.schoolId, classId, sound);
  const stored: StoredRow[] = [];
  const accepted: z.input<typeof api.RowMatch>[] = [];
  sound.forEach((row, i) => {
    const match: Match = matches[i] ?? { match: 'new' };
    const pupilId = 'pupil' in match ? match.pupil.pupilId : null;
    const cellsOwner = pupilId ?? former.get(row.code);
    const where = `Tệp “${fileName}”, dòng ${row.row}`;
    const obstacle = obstacleOf(pupilId);
    if (obstacle !== null) {
      const reasons = [`${where}, cột “Mã học sinh”: ${obstacle}`];
      refused.push({ row: row.row, code: row.code, name: row.name, reasons });
      return;
    }
    const cells = [...row.cells].flatMap(([item, { value }]) => {
      if (value === null || !mayWrite(item) || due(pupilId, item) === value) return [];
      const now = versions.get(`${cellsOwner}|${item}`);
      return [{ item, value, base: now?.version ?? 0, attempt: now?.attempt ?? 1 }];
    });
    stored.push({
      row: row.row,
      code: row.code,
      name: row.name,
      birthDate: row.birthDate,
      pupilId,
      cells,
      statedResult: period === 'CN' && access.isHomeroomTeacher ? row.stated.result : null,
    });
    accepted.push({
      row: row.row,
      code: row.code,
      name: row.name,
      match: match.match,
      // A row nobody knows, for a class that has its pupils: as likely another class's file as a pupil who came.
      selected: match.match !== 'similarName' && !(match.match === 'new' && settled),
      cells: cells.length,
      notes: [...matchNotes(where, row, match), ...notes(pupilId, cells, versions), ...notesOf(row)],
    });

    function obstacleOf(id: string | null): string | null {
      if (id !== null) return frozen.has(id) ? 'học bạ của em đã chốt nên không nhập được nữa.' : null;
      const taken = elsewhere.get(row.code);
      if (taken !== undefined) return taken;
      return reach === 'own' ? `em không có trong danh sách lớp ${access.name}.` : null;
    }
  });
  return {
    stored: { classId, period, rows: stored },
    rows: accepted,
    refused: refused.sort((a, b) => a.row - b.row),
  };

  /** A subject teacher's file fills that teacher's columns; what else stands in it is not looked at. */
  function mayWrite(item: Parameters<typeof partsOf>[0]): boolean {
    if (reach !== 'own') return true;
    const parts = partsOf(item);
    return 'subject' in parts && access.subjects.has(parts.subject);
  }
}

/**
 * What §5 of the form says of each pupil by itself: a file that only states it, such as our own export, makes no cell of it,
 * where it would stand when the result has changed.
 */
async function awardsDue(
  trx: Transaction<Database>,
  schoolId: string,
  classId: string,
  rows: readonly ClassRow[],
): Promise<(pupilId: string | null, item: CellItem) => string | undefined> {
  if (!rows.some((row) => row.cells.has('AWARD.text') || row.cells.has('SUDDEN_AWARD.text')))
    return () => undefined;
  const { pupils } = await loadPupilYears(trx, schoolId, classId);
  const byPupil = new Map(pupils.map((pupil) => [pupil.pupilId, new Map(dueAwards(pupil))]));
  return (pupilId, item) => byPupil.get(pupilId ?? '')?.get(item);
}

/** Pupils by code who were once in the class and are not now. */
async function formerPupils(
  trx: Transaction<Database>,
  schoolId: string,
  classId: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await trx
    .selectFrom('enrolment as e')
    .innerJoin('pupil as p', (join) =>
      join.onRef('p.school_id', '=', 'e.school_id').onRef('p.pupil_id', '=', 'e.pupil_id'),
    )
    .select(['p.pupil_code', 'p.pupil_id'])
    .where('e.school_id', '=', schoolId)
    .where('e.class_id', '=', classId)
    .where('e.left_on', 'is not', null)
    .execute();
  return new Map(rows.map((row) => [row.pupil_code, row.pupil_id]));
}
