import { randomUUID } from 'node:crypto';
import {
  completesGrade,
  type Grade,
  isTested,
  type OverallResult,
  SUBJECTS,
  TRAIT_GROUPS,
  traitsOf,
} from '@hocba/record';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Actor, StaffRole } from '../../access/actor.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { freshDatabase, type TestDatabase } from '../../store/testing/cluster.ts';

/** A school, all invented, for tests: one class unless said, two subject teachers, one of them also the homeroom teacher. */
export interface SmallSchool {
  readonly schoolId: string;
  readonly code: string;
  readonly schoolYear: string;
  /** The first class. */
  readonly classId: string;
  readonly classIds: readonly string[];
  readonly pupils: readonly {
    readonly pupilId: string;
    readonly pupilCode: string;
    readonly fullName: string;
  }[];
  readonly homeroom: Actor;
  readonly music: Actor;
  readonly principal: Actor;
  readonly clerk: Actor;
}

const GRADE: Grade = 4;
const YEAR = '2025-2026';
const AT = new Date('2026-05-20T02:00:00Z');

export interface SmallSchoolOptions {
  readonly schoolId?: string;
  readonly code?: string;
  /** In each class. */
  readonly pupils?: number;
  readonly classes?: number;
  readonly training?: boolean;
  readonly profile?: string;
}

/** Schools that this worker has made before, by what was wanted: the database that each stands in is copied, not used. */
const made = new Map<string, Promise<{ readonly template: string; readonly school: SmallSchool }>>();

/** A database of the caller's own with a small school in it: a copy of the first of its kind, since a class's cells take their time. */
export async function freshSchool(
  options: SmallSchoolOptions = {},
): Promise<{ readonly database: TestDatabase; readonly school: SmallSchool }> {
  const { schoolId, code, pupils, classes, training, profile } = options;
  const kind = JSON.stringify({ schoolId, code, pupils, classes, training, profile });
  let first = made.get(kind);
  if (first === undefined) {
    first = makeTemplate(options);
    made.set(kind, first);
  }
  const { template, school } = await first;
  return { database: await freshDatabase(template), school: structuredClone(school) };
}

async function makeTemplate(options: SmallSchoolOptions) {
  const { name, db } = await freshDatabase();
  const school = await makeSmallSchool(db, options);
  // Nobody may be connected to what is copied. It goes with the cluster.
  await db.destroy();
  return { template: name, school };
}

export async function makeSmallSchool(
  db: Kysely<Database>,
  options: SmallSchoolOptions = {},
): Promise<SmallSchool> {
  const schoolId = options.schoolId ?? '7';
  const code = options.code ?? `7900000${schoolId}`;
  await db
    .insertInto('school')
    .values({
      school_id: schoolId,
      code,
      name: 'Trường Tiểu học Mẫu',
      province_office_code: '79',
      province_office_name: 'Sở Giáo dục và Đào tạo Mẫu',
      commune_name: 'Phường Mẫu',
      district_name: null,
      province_name: 'Thành phố Mẫu',
      issue_place: 'Phường Mẫu',
      tax_code: `030000000${schoolId}`,
      training: options.training ?? true,
      ...(options.profile === undefined ? {} : { profile: options.profile }),
    })
    .execute();
  return inSchool(db, schoolId, async (trx) => {
    const staff = async (n: number, fullName: string, title: string, role: StaffRole): Promise<Actor> => {
      const staffId = randomUUID();
      await trx
        .insertInto('staff')
        .values({
          school_id: schoolId,
          staff_id: staffId,
          staff_code: `NV${n}`,
          full_name: fullName,
          personal_id: `07908000000${n}`,
          title,
        })
        .execute();
      await trx.insertInto('staff_role').values({ school_id: schoolId, staff_id: staffId, role }).execute();
      const accountId = randomUUID();
      await trx
        .insertInto('account')
        .values({
          account_id: accountId,
          school_id: schoolId,
          staff_id: staffId,
          username: `nv${n}-${schoolId}`,
          password_hash: 'none: nobody signs in here',
          disabled_at: null,
        })
        .execute();
      return { schoolId, accountId, staffId, roles: [role], address: '127.0.0.1' };
    };
    const homeroom = await staff(1, 'Lê Thị Bích Ngọc', 'Giáo viên', 'teacher');
    const music = await staff(2, 'Phạm Văn Đàn', 'Giáo viên', 'teacher');
    const principal = await staff(3, 'Đỗ Thị Ánh', 'Hiệu trưởng', 'principal');
    const clerk = await staff(4, 'Võ Ngọc Thư', 'Văn thư', 'clerk');
    await trx
      .insertInto('school_year')
      .values({
        school_id: schoolId,
        school_year: YEAR,
        starts_on: '2025-09-05',
        ends_on: '2026-05-31',
        planned_issue_date: '2026-05-30',
      })
      .execute();
    const teachers = { homeroom: homeroom.staffId, music: music.staffId };
    const { classes = 1, pupils: each = 3 } = options;
    const classIds: [string, ...string[]] = [await addClass(trx, schoolId, '4A', teachers)];
    for (let n = 2; n <= classes; n++) classIds.push(await addClass(trx, schoolId, `4A${n}`, teachers));
    const pupils: SmallSchool['pupils'][number][] = [];
    for (const classId of classIds)
      for (let ordinal = 1; ordinal <= each; ordinal++) {
        const n = pupils.length + 1;
        pupils.push(await addPupil(trx, { schoolId, classId, staffId: homeroom.staffId, n, ordinal }));
      }
    const [classId] = classIds;
    return { schoolId, code, schoolYear: YEAR, classId, classIds, pupils, homeroom, music, principal, clerk };
  });
}

