import { PERIODS, ruleSetFor, type SubjectCode, subjectOf } from '@hocba/record';
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import { type ClassAccess, requireClassStaff } from '../../access/objects.ts';
import { vietnamDay } from '../../access/running-year.ts';
import type * as api from '../../http/api/assessment.ts';
import { Refusal } from '../../refusal.ts';
import { arrivalsOf } from '../../roster/transfers/arrivals.ts';
import { lockedOn, locksOf } from '../../roster/year-locks.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import {
  cellsOf,
  counterOf,
  dutiesOf,
  type EnrolledPupil,
  frozenPupils,
  gradesOf,
  leftPupilsOf,
  pupilsOf,
  type StoredCell,
  staffNames,
} from '../periods/class-data.ts';
import { columnsOfClass, type SheetColumn } from '../periods/columns.ts';
import { type CellPeriod, currentPeriod, periodsOf } from '../periods/periods.ts';
import { exemptOf, plansOf } from '../periods/plans.ts';
import { type Sitting, sittingsOf } from '../periods/retests.ts';
import { writeCells } from './write-cells.ts';

/** Whoever answers for, or looks after, the whole class sees all of it; a subject teacher sees his or her columns. */
export function seesWholeClass(actor: Actor, access: ClassAccess): boolean {
  return access.isHomeroomTeacher || actor.roles.includes('principal') || actor.roles.includes('clerk');
}

/** The columns that the actor may see: of one subject, or of the class. @throws Refusal `not-allowed` */
async function visibleColumns(
  trx: Kysely<Database>,
  actor: Actor,
  access: ClassAccess,
  pupils: readonly EnrolledPupil[],
  period: CellPeriod,
  subject: SubjectCode | undefined,
): Promise<SheetColumn[]> {
  const duties = await dutiesOf(trx, actor.schoolId, access);
  const grades = gradesOf(pupils, access.grade);
  const columns = columnsOfClass(ruleSetFor(access.schoolYear), grades, period, duties);
  const whole = seesWholeClass(actor, access);
  if (subject === undefined) {
    return whole ? columns : columns.filter((c) => c.subject !== null && access.subjects.has(c.subject));
  }
  if (!whole && !access.subjects.has(subject)) throw new Refusal('not-allowed');
  const found = columns.filter((c) => c.subject === subject);
  if (found.length === 0) throw new Refusal('not-found', [`Khối ${access.grade} không có môn này.`]);
  return found;
}

/** The class sheet: columns with their owners, pupils, cells with versions, and sentences to choose from. */
export async function classSheet(
  deps: Deps,
  actor: Actor,
  input: { classId: string; period?: CellPeriod | undefined; subject?: SubjectCode | undefined },
): Promise<z.input<typeof api.classSheet.response>> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const access = await requireClassStaff(trx, actor, input.classId);
    const period = input.period ?? currentPeriod(access.schoolYear, vietnamDay(deps.now()));
    const pupils = await pupilsOf(trx, actor.schoolId, input.classId);
    const columns = await visibleColumns(trx, actor, access, pupils, period, input.subject);
    const visible = new Set<string>(columns.map((c) => c.item));
    // The counter first: a cell that is set meanwhile is then given again, never missed.
    const seq = await counterOf(trx, actor.schoolId, input.classId);
    const cells = await cellsOf(trx, actor.schoolId, input.classId, period);
    const sittings = await sittingsOf(trx, actor.schoolId, input.classId, period);
    const states = await periodsOf(trx, actor.schoolId, input.classId);
    // The record holds the end of the year with what the summer has changed.
    const frozen =
      period === 'CN' || period === 'BS'
        ? await frozenPupils(trx, actor.schoolId, input.classId)
        : new Set<string>();
    const plans = await plansOf(trx, actor.schoolId, input.classId);
    const locks = await locksOf(trx, actor.schoolId, access.schoolYear);
    const today = vietnamDay(deps.now());
    const names = await staffNames(trx, actor.schoolId);
    const enrolled = new Set(pupils.map((p) => p.pupilId));
    return {
      className: access.name,
      schoolYear: access.schoolYear,
      grade: access.grade,
      period,
      periods: shownPeriods(period, states, lockedOn(locks, 'CN', today) !== null).map((one) => {
        const state = states.get(one);
        return {
          period: one,
          closed: state?.closed ?? false,
          lockedOn: lockedOn(locks, one, today),
          by: state === undefined ? null : (names.get(state.by) ?? null),
          at: state?.at.toISOString() ?? null,
          reason: state?.reason ?? null,
        };
      }),
      mayClose: access.isHomeroomTeacher,
      mayReopen: actor.roles.includes('principal'),
      seq,
      columns: columns.map((c) => ({
        item: c.item,
        title: c.title,
        group: c.subject !== null && input.subject !== undefined ? subjectOf(c.subject).name : c.group,
        kind: c.kind,
        owner:
          c.ownerStaffId === null
            ? null
            : { staffId: c.ownerStaffId, fullName: names.get(c.ownerStaffId) ?? '' },
        editable: c.ownerStaffId === actor.staffId,
        required: c.required,
        requiredIn: [...c.requiredIn],
        possibleIn: [...c.possibleIn],
      })),
      pupils: pupils.map((p) => ({
        ...p,
        frozen: frozen.has(p.pupilId),
        exempt: maySeeExempt(actor, access) ? exemptOf(plans, p).filter((item) => visible.has(item)) : [],
      })),
      left: await leftPupilsOf(trx, actor.schoolId, input.classId),
      arrived: seesWholeClass(actor, access)
        ? (await arrivalsOf(trx, actor.schoolId, input.classId)).filter((a) => enrolled.has(a.pupilId))
        : [],
      cells: cells
        .filter((c) => visible.has(c.item) && enrolled.has(c.pupilId))
        .map((c) => cellView(c, names)),
      sittings: sittings
        .filter((c) => visible.has(c.item) && enrolled.has(c.pupilId))
        .map((c) => sittingView(c, names)),
    };
  });
}

