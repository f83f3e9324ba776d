import type { Problem } from '@hocba/record';
import type { HeldRow } from '../../store/noted-rows.ts';
import type { Its, NotedClass } from './noted-class.ts';

/** What the school, the class and who signs for it state of themselves in each record of the class. */
export type OfficePart = 'school' | 'year' | 'locks' | 'class' | 'assignments' | 'principal' | 'staff';

export interface OfficeFault {
  readonly part: OfficePart;
  /** Of `staff`: whose. */
  readonly staffId: string | null;
}

/**
 * Parts whose rows are not as the audit trail has noted them. They stand in every record of the class, so that nobody's can be frozen: a class, a role or a number
 * that is lent for as long as it takes to freeze would name an accomplice as the one who signs.
 */
export function officeFaults(
  its: Its,
  schoolId: string,
  { classId, schoolYear, staffIds }: Pick<NotedClass, 'classId' | 'schoolYear' | 'staffIds'>,
): readonly OfficeFault[] {
  const newestLock = [...its.rows('year_lock_act', schoolId)].sort(bySeq).at(-1);
  const holds: Readonly<Record<Exclude<OfficePart, 'staff'>, boolean>> = {
    school: its.allHold('school', schoolId),
    year: its.allHold('school_year', schoolId, schoolYear),
    locks: its.newestHolds('year_lock_act', schoolId, `${schoolYear}/`, newestLock),
    class: its.allHold('class', classId),
    assignments: its.allHold('assignment', classId),
    principal: its.ofTable('staff_role').every(its.isNoted),
  };
  return [
    ...(Object.keys(holds) as (keyof typeof holds)[]).flatMap((part) =>
      holds[part] ? [] : [{ part, staffId: null }],
    ),
    ...staffIds.flatMap((staffId) =>
      its.allHold('staff', staffId) ? [] : [{ part: 'staff' as const, staffId }],
    ),
  ];
}

const bySeq = (a: HeldRow, b: HeldRow) => Number(a.values.seq) - Number(b.values.seq);

const FROM_BACKUP = 'Quản trị trường báo người giữ máy chủ khôi phục dữ liệu từ bản sao lưu.';
const SAID: Readonly<Record<OfficePart, readonly [what: string, action: string]>> = {
  school: ['Thông tin của trường', FROM_BACKUP],
  year: ['Các ngày của năm học', FROM_BACKUP],
  locks: ['Ngày khoá sổ của năm học', 'Hiệu trưởng dời ngày khoá lại ở trang “Năm học”, kèm lý do.'],
  class: [
    'Tên lớp và giáo viên chủ nhiệm',
    'Quản trị trường mở lớp ở trang “Lớp và phân công”, đối chiếu rồi lưu lại.',
  ],
  assignments: [
    'Phân công giáo viên của lớp',
    'Quản trị trường mở lớp ở trang “Lớp và phân công”, đối chiếu rồi lưu lại.',
  ],
  principal: [
    'Vai hiệu trưởng',
    'Quản trị trường mở người ấy ở trang “Cán bộ, giáo viên”, đối chiếu vai rồi lưu lại.',
  ],
  staff: [
    'Hồ sơ nhân sự',
    'Quản trị trường mở người này ở trang “Cán bộ, giáo viên”, ghi lại đủ cả số định danh cá nhân rồi lưu.',
  ],
};

/** What is said of such a part. @param name of whom, where it is somebody's */
export function problemOfOffice({ part }: OfficeFault, name: string | null): Problem {
  const [what, action] = SAID[part];
  return {
    severity: 'blocking',
    code: 'row-not-noted',
    field: part,
    message: `${what}${name === null ? '' : ` của ${name}`}: dữ liệu đang lưu không khớp với nhật ký sử dụng, có thể đã bị sửa ngoài phần mềm.`,
    action,
  };
}