async function addClass(
  trx: Transaction<Database>,
  schoolId: string,
  name: string,
  teachers: { readonly homeroom: string; readonly music: string },
): Promise<string> {
  const classId = randomUUID();
  await trx
    .insertInto('class')
    .values({
      school_id: schoolId,
      class_id: classId,
      school_year: YEAR,
      name,
      grade: GRADE,
      homeroom_staff_id: teachers.homeroom,
    })
    .execute();
  await trx
    .insertInto('assignment')
    .values(
      SUBJECTS.filter((s) => s.grades.includes(GRADE)).map((s) => ({
        school_id: schoolId,
        class_id: classId,
        subject: s.code,
        staff_id: s.code === 'AN' || s.code === 'MT' ? teachers.music : teachers.homeroom,
      })),
    )
    .execute();
  return classId;
}

const NAMES = ['Nguyễn Thị Hương Giang', 'Trần Đức Anh', 'Lý Ái Ân', 'Hồ Quang Khải', 'Vũ Mỹ Uyên'];

async function addPupil(
  trx: Transaction<Database>,
  of: { schoolId: string; classId: string; staffId: string; n: number; ordinal: number },
) {
  const pupilId = randomUUID();
  const pupilCode = `79${of.schoolId}${String(of.n).padStart(7, '0')}`;
  const fullName = `${NAMES[(of.n - 1) % NAMES.length] ?? ''}${of.n > NAMES.length ? ` ${'ABCDEFGHIJ'[of.n % 10]}` : ''}`;
  await trx
    .insertInto('pupil')
    .values({
      school_id: of.schoolId,
      pupil_id: pupilId,
      pupil_code: pupilCode,
      personal_id: `079316${String(of.n).padStart(6, '0')}`,
      register_number: `${of.n}/2022`,
      full_name: fullName,
      sex: 'female',
      birth_date: '2016-03-02',
      birth_place: 'Thành phố Mẫu',
      home_town: 'Tỉnh Mẫu',
      address: 'Phường Mẫu, Thành phố Mẫu',
      ethnicity: 'Kinh',
      nationality: 'Việt Nam',
      father_name: null,
      mother_name: 'Trần Thị Mẫu',
      guardian_name: null,
    })
    .execute();
  await trx
    .insertInto('enrolment')
    .values({
      school_id: of.schoolId,
      class_id: of.classId,
      pupil_id: pupilId,
      ordinal: of.ordinal,
      grade: GRADE,
      arrived_on: '2025-09-05',
      left_on: null,
    })
    .execute();
  await setCells(trx, { ...of, pupilId }, yearCells());
  await decide(trx, { ...of, pupilId }, 'HTXS');
  return { pupilId, pupilCode, fullName };
}

