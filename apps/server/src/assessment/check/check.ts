import {
  awardsNamed,
  checkPupilYear,
  isBlocked,
  type Problem,
  partsOf,
  SUBJECTS,
  subjectOf,
} from '@hocba/record';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import { type ClassAccess, requireClassStaff } from '../../access/objects.ts';
import { vietnamDay } from '../../access/running-year.ts';
import type * as api from '../../http/api/assessment.ts';
import { dayInWords } from '../../roster/calendar.ts';
import { lockedOn } from '../../roster/year-locks.ts';
import { inSchool } from '../../store/database.ts';
import { gradesOf } from '../periods/class-data.ts';
import { problemOfCellWithoutAct } from '../pupil-year/cell-acts.ts';
import { problemOfOffice } from '../pupil-year/noted-office.ts';
import { problemOfPart } from '../pupil-year/noted-years.ts';
import type { PupilYear, PupilYears } from '../pupil-year/pupil-year.ts';
import { checkInputOf, loadPupilYears } from '../pupil-year/pupil-years.ts';
import { seesWholeClass } from '../sheet/sheet.ts';
import { signersReady } from './signers-ready.ts';

/**
 * Everything that stands between the class and its first signature. `ready` counts pupils who may be frozen,
 * `blocked` those who may not; pupils already frozen are in neither.
 */
export async function checkClass(
  deps: Deps,
  actor: Actor,
  input: { classId: string },
): Promise<z.input<typeof api.checkClass.response>> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const access = await requireClassStaff(trx, actor, input.classId);
    const years = await loadPupilYears(trx, actor.schoolId, input.classId);
    const classProblems = [
      ...problemsOfClass(years, vietnamDay(deps.now())),
      ...(await signersReady(deps, trx, actor.schoolId, years)),
    ];
    const open = years.pupils.filter((p) => !p.frozen);
    const found = open.map((pupil) => ({ pupil, problems: problemsOfPupil(years, pupil) }));
    const due = found.filter(({ pupil }) => pupil.suspendedOn === null);
    const blocked = due.filter(({ problems }) => isBlocked(problems)).length;
    return {
      className: years.className,
      whole: seesWholeClass(actor, access),
      mayFreeze: access.isHomeroomTeacher,
      ready: isBlocked(classProblems) ? 0 : due.length - blocked,
      blocked: isBlocked(classProblems) ? due.length : blocked,
      pupils: found.map(({ pupil, problems }) => ({
        pupilId: pupil.pupilId,
        ordinal: pupil.ordinal,
        pupilCode: pupil.pupilCode,
        fullName: pupil.fullName,
        problems: problems.filter((p) => maySee(actor, access, p)).map(view),
      })),
      classProblems: classProblems.map(view),
    };
  });
}

/**
 * All that is known against one pupil's year, with what only the school knows: each cell is the result of its act, a
 * stated result is needed, and a promotion decision where the result is CHT. Blocking problems forbid the freeze.
 */
export function problemsOfPupil(years: PupilYears, pupil: PupilYear): Problem[] {
  if (pupil.suspendedOn !== null) return [suspendedNote(pupil.suspendedOn)];
  const problems = [
    ...pupil.withoutAct.map(problemOfCellWithoutAct),
    ...pupil.notNoted.map(problemOfPart),
    ...checkPupilYear(checkInputOf(years, pupil)),
  ];
  const { conclusion } = pupil;
  if (conclusion.result === null) {
    problems.push({
      severity: 'blocking',
      code: 'missing',
      field: 'result',
      message: 'Chưa xác nhận kết quả giáo dục cuối năm.',
      action: 'Giáo viên chủ nhiệm xác nhận ở trang “Kết quả cuối năm”.',
      rule: years.ruleSet.topics.form,
    });
  } else if (conclusion.result === 'CHT' && !conclusion.promotionDecided) {
    problems.push({
      severity: 'blocking',
      code: 'missing',
      field: 'promoted',
      message: 'Học sinh chưa hoàn thành chương trình lớp học mà chưa có quyết định lên lớp hay ở lại.',
      action: 'Hiệu trưởng quyết định ở trang “Kết quả cuối năm” của lớp.',
      rule: years.ruleSet.topics.promoted,
    });
  }
  problems.push(...titleProblems(years, pupil));
  if (conclusion.result === 'CHT' && pupil.toReassess.size > 0 && !pupil.reassessed) {
    problems.push({
      severity: 'warning',
      code: 'missing',
      field: 'reassessment',
      message:
        'Học sinh chưa hoàn thành nhưng chưa ghi kết quả đánh giá bổ sung sau hướng dẫn, giúp đỡ trong hè.',
      action: 'Khoá cuối năm, rồi ghi ở thời điểm “Đánh giá bổ sung”, trước khi hiệu trưởng quyết định.',
      rule: years.ruleSet.topics.support,
    });
  }
  return problems;
}

