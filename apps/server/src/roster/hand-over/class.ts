import { randomUUID } from 'node:crypto';
import { cleanText } from '@hocba/record';
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import { type ClassAccess, requireHomeroomTeacher } from '../../access/objects.ts';
import { vietnamDay } from '../../access/running-year.ts';
import type * as api from '../../http/api/hand-overs.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { yearAfter } from '../calendar.ts';
import { lockClass } from '../class-lock.ts';
import { lastYearOf } from '../roll-over/facts.ts';
import { type HandedPupil, handOvers } from './view.ts';

type Kind = 'class' | 'primary';
type Draft = z.input<typeof api.classHandOver.response>;

/**
 * What the homeroom teacher would hand over now: the pupils of grades 1 to 4 to their next teacher, those of grade 5 to
 * the school, each with the result that was confirmed (TT 27/2020 Điều 12). A combined class has both parts.
 */
export async function classHandOver(deps: Deps, actor: Actor, input: { classId: string }): Promise<Draft> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const access = await requireHomeroomTeacher(trx, actor, input.classId);
    const pupils = await presentPupils(trx, actor.schoolId, access);
    const before = await handOvers(trx, actor, input);
    const kinds = (['class', 'primary'] as const).filter((kind) => pupils.some((p) => kindOf(p) === kind));
    return {
      className: access.name,
      schoolYear: access.schoolYear,
      parts: kinds.map((kind) => {
        const its = pupils.filter((p) => kindOf(p) === kind);
        return {
          kind,
          pupils: its,
          lacking: lackingOf(its),
          current:
            before.find((b) => b.view.kind === kind && b.view.answer?.accepted !== false)?.view ?? null,
        };
      }),
      teachers: (await teachersOf(trx, actor.schoolId)).filter((t) => t.staffId !== actor.staffId),
    };
  });
}

const kindOf = (pupil: HandedPupil): Kind => (pupil.grade === 5 ? 'primary' : 'class');

async function presentPupils(
  trx: Kysely<Database>,
  schoolId: string,
  access: ClassAccess,
): Promise<HandedPupil[]> {
  const year = await lastYearOf(trx, schoolId, access.schoolYear, yearAfter(access.schoolYear));
  const found = year.classes.find((c) => c.classId === access.classId)?.pupils ?? [];
  return found
    .filter((p) => p.leftOn === null)
    .map(({ pupilId, pupilCode, fullName, grade, result, completed, promoted }) => ({
      pupilId,
      pupilCode,
      fullName,
      grade,
      result,
      completed,
      promoted,
    }));
}

function lackingOf(pupils: readonly HandedPupil[]): string[] {
  const open = pupils.filter((p) => p.result === null).length;
  return open === 0
    ? []
    : [
        `Còn ${open} em chưa xác nhận kết quả cuối năm; hãy xác nhận ở trang “Kết quả cuối năm” rồi mới bàn giao.`,
      ];
}

async function teachersOf(trx: Kysely<Database>, schoolId: string) {
  const rows = await trx
    .selectFrom('staff as s')
    .innerJoin('staff_role as r', (join) =>
      join.onRef('r.school_id', '=', 's.school_id').onRef('r.staff_id', '=', 's.staff_id'),
    )
    .select(['s.staff_id', 's.full_name'])
    .where('s.school_id', '=', schoolId)
    .where('r.role', '=', 'teacher')
    .orderBy('s.full_name')
    .execute();
  return rows.map((row) => ({ staffId: row.staff_id, fullName: row.full_name }));
}

/**
 * The giver's act: minutes with the pupils and their results as they stand. One at a time for each part of a class; what
 * was not accepted is followed by a new one.
 * @throws Refusal `not-allowed`, `invalid-input`
 */
export async function giveClass(
  deps: Deps,
  actor: Actor,
  input: { classId: string } & z.output<typeof api.giveClass.body>,
): Promise<{ handOverId: string }> {
  const { schoolId } = actor;
  return inSchool(deps.db, schoolId, async (trx) => {
    const access = await requireHomeroomTeacher(trx, actor, input.classId);
    await lockClass(trx, schoolId, input.classId);
    const pupils = (await presentPupils(trx, schoolId, access)).filter((p) => kindOf(p) === input.kind);
    const wrong = lackingOf(pupils);
    if (pupils.length === 0) wrong.push('Lớp không có học sinh thuộc diện bàn giao này.');
    if (input.onDate > vietnamDay(deps.now())) wrong.push('Ngày bàn giao không được ở sau hôm nay.');
    if (input.kind === 'class') {
      const to = input.toStaffId;
      const fits = (await teachersOf(trx, schoolId)).some((t) => t.staffId === to);
      if (!fits || to === actor.staffId) wrong.push('Hãy chọn giáo viên khác của trường nhận lớp.');
      if (cleanText(input.strengths) === '' || cleanText(input.weaknesses) === '')
        wrong.push('Hãy ghi điểm mạnh và điểm cần lưu ý của lớp để giáo viên nhận lớp biết.');
    } else if (input.toStaffId !== undefined) {
      wrong.push('Hồ sơ học sinh lớp 5 được bàn giao cho nhà trường.');
    }
    const before = await handOvers(trx, actor, { classId: input.classId });
    if (before.some((b) => b.view.kind === input.kind && b.view.answer?.accepted !== false))
      wrong.push('Phần này của lớp đã bàn giao, hoặc đang chờ bên nhận trả lời.');
    if (wrong.length > 0) throw new Refusal('invalid-input', wrong);
    const handOverId = randomUUID();
    await trx
      .insertInto('hand_over')
      .values({
        school_id: schoolId,
        hand_over_id: handOverId,
        class_id: input.classId,
        kind: input.kind,
        receiver_staff_id: input.toStaffId ?? null,
        on_date: input.onDate,
        strengths: lines(input.strengths),
        weaknesses: lines(input.weaknesses),
        files: lines(input.files),
        present: lines(input.present),
        pupils: JSON.stringify(pupils),
        given_by: actor.staffId,
        given_at: deps.now(),
      })
      .execute();
    return { handOverId };
  });
}

/** Composed text that keeps its lines. */
function lines(text: string): string {
  return text.normalize('NFC').trim();
}

/**
 * The receiver's act, once. Not accepting names the reason.
 * @throws Refusal `not-found` for everybody else, `invalid-input`
 */
export async function answerHandOver(
  deps: Deps,
  actor: Actor,
  input: { handOverId: string } & z.output<typeof api.answerHandOver.body>,
): Promise<{ accepted: boolean }> {
  const remarks = lines(input.remarks);
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const [row] = await handOvers(trx, actor, { handOverId: input.handOverId });
    if (!row?.view.mine) throw new Refusal('not-found');
    if (!input.accepted && remarks === '') {
      throw new Refusal('invalid-input', ['Hãy ghi lý do chưa nhận để bên giao bổ sung.']);
    }
    const made = await trx
      .insertInto('hand_over_answer')
      .values({
        school_id: actor.schoolId,
        hand_over_id: input.handOverId,
        accepted: input.accepted,
        remarks,
        answered_by: actor.staffId,
        answered_at: deps.now(),
      })
      .onConflict((oc) => oc.columns(['school_id', 'hand_over_id']).doNothing())
      .returning('hand_over_id')
      .execute();
    if (made.length === 0) throw new Refusal('not-found');
    return { accepted: input.accepted };
  });
}
