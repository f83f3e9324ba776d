import { readFileSync } from 'node:fs';
import type { Grade, RecordDocument } from '@hocba/record';
import type { PrintJob } from '../../print-job.ts';
import { drawnSeal, drawnSignature } from '../drawn-png.ts';
import { sampleYears } from '../sample-book.ts';
import { sampleClass } from '../sample-class.ts';
import { sampleInput, sampleRecord } from '../sample-record.ts';

/** Where the kept pictures stand. */
export const KEPT = new URL('../../../pictures/', import.meta.url);

/** A document of which pages are kept, as `name-page.png`; pages count from 1. */
export interface KeptDocument {
  name: string;
  job: PrintJob;
  pages: readonly number[];
}

const TABLES = [1, 3, 4].flatMap((grade) =>
  (['GHK1', 'CHK1', 'CN'] as const).map((period) => ({ grade: grade as Grade, period })),
);

function wideTable(): PrintJob {
  const base = sampleClass(4, 'CN');
  const rows = base.rows.map((row) => ({
    ...row,
    birthDate: '2016-05-17',
    levels: { ...row.levels, TDT: 'T' as const },
  }));
  return { kind: 'classTable', input: { ...base, rows } };
}

/** A table under which pictures of the signatures stand. */
function picturedTable(): PrintJob {
  const base = sampleClass(3, 'CN', {}, 12);
  if (base.issued === null) throw new Error('not issued');
  const signatures = base.issued.signatures.map((signature) => ({
    ...signature,
    image: signature.role === 'schoolSeal' ? drawnSeal() : drawnSignature(240, 100),
  }));
  return { kind: 'classTable', input: { ...base, issued: { ...base.issued, signatures } } };
}

/** The frozen records of every profile and grade. */
const SAMPLES = ['moet-1.0', 'moet-2025'].flatMap((profile) =>
  [1, 2, 3, 4, 5].map((grade) => {
    const file = new URL(`../../../../record/samples/${profile}/lop${grade}.json`, import.meta.url);
    const input = sampleInput(JSON.parse(readFileSync(file, 'utf8')) as RecordDocument);
    return { name: `${profile}-lop${grade}`, job: { kind: 'year' as const, input }, pages: [1, 2, 3, 4, 5] };
  }),
);

/** All pages of the frozen records, and every other kind of page once: the form's five, draft and training, a book's front, the nine tables with their foot, parts, a table's pictures. */
export const KEPT_DOCUMENTS: readonly KeptDocument[] = [
  ...SAMPLES,
  { name: 'year', job: { kind: 'year', input: sampleInput() }, pages: [1, 2, 3, 4, 5] },
  {
    name: 'draft',
    job: { kind: 'year', input: { ...sampleInput(sampleRecord(1, { training: true })), issued: null } },
    pages: [1, 5],
  },
  { name: 'paper', job: { kind: 'year', input: { ...sampleInput(), look: 'paper' } }, pages: [4, 5] },
  { name: 'book', job: { kind: 'book', input: { years: sampleYears(2) } }, pages: [3, 6] },
  ...TABLES.map(({ grade, period }, i) => ({
    name: `table-${i + 1}`,
    job: { kind: 'classTable' as const, input: sampleClass(grade, period) },
    pages: i === 8 ? [1, 2, 3] : [1, 2],
  })),
  {
    name: 'table-draft',
    job: { kind: 'classTable', input: sampleClass(3, 'GHK2', { issued: null, training: true }) },
    pages: [1],
  },
  { name: 'table-parts', job: wideTable(), pages: [1, 2] },
  { name: 'table-pictures', job: picturedTable(), pages: [2] },
];