/** A title that was proposed and not decided on, and one that is written although the principal has not granted it. */
function titleProblems({ ruleSet }: PupilYears, { awards, titles, writtenAward }: PupilYear): Problem[] {
  const { open } = titles;
  if (open === null) return [];
  const { title, lacking } = open;
  const written = awardsNamed(ruleSet, writtenAward ?? '').includes(title);
  // What lacks for a title that is written is told by the record's own check.
  if (written && lacking.length > 0) return [];
  if (!written && (awards.title.grounds === null || awards.title.decision !== null)) return [];
  return [
    {
      severity: written ? 'blocking' : 'warning',
      code: written ? 'award-not-allowed' : 'award-open',
      field: 'award',
      message:
        lacking.length > 0
          ? `Đề nghị danh hiệu ${title.title} còn thiếu: ${lacking.join('; ')}.`
          : `Danh hiệu ${title.title} chưa có quyết định của hiệu trưởng.`,
      action: written
        ? 'Xin quyết định ở trang “Kết quả cuối năm”, hoặc bỏ danh hiệu khỏi ô khen thưởng.'
        : 'Hoàn tất ở trang “Kết quả cuối năm” trước khi chốt; chốt rồi thì danh hiệu không vào học bạ.',
      rule: title.rule,
    },
  ];
}

/** Who pauses is not assessed: neither missing nor ready, until the pupil is back. */
export function suspendedNote(since: string): Problem {
  return {
    severity: 'note',
    code: 'suspended',
    field: 'status',
    message: `Em tạm nghỉ học từ ngày ${since.split('-').reverse().join('/')} nên không tính vào phần còn thiếu và không lập học bạ năm học này.`,
    action: 'Khi em đi học trở lại, văn thư ghi ở trang hồ sơ của em.',
  };
}

/**
 * What forbids freezing anybody of the class: somebody who has to sign is not named. That the year is locked forbids no
 * freeze, but says why nothing of what lacks can be entered.
 */
export function problemsOfClass(years: PupilYears, today: string): Problem[] {
  const lack = (field: string, message: string, action: string): Problem => ({
    severity: 'blocking',
    code: 'missing',
    field,
    message,
    action,
  });
  const ask = 'Quản trị trường bổ sung phân công.';
  const grades = gradesOf(years.pupils, years.grade);
  const missing = SUBJECTS.filter((s) => !years.teachers.has(s.code)).filter(
    (s) =>
      grades.some((grade) => s.grades.includes(grade)) ||
      years.pupils.some((p) => p.assessment.levels[s.code] !== undefined),
  );
  return [
    ...problemsOfOffice(years),
    ...(years.homeroomTeacher ? [] : [lack('homeroomTeacher', 'Lớp chưa có giáo viên chủ nhiệm.', ask)]),
    ...(years.principal
      ? []
      : [
          lack(
            'principal',
            'Trường chưa có đúng một hiệu trưởng để ký học bạ.',
            'Quản trị trường sửa vai trò.',
          ),
        ]),
    ...missing.map((s) => lack(`teacher.${s.code}`, `Môn ${s.name} chưa phân công giáo viên.`, ask)),
    ...lockProblems(years, today),
  ];
}

/** What the school, the class or who signs states in each record, and was changed behind the application. */
export function problemsOfOffice(years: PupilYears): Problem[] {
  const people = [years.homeroomTeacher, years.principal, ...years.teachers.values()];
  const nameOf = (staffId: string | null) =>
    people.find((one) => one !== null && one.staffId === staffId)?.fullName ?? null;
  return years.notNoted.map((fault) => problemOfOffice(fault, nameOf(fault.staffId)));
}

function lockProblems(years: PupilYears, today: string): Problem[] {
  if (years.pupils.every((p) => p.frozen)) return [];
  const said = (period: 'CN' | 'BS', what: string): Problem[] => {
    const day = lockedOn(years.locks, period, today);
    if (day === null) return [];
    return [
      {
        severity: 'warning',
        code: 'year-locked',
        field: `lock.${period}`,
        message: `Năm học đã khoá sổ hết ngày ${dayInWords(day)}: ${what} chỉ để xem.`,
        action: 'Nếu còn phải sửa, hiệu trưởng dời ngày khoá ở trang “Năm học”, kèm lý do.',
      },
    ];
  };
  const again = years.pupils.some((p) => !p.frozen && p.toReassess.size > 0);
  return [
    ...said('CN', 'ô và kết quả của năm'),
    ...(again ? said('BS', 'ô và kết quả đánh giá bổ sung trong hè') : []),
  ];
}

/** A subject teacher is told of his or her own columns only. */
function maySee(actor: Actor, access: ClassAccess, problem: Problem): boolean {
  if (seesWholeClass(actor, access)) return true;
  if (problem.item === undefined) return false;
  const parts = partsOf(problem.item);
  return 'subject' in parts && access.subjects.has(subjectOf(parts.subject).code);
}

function view(problem: Problem) {
  const { severity, code, item, field, message, action } = problem;
  return {
    severity,
    code,
    ...(item === undefined ? {} : { item: item as string }),
    ...(field === undefined ? {} : { field }),
    message,
    action,
  };
}
