import { calendarDay } from '../dates.ts';
import { FormError } from '../error.ts';
import { formText } from '../form-text.ts';
import type { FormInput } from '../input.ts';
import { attachmentsOf, type PageAttachment, PROOF_PATH, XML_PATH } from '../page-data.ts';
import { type RecordPages, recordSheet } from '../record-sheet.ts';
import type { Sheet } from '../sheet.ts';
import { BOOK_VERSION, type BookInput, type ClassBookInput } from './input.ts';
import { studyYearsOf } from './study-years.ts';

/** Five grades, some repeated. Each year carries up to two files, and readers of ours take sixteen. */
const MOST_YEARS = 8;
/**
 * All pupils' years in one file of a class. They are compiled at once, about 10 MB of memory each until it is done: a class with
 * one year each takes half a gigabyte, and whole books of a class are printed pupil by pupil.
 */
const MOST_CLASS_YEARS = 70;
/** Half of what the reader of attachments takes for all files together. */
const LARGEST_CONTENT = 5 * 1024 * 1024;

const invalid = (why: string): FormError => new FormError('input-invalid', why);

/** The sheet of one pupil's record book; the XML and proof of each issued year travel inside. Throws FormError. */
export function bookSheet(input: BookInput): Sheet {
  const years = inOrder(input);
  const files = new Map<string, Uint8Array>();
  const attachments = years.flatMap((year, n) => attach(year, n, files));
  if ([...files.values()].reduce((sum, bytes) => sum + bytes.length, 0) > LARGEST_CONTENT) {
    throw invalid('the records are too large to travel inside the book');
  }
  const [first, latest] = [years[0], years.at(-1)];
  const span = [...new Set([first, latest].map((year) => formText(year?.doc.schoolYear ?? '')))].join(
    ' đến ',
  );
  return sheet(`Học bạ tiểu học, năm học ${span}`, 'years', [years], attachments, files);
}

/** The sheet of a class: a book for each pupil, one after the other, with bookmarks. To print; nothing is attached. */
export function classBookSheet(input: ClassBookInput): Sheet {
  const pupils = input.pupils.map(inOrder);
  const count = pupils.flat().length;
  if (count === 0 || count > MOST_CLASS_YEARS) throw invalid('no pupils, or too many years in one file');
  const codes = pupils.map((years) => years.at(-1)?.doc.pupil.personalId);
  if (new Set(codes).size !== codes.length) throw invalid('a pupil appears twice');
  const title = `Học bạ tiểu học, lớp ${formText(input.className)}, năm học ${formText(input.schoolYear)}`;
  return sheet(title, pupils.length > 1 ? 'pupils' : 'years', pupils, [], new Map());
}

function sheet(
  title: string,
  bookmarks: RecordPages['bookmarks'],
  books: readonly (readonly FormInput[])[],
  attachments: readonly PageAttachment[],
  files: ReadonlyMap<string, Uint8Array>,
): Sheet {
  const all = books.flat();
  // The pictures of a page are found by its record's UUID.
  if (new Set(all.map((year) => year.doc.uuid)).size !== all.length) throw invalid('a record appears twice');
  const issueDates = all.map((year) => year.doc.issueDate).toSorted();
  return recordSheet({
    title,
    keywords: [all.every((year) => year.issued !== null) ? BOOK_VERSION : 'hocba-book-draft'],
    documentDate: calendarDay(issueDates.at(-1) ?? ''),
    bookmarks,
    pupils: books.map((years) => ({ years, study: studyYearsOf(years.map((year) => year.doc)) })),
    attachments,
    files,
  });
}

/** Oldest year first. Refuses what cannot be the book of one pupil. */
function inOrder(input: BookInput): FormInput[] {
  const years = input.years.toSorted((a, b) => a.doc.schoolYear.localeCompare(b.doc.schoolYear));
  if (years.length === 0 || years.length > MOST_YEARS) throw invalid('no years, or more than a book has');
  const last = years.at(-1)?.doc.pupil;
  for (const { doc } of years) {
    // One of the two may have been corrected between the years; two pupils differ in both.
    const same =
      doc.pupil.personalId === last?.personalId ||
      (doc.pupil.pupilCode !== '' && doc.pupil.pupilCode === last?.pupilCode);
    if (!same) throw invalid('the years are of two pupils');
  }
  if (new Set(years.map((year) => year.doc.schoolYear)).size !== years.length) {
    throw invalid('a school year appears twice');
  }
  return years;
}

function attach(year: FormInput, n: number, files: Map<string, Uint8Array>): PageAttachment[] {
  return attachmentsOf(year).map((attachment) => {
    const path = `/year-${n}${attachment.path === XML_PATH ? XML_PATH : PROOF_PATH}`.replace(
      '/record',
      '-record',
    );
    const bytes = attachment.path === XML_PATH ? year.xml : year.proof;
    if (bytes !== null) files.set(path, bytes);
    const years = /^\d{4}-\d{4}$/.test(year.doc.schoolYear) ? year.doc.schoolYear : String(n + 1);
    return {
      ...attachment,
      path,
      name: attachment.name.replace(/\.(?=[^.]*$)/, `-${years}.`),
      description: `${attachment.description}, năm học ${formText(year.doc.schoolYear)}`,
    };
  });
}
