import { z } from 'zod';
import { defineRoute } from './route.ts';
import { GradeValue, Item, Uuid } from './values.ts';

const Level = z.enum(['T', 'H', 'C', 'Đ', 'HTXS', 'HTT', 'HT', 'CHT']);

/**
 * Sentences to start a comment from, of one column and all grades: one's own, then the school's, then the national ones.
 * The page chooses by the pupil's own grade and levels, so that it asks once a column.
 */
export const listSentences = defineRoute({
  method: 'GET',
  path: '/api/sentences',
  policy: 'signedIn',
  summary: 'Ngân hàng nhận xét',
  query: z.strictObject({ item: Item }),
  response: z.strictObject({
    sentences: z.array(
      z.strictObject({
        /** A national sentence's code, or the id of a kept one. */
        id: z.string(),
        bank: z.enum(['own', 'school', 'national']),
        grades: z.array(GradeValue),
        /** null fits any level. */
        level: Level.nullable(),
        trait: z.string().nullable(),
        text: z.string(),
      }),
    ),
  }),
});

/** A sentence to keep. It is offered again in the grades that share the national bank's band with `grade`. */
const NewSentence = z.strictObject({
  item: Item,
  grade: GradeValue,
  level: Level.nullable(),
  trait: z.string().max(40).optional(),
  text: z.string().min(1).max(400),
});
const Kept = z.strictObject({ sentenceId: Uuid });
const SentenceParams = z.strictObject({ sentenceId: Uuid });

export const keepOwnSentence = defineRoute({
  method: 'POST',
  path: '/api/sentences/own',
  policy: 'signedIn',
  summary: 'Lưu câu nhận xét của tôi',
  body: NewSentence,
  response: Kept,
});
export const dropOwnSentence = defineRoute({
  method: 'DELETE',
  path: '/api/sentences/own/:sentenceId',
  policy: 'signedIn',
  summary: 'Xoá câu nhận xét của tôi',
  params: SentenceParams,
  response: z.strictObject({}),
});
/** The school's bank is kept by its principal. */
export const keepSchoolSentence = defineRoute({
  method: 'POST',
  path: '/api/sentences/school',
  policy: 'principal',
  summary: 'Lưu câu nhận xét dùng chung của trường',
  body: NewSentence,
  response: Kept,
});
export const dropSchoolSentence = defineRoute({
  method: 'DELETE',
  path: '/api/sentences/school/:sentenceId',
  policy: 'principal',
  summary: 'Xoá câu nhận xét dùng chung của trường',
  params: SentenceParams,
  response: z.strictObject({}),
});
