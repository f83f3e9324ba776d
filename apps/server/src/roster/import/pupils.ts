import { randomUUID } from 'node:crypto';
import { type ListedPupil, type PupilFacts, readPupilList } from '@hocba/sheet';
import type { Transaction } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps, Upload } from '../../access/binding.ts';
import { requireRole } from '../../access/objects.ts';
import { runningYear, vietnamDay } from '../../access/running-year.ts';
import type * as api from '../../http/api/people-files.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { lockClass } from '../class-lock.ts';
import { enrolPupils } from '../enrol.ts';
import { matchRows } from './match.ts';
import { closedToLists, lockClassesOf } from './open-facts.ts';
import { loadSchool, type SchoolPupil, type SchoolRoster } from './school-roster.ts';
import {
  changesOf,
  chosenPlans,
  differing,
  keepOutcome,
  keepPlans,
  type PersonPlan,
  readList,
  type Values,
} from './stored.ts';

/** Columns of `pupil` by the list's facts, with their names on the form. */
const COLUMNS: readonly (readonly [fact: keyof PupilFacts, column: string, name: string])[] = [
  ['fullName', 'full_name', 'Họ tên'],
  ['birthDate', 'birth_date', 'Ngày sinh'],
  ['sex', 'sex', 'Giới tính'],
  ['personalId', 'personal_id', 'Số định danh cá nhân'],
  ['registerNumber', 'register_number', 'Số đăng bộ'],
  ['birthPlace', 'birth_place', 'Nơi sinh'],
  ['homeTown', 'home_town', 'Quê quán'],
  ['address', 'address', 'Chỗ ở hiện nay'],
  ['ethnicity', 'ethnicity', 'Dân tộc'],
  ['nationality', 'nationality', 'Quốc tịch'],
  ['fatherName', 'father_name', 'Họ tên cha'],
  ['motherName', 'mother_name', 'Họ tên mẹ'],
  ['guardianName', 'guardian_name', 'Họ tên người giám hộ'],
];
const NAMES = Object.fromEntries(COLUMNS.map(([, column, name]) => [column, name]));

/**
 * Reads a list of pupils and tells, pupil by pupil, who is new and which facts would change; writes nothing but this
 * preview. Pupils are found by code in the whole school, then by name in the class that the row names.
 */
export async function previewPupilList(
  deps: Deps,
  actor: Actor,
  input: { upload: Upload },
): Promise<z.input<typeof api.previewPupilList.response>> {
  requireRole(actor, 'clerk', 'admin');
  const { upload } = input;
  const list = await readList(upload, readPupilList);
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const year = await runningYear(trx, actor.schoolId, vietnamDay(deps.now()));
    if (year === null) throw new Refusal('invalid-input', ['Trường chưa mở năm học nào.']);
    const sound = list.rows.filter((row) => row.problems.length === 0);
    const school = await loadSchool(
      trx,
      actor.schoolId,
      year.schoolYear,
      sound.map((row) => row.code),
    );
    const matches = matchByClass(sound, school);
    const plans: PersonPlan[] = [];
    const rows: z.input<typeof api.previewPupilList.response>['rows'] = [];
    const refused = list.rows
      .filter((row) => row.problems.length > 0)
      .map((row) =>
        refusedRow(
          row,
          row.problems.map((p) => p.message),
        ),
      );
    sound.forEach((row, at) => {
      const match = matches[at] ?? { match: 'new' as const };
      const pupil = 'pupil' in match ? match.pupil : null;
      const obstacle = obstacleOf(row, pupil, school);
      if (obstacle !== null) {
        refused.push(refusedRow(row, [`Tệp “${upload.fileName}”, dòng ${row.row}: ${obstacle}`]));
        return;
      }
      const before = pupil?.values ?? {};
      const after = differing(before, valuesOf(row.facts));
      if (pupil?.frozen && Object.keys(after).length > 0) {
        refused.push(
          refusedRow(row, [
            `Tệp “${upload.fileName}”, dòng ${row.row}: học bạ đã chốt nên không sửa được lý lịch.`,
          ]),
        );
        return;
      }
      const classId = pupil?.classId ? null : (school.classes.get(row.className ?? '') ?? null);
      const plan: PersonPlan = {
        row: row.row,
        code: row.code,
        id: pupil?.pupilId ?? null,
        classId,
        before,
        after,
      };
      plans.push(plan);
      const nothing = pupil !== null && classId === null && Object.keys(after).length === 0;
      rows.push({
        row: row.row,
        code: row.code,
        name: row.facts.fullName ?? '',
        className: row.className,
        match: match.match,
        selected: match.match !== 'similarName' && !nothing,
        changes: changesOf(plan, NAMES),
        notes: [
          ...(match.match === 'name' || match.match === 'similarName'
            ? [
                `Mã trong tệp khác; ghép với em ${pupil?.fullName} (${pupil?.pupilCode}), mã đang lưu được giữ.`,
              ]
            : []),
          ...row.notes.map((note) => note.message),
        ],
      });
    });
    const importId = await keepPlans(trx, deps, actor, upload, 'pupils', plans);
    return {
      importId,
      fileName: upload.fileName,
      rows,
      refused: refused.sort((a, b) => a.row - b.row),
      remarks: [...list.remarks],
    };
  });
}

