import type { Problem } from '@hocba/record';
import { vietnamDay } from '../../access/running-year.ts';
import { IDENTITY_NOT_NOTED } from '../../roster/noted-identity.ts';
import { type HeldRow, hiddenPart, type NotedTableName } from '../../store/noted-rows.ts';
import type { Its, NotedClass } from './noted-class.ts';

/** A part of a pupil's year that stands in rows of its own, not in cells. */
export type YearPart =
  | 'identity'
  | 'studyYears'
  | 'places'
  | 'result'
  | 'promotion'
  | 'title'
  | 'reward'
  | 'plan'
  | 'electives';

/**
 * Parts of the pupils' years whose rows are not as the audit trail has noted them: changed, added or taken away behind the
 * application, which notes each row in the transaction that writes it. What a later act of the application has made void is not
 * looked at, so that who answers for a part can set it anew; an audit still names the row.
 *
 * @param of.mainLockOn ISO: what the school decides on electives later does not reach the year
 * @returns by pupil; who has none is not there
 */
export function yearFaults(
  its: Its,
  schoolId: string,
  of: NotedClass & { readonly mainLockOn: string },
): ReadonlyMap<string, readonly YearPart[]> {
  const reaches = ({ values }: HeldRow) => vietnamDay(new Date(String(values.set_at))) <= of.mainLockOn;
  const setting = newest(its.rows('assessment_setting', schoolId).filter(reaches), bySeq);
  const electives = its.newestHolds('assessment_setting', schoolId, '', setting);
  const found = new Map<string, YearPart[]>();
  for (const pupilId of of.pupilIds) {
    const wrong = [...wrongParts(its, of, pupilId), ...(electives ? [] : ['electives' as const])];
    if (wrong.length > 0) found.set(pupilId, wrong);
  }
  return found;
}

function wrongParts(
  its: Its,
  { classId, schoolYear }: { readonly classId: string; readonly schoolYear: string },
  pupilId: string,
): YearPart[] {
  const holds: Record<Exclude<YearPart, 'electives'>, () => boolean> = {
    identity: () => its.rows('pupil', pupilId).every(its.isNoted),
    studyYears: () => its.allHold('study_year', pupilId),
    places: () =>
      its.allHold('enrolment', pupilId) &&
      its.allHold('pupil_status', pupilId) &&
      its
        .rows('enrolment', pupilId)
        .every(({ values }) => values.class_id === classId || its.allHold('class', String(values.class_id))),
    result: () => decided('result'),
    promotion: () => decided('promotion'),
    title: () =>
      sinceAnew('title_act', pupilId, `${schoolYear}/`, its.rows('title_act', pupilId), [
        'propose',
        'withdraw',
      ]),
    reward: () =>
      its.rows('reward', pupilId).every((row) => its.isNoted(row) || isWithdrawn(row)) &&
      its.rows('reward', pupilId).every(withdrawalHolds) &&
      its.notes('reward', pupilId, `${schoolYear}/`).every((note) => its.stands(note) || isWithdrawn(note)),
    plan: () =>
      sinceAnew(
        'education_plan',
        classId,
        `${hiddenPart(classId, pupilId)}/`,
        its.rows('education_plan', classId).filter(({ values }) => values.pupil_id === pupilId),
        ['withdraw'],
      ),
  };
  const rewardOf = ({ name }: { readonly name: string }) => name.slice(name.lastIndexOf('/') + 1);
  const isWithdrawn = (one: { readonly name: string }): boolean =>
    its.rows('reward_withdrawal', rewardOf(one)).length > 0;
  const withdrawalHolds = (row: HeldRow): boolean =>
    its.newestHolds('reward_withdrawal', rewardOf(row), '', its.rows('reward_withdrawal', rewardOf(row))[0]);
  const decided = (kind: 'result' | 'promotion'): boolean => {
    const rows = its.rows('decision', pupilId).filter(({ values }) => values.kind === kind);
    return its.newestHolds('decision', pupilId, `${classId}/${kind}/`, newest(rows, byTime));
  };
  // What came before it was set anew counts no longer.
  const sinceAnew = (
    table: NotedTableName,
    of: string,
    begins: string,
    acts: readonly HeldRow[],
    anew: readonly string[],
  ): boolean => {
    const rows = [...acts].sort(bySeq);
    const from = rows.findLastIndex(({ values }) => anew.includes(String(values.act)));
    return (
      its.newestHolds(table, of, begins, rows.at(-1)) && rows.slice(Math.max(from, 0)).every(its.isNoted)
    );
  };
  return (Object.keys(holds) as (keyof typeof holds)[]).filter((part) => !holds[part]());
}

type Order = (a: HeldRow, b: HeldRow) => number;
const bySeq: Order = (a, b) => Number(a.values.seq) - Number(b.values.seq);
/** As `decisionsOf` takes them. */
const byTime: Order = (a, b) => {
  const of = ({ values }: HeldRow) => `${values.decided_at} ${values.decision_id}`;
  return of(a) < of(b) ? -1 : 1;
};
const newest = (rows: readonly HeldRow[], order: Order): HeldRow | undefined => [...rows].sort(order).at(-1);

const SAID: Readonly<Record<Exclude<YearPart, 'identity'>, readonly [what: string, action: string]>> = {
  studyYears: [
    'Quá trình học tập của em ở trường khác',
    'Quản trị trường báo người giữ máy chủ khôi phục dữ liệu từ bản sao lưu.',
  ],
  places: [
    'Lớp học, quá trình học và tình trạng của em ở trường',
    'Quản trị trường báo người giữ máy chủ khôi phục dữ liệu từ bản sao lưu.',
  ],
  result: ['Kết quả giáo dục cuối năm', 'Giáo viên chủ nhiệm xác nhận lại kết quả.'],
  promotion: ['Quyết định lên lớp hay ở lại', 'Hiệu trưởng quyết định lại.'],
  title: ['Danh hiệu khen thưởng', 'Rút đề nghị danh hiệu rồi đề nghị, bình xét và quyết định lại.'],
  reward: [
    'Khen thưởng đã ghi cho em',
    'Rút khen thưởng bị sai rồi ghi lại; nếu dòng ghi đã mất, báo người giữ máy chủ khôi phục từ bản sao lưu.',
  ],
  plan: ['Kế hoạch giáo dục của em', 'Rút kế hoạch rồi lập và xác nhận lại.'],
  electives: [
    'Quyết định của trường về môn học tự chọn',
    'Hiệu trưởng ghi lại ở mục “Quy định của trường về môn tự chọn”.',
  ],
};

/** What is said of such a part: nothing is frozen of it until who answers for it has looked. */
export function problemOfPart(part: YearPart): Problem {
  if (part === 'identity') return IDENTITY_NOT_NOTED;
  const [what, action] = SAID[part];
  return {
    severity: 'blocking',
    code: 'row-not-noted',
    field: part,
    message: `${what}: dữ liệu đang lưu không khớp với nhật ký sử dụng, có thể đã bị sửa ngoài phần mềm.`,
    action,
  };
}
