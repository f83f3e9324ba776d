import { RESULT_NAMES, SUBJECTS, TRAITS } from '@hocba/record';
import { expect, test } from 'vitest';
import { RESULT_WORDS, SUBJECT_ROWS, TRAIT_ROWS } from './labels.ts';

// The form keeps its own wording: a later code list must not alter how an old record re-renders. Today both say the same.
test('rows and words of the form are those of the code lists', () => {
  expect(SUBJECT_ROWS).toEqual(SUBJECTS.map(({ code, name }) => ({ code, label: name })));
  expect(TRAIT_ROWS).toEqual(
    Object.fromEntries(
      ['QUALITIES', 'GENERAL', 'SPECIFIC'].map((group) => [
        group,
        TRAITS.filter((t) => t.group === group).map(({ code, name }) => ({ code, label: name })),
      ]),
    ),
  );
  expect(RESULT_WORDS).toEqual(RESULT_NAMES);
});