function refusedRow(row: ListedPupil, reasons: string[]) {
  return { row: row.row, code: row.code, name: row.facts.fullName ?? '', reasons };
}

type PupilMatch =
  | { readonly match: 'new' }
  | { readonly match: 'code' | 'name' | 'similarName'; readonly pupil: SchoolPupil };

/** By code in the school; by name among the class's pupils only, since namesakes are many in a school. */
function matchByClass(rows: readonly ListedPupil[], school: SchoolRoster): PupilMatch[] {
  const byCode = new Map(school.pupils.map((p) => [p.pupilCode.toUpperCase(), p]));
  const found = new Map<ListedPupil, PupilMatch>();
  for (const [className, its] of Map.groupBy(rows, (row) => row.className)) {
    const classId = school.classes.get(className ?? '');
    const known = school.pupils.filter((p) => classId !== undefined && p.classId === classId);
    const matches = matchRows(
      its.map((row) => ({ code: row.code, name: row.facts.fullName ?? '' })),
      known,
    );
    its.forEach((row, at) => {
      const match = matches[at];
      const coded = byCode.get(row.code.toUpperCase());
      const pupil =
        match && 'pupil' in match ? known.find((p) => p.pupilId === match.pupil.pupilId) : undefined;
      if (coded !== undefined) found.set(row, { match: 'code', pupil: coded });
      else if (match && match.match !== 'new' && pupil) found.set(row, { match: match.match, pupil });
    });
  }
  return rows.map((row) => found.get(row) ?? { match: 'new' });
}

function obstacleOf(row: ListedPupil, pupil: SchoolPupil | null, school: SchoolRoster): string | null {
  const classId = row.className === null ? undefined : school.classes.get(row.className);
  if (row.className !== null && classId === undefined)
    return `trường không có lớp ${row.className} trong năm học này.`;
  if (pupil === null && classId === undefined) return 'chưa ghi lớp của em.';
  if (pupil === null && school.elsewhere.has(row.code.toUpperCase()))
    return 'mã này không ghi mới được ở trường; hãy xem lại mã, hoặc tiếp nhận em theo thủ tục chuyển trường.';
  if (pupil?.classId && classId !== undefined && pupil.classId !== classId)
    return `em đang học lớp ${pupil.className}; muốn đổi lớp, hãy dùng trang chuyển lớp.`;
  return null;
}

function valuesOf(facts: PupilFacts): Values {
  return Object.fromEntries(
    COLUMNS.flatMap(([fact, column]) => (facts[fact] === undefined ? [] : [[column, facts[fact] ?? null]])),
  );
}