/** A complete, excellent year. */
function yearCells(): [string, string][] {
  return [
    ...SUBJECTS.filter((s) => s.grades.includes(GRADE)).flatMap((s): [string, string][] => [
      [`${s.code}.level`, 'T'],
      [`${s.code}.comment`, `Em học tốt môn ${s.name}.`],
      ...(isTested(s.code, GRADE, 'CN') ? ([[`${s.code}.mark`, '10']] as [string, string][]) : []),
    ]),
    ...traitsOf(GRADE).map((t): [string, string] => [`${t.code}.level`, 'T']),
    ...TRAIT_GROUPS.map((g): [string, string] => [`${g}.comment`, 'Em có nhiều tiến bộ.']),
    ['HOMEROOM.comment', 'Em chăm ngoan, học tốt.'],
    ['AWARD.text', 'Học sinh Xuất sắc'],
    ['HEIGHT.number', '132'],
    ['WEIGHT.number', '28.5'],
    ['ABSENT_EXCUSED.count', '1'],
    ['ABSENT_UNEXCUSED.count', '0'],
  ];
}

interface Whose {
  readonly schoolId: string;
  readonly classId: string;
  readonly pupilId: string;
  readonly staffId: string;
}

/** Sets cells of the end of the year, over what stands there, each with its act; null empties one. */
export async function setCells(
  trx: Transaction<Database>,
  of: Whose,
  cells: readonly (readonly [string, string | null])[],
): Promise<void> {
  const counter = await trx
    .insertInto('class_counter')
    .values({ school_id: of.schoolId, class_id: of.classId, seq: String(cells.length) })
    .onConflict((oc) =>
      oc
        .columns(['school_id', 'class_id'])
        .doUpdateSet({ seq: sql<string>`class_counter.seq + ${cells.length}::bigint` }),
    )
    .returning('seq')
    .executeTakeFirstOrThrow();
  const first = Number(counter.seq) - cells.length + 1;
  const before = await trx
    .selectFrom('cell')
    .select(['item', 'value', 'version'])
    .where('school_id', '=', of.schoolId)
    .where('class_id', '=', of.classId)
    .where('pupil_id', '=', of.pupilId)
    .where('period', '=', 'CN')
    .execute();
  const old = new Map(before.map((cell) => [cell.item, cell]));
  const batch = randomUUID();
  const rows = cells.map(([item, value], n) => ({
    act: {
      old_value: old.get(item)?.value ?? null,
      new_value: value,
      batch,
      n,
      source: 'key',
      device: 'test',
    },
    value,
    common: {
      school_id: of.schoolId,
      class_id: of.classId,
      pupil_id: of.pupilId,
      period: 'CN' as const,
      item,
      attempt: 1,
      version: (old.get(item)?.version ?? 0) + 1,
      set_by: of.staffId,
      set_at: AT,
      seq: String(first + n),
    },
  }));
  await trx
    .insertInto('cell_act')
    .values(rows.map(({ common, act }) => ({ ...common, ...act })))
    .execute();
  await trx
    .insertInto('cell')
    .values(rows.map(({ common, value }) => ({ ...common, value })))
    .onConflict((oc) =>
      oc.columns(['school_id', 'class_id', 'pupil_id', 'period', 'item', 'attempt']).doUpdateSet((eb) => ({
        value: eb.ref('excluded.value'),
        version: eb.ref('excluded.version'),
        set_by: eb.ref('excluded.set_by'),
        set_at: eb.ref('excluded.set_at'),
        seq: eb.ref('excluded.seq'),
      })),
    )
    .execute();
}

async function decide(trx: Transaction<Database>, of: Whose, result: OverallResult): Promise<void> {
  await trx
    .insertInto('decision')
    .values({
      school_id: of.schoolId,
      decision_id: randomUUID(),
      class_id: of.classId,
      pupil_id: of.pupilId,
      kind: 'result',
      result,
      completed: completesGrade(result),
      promoted: completesGrade(result),
      reason: null,
      decided_by: of.staffId,
      decided_at: AT,
    })
    .execute();
}
