import { randomUUID } from 'node:crypto';
import {
  bandOf,
  type CellItem,
  type Grade,
  isCellItem,
  isTraitCode,
  parseCell,
  partsOf,
  RESULTS,
  sentencesFor,
  traitOf,
} from '@hocba/record';
import { type Kysely, sql } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import type * as api from '../../http/api/sentences.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';

type Listed = z.input<typeof api.listSentences.response>['sentences'][number];
type NewSentence = z.output<typeof api.keepOwnSentence.body>;

/** How many sentences one column of a bank may hold; a whole class needs far fewer. */
const MOST = 300;

const GRADES: readonly Grade[] = [1, 2, 3, 4, 5];

/**
 * The sentences of a column: one's own, the school's, the national ones; what stands in two of them only once.
 * @throws Refusal `invalid-input` for a column that holds no comment
 */
export async function listSentences(
  deps: Deps,
  actor: Actor,
  input: { item: string },
): Promise<z.input<typeof api.listSentences.response>> {
  const item = commentItem(input.item);
  const kept = await inSchool(deps.db, actor.schoolId, (trx) => keptOf(trx, actor, item));
  const national = new Map(
    GRADES.flatMap((grade) => sentencesFor({ item, grade })).map((s): [string, Listed] => [
      s.code,
      {
        id: s.code,
        bank: 'national',
        grades: [...s.grades],
        level: s.level,
        trait: s.trait ?? null,
        text: s.text,
      },
    ]),
  );
  const seen = new Set<string>();
  const sentences = [...kept, ...national.values()].filter((s) => {
    const key = `${s.grades.join('')}|${s.level}|${s.text}`;
    return !seen.has(key) && seen.add(key);
  });
  return { sentences };
}

async function keptOf(trx: Kysely<Database>, actor: Actor, item: CellItem): Promise<Listed[]> {
  const rows = await trx
    .selectFrom('comment_sentence')
    .select(['sentence_id', 'staff_id', 'grades', 'level', 'trait', 'sentence'])
    .where('school_id', '=', actor.schoolId)
    .where('item', '=', item)
    .where((eb) => eb.or([eb('staff_id', '=', actor.staffId), eb('staff_id', 'is', null)]))
    .orderBy('staff_id', (ob) => ob.asc().nullsLast())
    .orderBy('added_at', 'desc')
    .orderBy('sentence_id')
    .execute();
  return rows.map((row) => ({
    id: row.sentence_id,
    bank: row.staff_id === null ? 'school' : 'own',
    grades: row.grades as Grade[],
    level: row.level as Listed['level'],
    trait: row.trait,
    text: row.sentence,
  }));
}

export function keepOwnSentence(deps: Deps, actor: Actor, input: NewSentence) {
  return keep(deps, actor, input, actor.staffId);
}
export function keepSchoolSentence(deps: Deps, actor: Actor, input: NewSentence) {
  return keep(deps, actor, input, null);
}

/**
 * Keeps a sentence; one that is there already stays as it is and is answered with its id.
 * @throws Refusal `invalid-input`: a column without comments, a level that is not of its scale, a pupil's name in it
 */
