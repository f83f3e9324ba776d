import type { FormInput } from '../input.ts';

/** Version of the record book's layout. */
export const BOOK_VERSION = 'hocba-book/4';

/** The years of one pupil in any order, each as its own form would take it; drafts among them show as drafts. */
export interface BookInput {
  years: readonly FormInput[];
}

/** The pupils of a class in the order of the file, each with one year or more. */
export interface ClassBookInput {
  className: string;
  schoolYear: string;
  pupils: readonly BookInput[];
}
