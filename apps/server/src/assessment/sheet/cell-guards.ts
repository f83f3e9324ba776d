import { type CellItem, isCellItem, partsOf, ruleSetFor } from '@hocba/record';
import type { Transaction } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import type { ClassAccess } from '../../access/objects.ts';
import { lockedOn, locksOf } from '../../roster/year-locks.ts';
import type { Database } from '../../store/tables.ts';
import { dutiesOf, frozenPupils, gradesOf, pupilsOf } from '../periods/class-data.ts';
import { columnsOfClass, dutyIn, type SheetColumn } from '../periods/columns.ts';
import { type CellPeriod, closedSentence, periodsOf } from '../periods/periods.ts';
import { retestsOf } from '../periods/retests.ts';
import { lockedSentence } from '../periods/year-lock.ts';
import { loadPupilYears } from '../pupil-year/pupil-years.ts';
import { type CellOp, cellKey } from './cell-rows.ts';

/** Why an op is refused whatever its value is. */
export interface OpRefusal {
  readonly reject: 'frozen' | 'not-assigned' | 'invalid' | 'period-closed' | 'year-locked' | 'unknown-pupil';
  readonly message: string;
}

export interface CellGuards {
  column(op: CellOp): SheetColumn | undefined;
  refusalOf(op: CellOp): OpRefusal | null;
}

/**
 * Reads what forbids cells of a class to be set; the caller holds the class's lock, so that it holds until the end of
 * the transaction.
 * @param today ISO date in Vietnam, which the school year's locks are held against
 * @param fillsOthers the author imports a sheet that may fill colleagues' columns too
 */
export async function loadGuards(
  trx: Transaction<Database>,
  actor: Actor,
  access: ClassAccess,
  fillsOthers: boolean,
  asked: ReadonlySet<CellPeriod>,
  names: ReadonlyMap<string, string>,
  today: string,
): Promise<CellGuards> {
  const { schoolId } = actor;
  const { classId } = access;
  const enrolled = await pupilsOf(trx, schoolId, classId);
  const pupils = new Map(enrolled.map((p) => [p.pupilId, p]));
  const frozen = await frozenPupils(trx, schoolId, classId);
  const periods = await periodsOf(trx, schoolId, classId);
  const retests = new Set((await retestsOf(trx, schoolId, classId)).map((r) => cellKey(r)));
  const duties = await dutiesOf(trx, schoolId, access);
  const locks = await locksOf(trx, schoolId, access.schoolYear);
  const ruleSet = ruleSetFor(access.schoolYear);
  const grades = gradesOf(enrolled, access.grade);
  const summer = new Map(
    asked.has('BS')
      ? (await loadPupilYears(trx, schoolId, classId)).pupils.map((p) => [p.pupilId, p.toReassess] as const)
      : [],
  );
  const made = new Map<CellPeriod, ReadonlyMap<string, SheetColumn>>();
  const columns = (period: CellPeriod): ReadonlyMap<string, SheetColumn> => {
    const known = made.get(period);
    if (known) return known;
    const fresh = new Map(columnsOfClass(ruleSet, grades, period, duties).map((c) => [c.item as string, c]));
    made.set(period, fresh);
    return fresh;
  };
  const column = (op: CellOp): SheetColumn | undefined => columns(op.period).get(op.item);

  function refusalOf(op: CellOp): OpRefusal | null {
    const pupil = pupils.get(op.pupilId);
    if (!pupil) {
      return refused('unknown-pupil', 'Học sinh này không có trong danh sách hiện nay của lớp.');
    }
    const asked = column(op);
    if (!isCellItem(op.item) || !asked) {
      return refused('invalid', `Bảng của khối ${grades.join(', ')} không có cột này.`);
    }
    if (dutyIn(asked, pupil.grade) === 'none') {
      return refused('invalid', `Em học lớp ${pupil.grade} nên không có ô này.`);
    }
    if (op.attempt > 1) {
      const again = againRefusal(op, op.item);
      if (again) return again;
    }
    const mine = asked.ownerStaffId === actor.staffId;
    if (!mine && !fillsOthers) {
      const owner = asked.ownerStaffId === null ? null : names.get(asked.ownerStaffId);
      return refused(
        'not-assigned',
        owner ? `Cột này do ${owner} phụ trách; thầy/cô chỉ xem được.` : 'Cột này chưa phân công cho ai.',
      );
    }
    if (op.period === 'BS') {
      const outside = summerRefusal(op, op.item);
      if (outside) return outside;
    }
    if ((op.period === 'CN' || op.period === 'BS') && frozen.has(op.pupilId)) {
      return refused(
        'frozen',
        'Học bạ của em đã chốt nên không ghi được. Muốn sửa, hãy trả lại học bạ để sửa trước.',
      );
    }
    const lock = lockedOn(locks, op.period, today);
    if (lock !== null) return refused('year-locked', lockedSentence(op.period, lock));
    if (periods.get(op.period)?.closed) return refused('period-closed', closedSentence(op.period));
    return null;
  }

  /** Điều 11 khoản 1 điểm b: after the year's lock, of who has not completed the grade, and only what was too low. */
  function summerRefusal(op: CellOp, item: CellItem): OpRefusal | null {
    if (!periods.get('CN')?.closed && lockedOn(locks, 'CN', today) === null) {
      return refused('invalid', 'Cuối năm của lớp chưa khoá nên chưa đánh giá bổ sung được.');
    }
    if (summer.get(op.pupilId)?.has(item)) return null;
    return refused('invalid', 'Ô này không thuộc phần em phải đánh giá bổ sung.');
  }

  function againRefusal(op: CellOp, item: CellItem): OpRefusal | null {
    if (partsOf(item).kind !== 'mark')
      return refused('invalid', 'Chỉ điểm kiểm tra mới có lần kiểm tra lại.');
    if (retests.has(cellKey(op))) return null;
    return refused('invalid', 'Lần kiểm tra lại này chưa được ghi ngày và lý do.');
  }

  return { column, refusalOf };
}

function refused(reject: OpRefusal['reject'], message: string): OpRefusal {
  return { reject, message };
}
