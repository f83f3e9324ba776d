import { calendarDay } from '../dates.ts';
import { FormError } from '../error.ts';
import { formText } from '../form-text.ts';
import { frameFiles } from '../frame-data.ts';
import type { FormInput } from '../input.ts';
import { type PageAttachment, PROOF_PATH, pageData, XML_PATH } from '../page-data.ts';
import { MOST_STEPS, type Sheet } from '../sheet.ts';
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
  return sheet(`Học bạ tiểu học, năm học ${span}`, [years], attachments, files);
}

/** The sheet of a class: a book for each pupil, one after the other, with bookmarks. To print; nothing is attached. */
export function classBookSheet(input: ClassBookInput): Sheet {
  const pupils = input.pupils.map(inOrder);
  const count = pupils.flat().length;
  if (count === 0 || count > MOST_CLASS_YEARS) throw invalid('no pupils, or too many years in one file');
  const codes = pupils.map((years) => years.at(-1)?.doc.pupil.personalId);
  if (new Set(codes).size !== codes.length) throw invalid('a pupil appears twice');
  const title = `Học bạ tiểu học, lớp ${formText(input.className)}, năm học ${formText(input.schoolYear)}`;
  return sheet(title, pupils, [], new Map());
}

function sheet(
  title: string,
  pupils: readonly (readonly FormInput[])[],
  attachments: PageAttachment[],
  files: ReadonlyMap<string, Uint8Array>,
  step = 0,
): Sheet {
  const all = pupils.flat();
  const latestIssue =
    all
      .map((year) => year.doc.issueDate)
      .toSorted()
      .at(-1) ?? '';
  const books = pupils.map((years) => pupilData(years, all.indexOf(years[0] as FormInput), step));
  const whole = books.every((book) => book.years.every((year) => year.fit.whole));
  const data = {
    title,
    keywords: [all.every((year) => year.issued !== null) ? BOOK_VERSION : 'hocba-book-draft'],
    documentDate: calendarDay(latestIssue),
    attachments,
    bookmarkPupils: pupils.length > 1,
    pupils: books,
  };
  return {
    main: 'book.typ',
    standard: 'a-3a',
    data,
    files: new Map([...files, ...frameFiles(all)]),
    pages: 3 * pupils.length + 2 * all.length,
    smaller: () => (whole && step < MOST_STEPS ? sheet(title, pupils, attachments, files, step + 1) : null),
  };
}

/** `first` is the frame of the oldest year; the front pages stand in the latest one's. */
function pupilData(years: readonly FormInput[], first: number, step: number) {
  const studyYears = studyYearsOf(years.map((year) => year.doc));
  const pages = years.map((year, n) => ({
    ...pageData(year, step, n === years.length - 1 ? studyYears : undefined),
    attachments: [],
    frame: first + n,
  }));
  const latest = pages.at(-1);
  return { frame: latest?.frame, front: latest, years: pages };
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
  return pageData(year).attachments.map((attachment) => {
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