/** Writes the chosen pupils: facts that differ, new pupils, and their places in the classes. All or none. */
export async function applyPupilList(
  deps: Deps,
  actor: Actor,
  input: { importId: string; rows: readonly number[] },
): Promise<z.input<typeof api.applyPupilList.response>> {
  requireRole(actor, 'clerk', 'admin');
  const { schoolId } = actor;
  return inSchool(deps.db, schoolId, async (trx) => {
    const chosen = await chosenPlans(trx, actor, input.importId, 'pupils', input.rows);
    await lockClassesOf(
      trx,
      schoolId,
      chosen.flatMap((plan) => plan.id ?? []),
    );
    const classIds = [...new Set(chosen.flatMap((plan) => plan.classId ?? []))].sort();
    for (const classId of classIds) await lockClass(trx, schoolId, classId);
    const created: string[] = [];
    const changed: { id: string; before: Values; after: Values }[] = [];
    const placed: { classId: string; pupilId: string }[] = [];
    for (const plan of chosen) {
      const pupilId = plan.id ?? (await createPupil(trx, schoolId, plan));
      if (plan.id === null) created.push(pupilId);
      else if (Object.keys(plan.after).length > 0) {
        await requireAsPreviewed(trx, schoolId, pupilId, plan);
        await trx
          .updateTable('pupil')
          .set(plan.after)
          .where('school_id', '=', schoolId)
          .where('pupil_id', '=', pupilId)
          .execute();
        changed.push({ id: pupilId, before: plan.before, after: plan.after });
      }
      if (plan.classId !== null) placed.push({ classId: plan.classId, pupilId });
    }
    for (const [classId, its] of Map.groupBy(placed, (one) => one.classId))
      await enrolPupils(
        trx,
        schoolId,
        classId,
        its.map((one) => one.pupilId),
        vietnamDay(deps.now()),
      );
    await keepOutcome(trx, actor, input.importId, { created, enrolled: placed, changed }, deps.now());
    return { created: created.length, changed: changed.length };
  });
}

/** Much may have come between the preview and this. @throws Refusal `invalid-input` */
async function requireAsPreviewed(
  trx: Transaction<Database>,
  schoolId: string,
  pupilId: string,
  plan: PersonPlan,
): Promise<void> {
  const now = (await trx
    .selectFrom('pupil')
    .selectAll()
    .where('school_id', '=', schoolId)
    .where('pupil_id', '=', pupilId)
    .forUpdate()
    .executeTakeFirstOrThrow()) as unknown as Values;
  const closed = await closedToLists(
    trx,
    schoolId,
    { pupilId, pupilCode: plan.code },
    { before: now, after: plan.after },
  );
  if (closed !== null) throw new Refusal('invalid-input', [closed]);
  if (Object.keys(plan.after).some((column) => (now[column] ?? null) !== (plan.before[column] ?? null)))
    throw new Refusal('invalid-input', [
      `Mã học sinh ${plan.code}: lý lịch đã được sửa sau khi xem trước; hãy xem trước lại tệp.`,
    ]);
}

async function createPupil(trx: Transaction<Database>, schoolId: string, plan: PersonPlan): Promise<string> {
  const pupilId = randomUUID();
  const registered = await trx
    .insertInto('pupil_registry')
    .values({ pupil_code: plan.code, school_id: schoolId, pupil_id: pupilId })
    .onConflict((oc) => oc.column('pupil_code').doNothing())
    .returning('pupil_code')
    .execute();
  if (registered.length === 0)
    throw new Refusal('invalid-input', [`Mã học sinh ${plan.code} vừa được đăng ký; hãy xem trước lại tệp.`]);
  const none = Object.fromEntries(COLUMNS.map(([, column]) => [column, null]));
  await trx
    .insertInto('pupil')
    .values({
      ...none,
      ...plan.after,
      full_name: plan.after.full_name ?? '',
      school_id: schoolId,
      pupil_id: pupilId,
      pupil_code: plan.code,
    })
    .execute();
  return pupilId;
}
