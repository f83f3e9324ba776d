import type { CalendarDay } from './dates.ts';
import type { FormInput } from './input.ts';
import { type PageAttachment, pageData } from './page-data.ts';
import { pageFiles } from './page-files.ts';
import type { Sheet } from './sheet.ts';

/** How often a document is tried with smaller letters before it may be as long as it is. */
const MOST_STEPS = 3;
const FRONT_PAGES = 3;
const YEAR_PAGES = 2;

/** Books of pupils as one document; a single form is a book of one year. */
export interface RecordPages {
  title: string;
  keywords: readonly string[];
  documentDate: CalendarDay;
  bookmarks: 'none' | 'years' | 'pupils';
  /** Years of each pupil, oldest first, and the rows of *Quá trình học tập* where they are not the latest record's own. */
  pupils: readonly { years: readonly FormInput[]; study?: readonly string[][] }[];
  attachments: readonly PageAttachment[];
  /** Bytes of the attachments by their path. */
  files: ReadonlyMap<string, Uint8Array>;
}

/**
 * The sheet of such a document. Numbers of pages are told to the typesetter, for a counter has all pages laid out again; only where
 * a page is not reckoned to stand on one sheet, or came out longer for all smaller letters, they are counted. Throws FormError `input-invalid`.
 */
export function recordSheet(record: RecordPages): Sheet {
  const years = record.pupils.flatMap((pupil) => pupil.years);
  const files = new Map([...record.files, ...pageFiles(years)]);
  return attempt(record, files, 0, false);
}

function attempt(
  record: RecordPages,
  files: ReadonlyMap<string, Uint8Array>,
  step: number,
  longer: boolean,
): Sheet {
  const pupils = record.pupils.map(({ years, study }) => ({
    years: years.map((year, n) => pageData(year, step, n === years.length - 1 ? study : undefined)),
  }));
  const all = pupils.flatMap((pupil) => pupil.years);
  const counted = longer || !all.every((year) => year.fit.whole);
  const { title, keywords, documentDate, attachments, bookmarks } = record;
  return {
    main: 'form.typ',
    standard: 'a-3a',
    data: { title, keywords, documentDate, attachments, bookmarks, counted, pupils },
    files,
    pages: FRONT_PAGES * pupils.length + YEAR_PAGES * all.length,
    longer() {
      if (counted) return null;
      return step < MOST_STEPS ? attempt(record, files, step + 1, false) : attempt(record, files, step, true);
    },
  };
}
