import type { Problem } from '@hocba/record';
import { type Kysely, sql } from 'kysely';
import { vietnamDay } from '../access/running-year.ts';
import { IDENTITY_NOT_NOTED } from '../roster/noted-identity.ts';
import {
  type HeldRow,
  heldRow,
  hiddenPart,
  NOTED_TABLE_NAMES,
  type NotedTableName,
  type RowNote,
  rowNote,
  rowText,
} from '../store/noted-rows.ts';
import type { Database } from '../store/tables.ts';

/** A part of a pupil's year that stands in rows of its own, not in cells. */
export type YearPart =
  | 'identity'
  | 'studyYears'
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
export async function partsNotAsNoted(
  trx: Kysely<Database>,
  schoolId: string,
  of: { readonly classId: string; readonly schoolYear: string; readonly mainLockOn: string },
  pupilIds: readonly string[],
): Promise<ReadonlyMap<string, readonly YearPart[]>> {
  if (pupilIds.length === 0) return new Map();
  const rows = await rowsOf(trx, schoolId, of, pupilIds);
  const rewards = rows.reward.map(({ values }) => String(values.reward_id));
  const { rows: events } = await sql<{ object: string }>`
    select object from notes_of(${schoolId}, ${[schoolId, of.classId, ...pupilIds, ...rewards]}) order by seq`.execute(
    trx,
  );
  const notes = new Map<string, RowNote>();
  // In the order in which they were made: the newest of a row stands, and stands last.
  for (const { object } of events) {
    const note = rowNote(object);
    if (note === null) continue;
    notes.delete(note.name);
    notes.set(note.name, note);
  }
  const its = new Its(rows, notes);
  const reaches = ({ values }: HeldRow) => vietnamDay(new Date(String(values.set_at))) <= of.mainLockOn;
  const setting = newest(rows.assessment_setting.filter(reaches), bySeq);
  const electives = its.newestHolds('assessment_setting', schoolId, '', setting);
  const found = new Map<string, YearPart[]>();
  for (const pupilId of pupilIds) {
    const wrong = [...wrongParts(its, of, pupilId), ...(electives ? [] : ['electives' as const])];
    if (wrong.length > 0) found.set(pupilId, wrong);
  }
  return found;
}

type Rows = Readonly<Record<NotedTableName, readonly HeldRow[]>>;

async function rowsOf(
  trx: Kysely<Database>,
  schoolId: string,
  { classId, schoolYear }: { readonly classId: string; readonly schoolYear: string },
  pupilIds: readonly string[],
): Promise<Rows> {
  const its = sql`t.school_id = ${schoolId} and t.pupil_id = any(${[...pupilIds]}::uuid[])`;
  const { rows } = await sql<{ name: NotedTableName; row: string }>`
    select 'pupil' as name, ${rowText} as row from pupil t where ${its}
    union all select 'study_year', ${rowText} from study_year t where ${its}
    union all select 'decision', ${rowText} from decision t where ${its} and class_id = ${classId}
    union all select 'title_act', ${rowText} from title_act t where ${its} and school_year = ${schoolYear}
    union all select 'reward', ${rowText} from reward t where ${its} and school_year = ${schoolYear}
    union all select 'reward_withdrawal', ${rowText} from reward_withdrawal t
      where t.school_id = ${schoolId} and reward_id in (select reward_id from reward t where ${its} and school_year = ${schoolYear})
    union all select 'education_plan', ${rowText} from education_plan t where ${its} and class_id = ${classId}
    union all select 'assessment_setting', ${rowText} from assessment_setting t where t.school_id = ${schoolId}`.execute(
    trx,
  );
  const none = NOTED_TABLE_NAMES.map((name): [NotedTableName, HeldRow[]] => [name, []]);
  const found = Object.fromEntries(none) as Record<NotedTableName, HeldRow[]>;
  for (const { name, row } of rows) found[name].push(heldRow(name, row));
  return found;
}

/** Rows and notes by whose they are. */
class Its {
  readonly #rows: ReadonlyMap<string, readonly HeldRow[]>;
  readonly #notes: ReadonlyMap<string, readonly RowNote[]>;
  readonly #digests: ReadonlyMap<string, string>;
  readonly #noted: ReadonlyMap<string, RowNote>;

  constructor(rows: Rows, notes: ReadonlyMap<string, RowNote>) {
    const all = Object.values(rows).flat();
    const whose = (name: string) => name.slice(0, name.lastIndexOf(' '));
    this.#rows = Map.groupBy(all, ({ name }) => whose(name));
    this.#notes = Map.groupBy(notes.values(), ({ name }) => whose(name));
    this.#digests = new Map(all.map(({ name, digest }) => [name, digest]));
    this.#noted = notes;
  }

  rows(table: NotedTableName, of: string): readonly HeldRow[] {
    return this.#rows.get(`${of} ${table}`) ?? [];
  }

  /** Notes of rows whose key begins so, the newest last. */
  notes(table: NotedTableName, of: string, begins: string): readonly RowNote[] {
    return (this.#notes.get(`${of} ${table}`) ?? []).filter(({ key }) => key.startsWith(begins));
  }

  isNoted = ({ name, digest }: HeldRow): boolean => this.#noted.get(name)?.digest === digest;
  stands = ({ name, digest }: RowNote): boolean => (this.#digests.get(name) ?? null) === digest;

  /** Whether the row that counts is as noted, and what was noted last is there. */
  newestHolds(table: NotedTableName, of: string, begins: string, row: HeldRow | undefined): boolean {
    const last = this.notes(table, of, begins).at(-1);
    return (row === undefined || this.isNoted(row)) && (last === undefined || this.stands(last));
  }
}

function wrongParts(
  its: Its,
  { classId, schoolYear }: { readonly classId: string; readonly schoolYear: string },
  pupilId: string,
): YearPart[] {
  const holds: Record<Exclude<YearPart, 'electives'>, () => boolean> = {
    identity: () => its.rows('pupil', pupilId).every(its.isNoted),
    studyYears: () =>
      its.rows('study_year', pupilId).every(its.isNoted) &&
      its.notes('study_year', pupilId, '').every(its.stands),
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