async function keep(
  deps: Deps,
  actor: Actor,
  input: NewSentence,
  staffId: string | null,
): Promise<{ sentenceId: string }> {
  const item = commentItem(input.item);
  const read = parseCell(item, input.text);
  if (!read.ok) throw new Refusal('invalid-input', [read.message]);
  const text = read.value.replace(/\s+/g, ' ');
  if (text === '') throw new Refusal('invalid-input', ['Câu còn trống.']);
  requireScale(item, input);
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    await requireNobodyNamed(trx, actor.schoolId, text);
    const grades: number[] = [...bandOf(item, input.grade)];
    const same = trx
      .selectFrom('comment_sentence')
      .where('school_id', '=', actor.schoolId)
      .where('item', '=', item)
      .where('staff_id', staffId === null ? 'is' : '=', staffId);
    const there = same
      .select('sentence_id')
      .where(sql<boolean>`grades = ${grades}::smallint[]`)
      .where('level', input.level === null ? 'is' : '=', input.level)
      .where('sentence', '=', text);
    const found = await there.executeTakeFirst();
    if (found) return { sentenceId: found.sentence_id };
    const { n } = await same.select((eb) => eb.fn.countAll().as('n')).executeTakeFirstOrThrow();
    if (Number(n) >= MOST) {
      throw new Refusal('invalid-input', [`Mỗi cột giữ nhiều nhất ${MOST} câu; hãy xoá bớt câu ít dùng.`]);
    }
    const sentenceId = randomUUID();
    const kept = await trx
      .insertInto('comment_sentence')
      .values({
        school_id: actor.schoolId,
        sentence_id: sentenceId,
        staff_id: staffId,
        item,
        grades,
        level: input.level,
        trait: input.trait ?? null,
        sentence: text,
        added_by: actor.staffId,
        added_at: deps.now(),
      })
      // Kept twice at once: the first one is the one.
      .onConflict((oc) =>
        oc.columns(['school_id', 'staff_id', 'item', 'grades', 'level', 'sentence']).doNothing(),
      )
      .executeTakeFirst();
    if (kept.numInsertedOrUpdatedRows === 1n) return { sentenceId };
    return { sentenceId: (await there.executeTakeFirstOrThrow()).sentence_id };
  });
}

export function dropOwnSentence(deps: Deps, actor: Actor, input: { sentenceId: string }) {
  return drop(deps, actor, input.sentenceId, actor.staffId);
}
export function dropSchoolSentence(deps: Deps, actor: Actor, input: { sentenceId: string }) {
  return drop(deps, actor, input.sentenceId, null);
}

/** @throws Refusal `not-found` for a sentence that is not in that bank; another's own is not there for the actor */
async function drop(
  deps: Deps,
  actor: Actor,
  sentenceId: string,
  staffId: string | null,
): Promise<Record<string, never>> {
  const gone = await inSchool(deps.db, actor.schoolId, (trx) =>
    trx
      .deleteFrom('comment_sentence')
      .where('school_id', '=', actor.schoolId)
      .where('sentence_id', '=', sentenceId)
      .where('staff_id', staffId === null ? 'is' : '=', staffId)
      .executeTakeFirst(),
  );
  if (gone.numDeletedRows === 0n) throw new Refusal('not-found');
  return {};
}

function commentItem(item: string): CellItem {
  if (!isCellItem(item) || !item.endsWith('.comment')) {
    throw new Refusal('invalid-input', ['Chỉ cột nhận xét mới có câu gợi ý.']);
  }
  return item;
}

/** Levels of a subject, of a trait's block, or results for the year as a whole. */
function requireScale(item: CellItem, input: Pick<NewSentence, 'level' | 'trait'>): void {
  const parts = partsOf(item);
  const scale: readonly string[] =
    parts.kind === 'subjectComment'
      ? ['T', 'H', 'C']
      : parts.kind === 'traitComment'
        ? ['T', 'Đ', 'C']
        : RESULTS;
  if (input.level !== null && !scale.includes(input.level)) {
    throw new Refusal('invalid-input', [`Mức của cột này là một trong: ${scale.join(', ')}.`]);
  }
  if (input.trait === undefined) return;
  const fits =
    parts.kind === 'traitComment' && isTraitCode(input.trait) && traitOf(input.trait).group === parts.group;
  if (!fits) throw new Refusal('invalid-input', ['Cột này không có phẩm chất, năng lực đó.']);
}

/** A bank outlives the class: no pupil's name goes into it, and none into another pupil's comment by way of it. */
async function requireNobodyNamed(trx: Kysely<Database>, schoolId: string, text: string): Promise<void> {
  const named = await trx
    .selectFrom('pupil')
    .select('pupil_id')
    .where('school_id', '=', schoolId)
    .where(sql<boolean>`strpos(lower(${text}::text), lower(full_name)) > 0`)
    .limit(1)
    .executeTakeFirst();
  if (named) {
    throw new Refusal('invalid-input', [
      'Câu có họ tên một học sinh của trường. Hãy bỏ tên rồi lưu lại; nhận xét trong bảng không thay đổi.',
    ]);
  }
}