/** Who answers for a cell must know that it is lifted; the clerk, who only looks, need not (Điều 8: sensitive). */
function maySeeExempt(actor: Actor, access: ClassAccess): boolean {
  return access.isHomeroomTeacher || access.subjects.size > 0 || actor.roles.includes('principal');
}

/** The summer's assessment is offered once the end of the year has been closed, by the class or by the year's lock. */
function shownPeriods(
  asked: CellPeriod,
  states: ReadonlyMap<CellPeriod, unknown>,
  locked: boolean,
): CellPeriod[] {
  const summer = locked || asked === 'BS' || states.has('BS') || states.has('CN');
  return summer ? [...PERIODS, 'BS'] : [...PERIODS];
}

function sittingView(
  sitting: Sitting,
  names: ReadonlyMap<string, string>,
): z.input<typeof api.classSheet.response>['sittings'][number] {
  const { setBy, ...rest } = sitting;
  return { ...rest, by: names.get(setBy) ?? null };
}

function cellView(
  cell: StoredCell,
  names: ReadonlyMap<string, string>,
): z.input<typeof api.changedCells.response>['cells'][number] {
  return {
    pupilId: cell.pupilId,
    item: cell.item,
    attempt: cell.attempt,
    value: cell.value,
    version: cell.version,
    by: names.get(cell.setBy) ?? null,
    at: cell.setAt.toISOString(),
  };
}

/** Sets cells of the actor's own columns; see `writeCells` for conflicts, replays and what is refused. */
export async function saveCells(
  deps: Deps,
  actor: Actor,
  input: { classId: string } & z.output<typeof api.saveCells.body>,
): Promise<z.input<typeof api.saveCells.response>> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const access = await requireClassStaff(trx, actor, input.classId);
    const { device, batch, ops } = input;
    return writeCells(trx, actor, access, { device, batch, ops, reach: 'own' }, deps.now());
  });
}

/** The cells of a period that changed after the given number of the class's counter. */
export async function changedCells(
  deps: Deps,
  actor: Actor,
  input: { classId: string; after: number; period: CellPeriod },
): Promise<z.input<typeof api.changedCells.response>> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const access = await requireClassStaff(trx, actor, input.classId);
    const seq = await counterOf(trx, actor.schoolId, input.classId);
    if (seq <= input.after) return { seq, cells: [], sittings: [] };
    const pupils = await pupilsOf(trx, actor.schoolId, input.classId);
    const columns = await visibleColumns(trx, actor, access, pupils, input.period, undefined);
    const visible = new Set<string>(columns.map((c) => c.item));
    const names = await staffNames(trx, actor.schoolId);
    const cells = await cellsOf(trx, actor.schoolId, input.classId, input.period, input.after);
    const sittings = await sittingsOf(trx, actor.schoolId, input.classId, input.period);
    return {
      seq,
      cells: cells.filter((c) => visible.has(c.item)).map((c) => cellView(c, names)),
      sittings: sittings.filter((c) => visible.has(c.item)).map((c) => sittingView(c, names)),
    };
  });
}
