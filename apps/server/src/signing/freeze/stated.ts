import {
  CELL_ITEMS,
  type CellItem,
  isTested,
  itemName,
  partsOf,
  type RecordDocument,
  RecordReadError,
  readRecord,
  subjectsOf,
} from '@hocba/record';
import type { Kysely } from 'kysely';
import { dayInWords } from '../../roster/calendar.ts';
import { IDENTITY, IDENTITY_FIELDS, type IdentityFacts } from '../../roster/identity-check.ts';
import type { Database } from '../../store/tables.ts';
import { loadParts } from '../records/records.ts';

/** What a record says, datum by datum, in the words in which two persons read and agree to what becomes of it. */
export interface Stated {
  /** How the datum is called on the form. */
  readonly what: string;
  /** As both read it; an empty text is an empty field. */
  readonly value: string;
  readonly item: CellItem | null;
}

/** Civil status first, then every cell that the record has, in the order of the form. */
export function allStated(doc: RecordDocument): readonly Stated[] {
  return [
    ...identityStated(doc.pupil),
    ...CELL_ITEMS.flatMap((item): Stated[] => {
      const value = statedIn(doc, item);
      return value === null ? [] : [{ what: itemName(item), value, item }];
    }),
  ];
}

/** The pupil's civil status as a record would have it; the mother is named as there, or the paper in her place. */
export function identityStated(
  facts: Partial<Readonly<Record<keyof IdentityFacts, string | null>>>,
): readonly Stated[] {
  // By itself the paper is no field of a record.
  return IDENTITY_FIELDS.filter((field) => field !== 'motherAbsence').map((field) => ({
    what: IDENTITY[field][1],
    value: inWords(facts[field]),
    item: null,
  }));
}

/** The same, and an empty text for a cell that a record of this grade may have and this one has not, such as an elective's. */
export function statedOrOpen(doc: RecordDocument, item: CellItem): string | null {
  const stated = statedIn(doc, item);
  if (stated !== null) return stated;
  const parts = partsOf(item);
  if (parts.kind !== 'subjectLevel' && parts.kind !== 'mark' && parts.kind !== 'subjectComment') return null;
  const known = subjectsOf(doc.grade).some(({ code }) => code === parts.subject);
  return known && (parts.kind !== 'mark' || isTested(parts.subject, doc.grade, 'CN')) ? '' : null;
}

/** What the record says in a cell; null for one that it does not have. */
function statedIn(doc: RecordDocument, item: CellItem): string | null {
  const parts = partsOf(item);
  switch (parts.kind) {
    case 'subjectLevel':
    case 'mark':
    case 'subjectComment': {
      const subject = doc.subjects.find((one) => one.subject === parts.subject);
      if (subject === undefined) return null;
      if (parts.kind === 'subjectLevel') return subject.level;
      if (parts.kind === 'mark') return subject.mark === undefined ? null : String(subject.mark);
      return subject.comment ?? '';
    }
    case 'traitLevel':
      return doc.traits[parts.trait] ?? null;
    case 'traitComment':
      return doc.traitComments[parts.group];
    default:
      return OTHERS[item]?.(doc) ?? null;
  }
}

const OTHERS: Readonly<Partial<Record<CellItem, (doc: RecordDocument) => string>>> = {
  'HOMEROOM.comment': (doc) => doc.homeroomComment,
  'AWARD.text': (doc) => doc.award ?? '',
  'SUDDEN_AWARD.text': (doc) => doc.suddenAward ?? '',
  'ABSENT_EXCUSED.count': (doc) => String(doc.pupil.absentExcused),
  'ABSENT_UNEXCUSED.count': (doc) => String(doc.pupil.absentUnexcused),
  'HEIGHT.number': (doc) => String(doc.pupil.heightCm),
  'WEIGHT.number': (doc) => String(doc.pupil.weightKg),
};

function inWords(fact: string | null | undefined): string {
  if (fact === 'male') return 'Nam';
  if (fact === 'female') return 'Nữ';
  const text = (fact ?? '').normalize('NFC').trim();
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? dayInWords(text) : text;
}

/** An issued record as it was issued; null for a class's table, what is not issued, and bytes that cannot be read. */
export async function issuedDocument(
  trx: Kysely<Database>,
  schoolId: string,
  recordId: string,
): Promise<RecordDocument | null> {
  const issued = await trx
    .selectFrom('issued_record')
    .select('xml')
    .where('school_id', '=', schoolId)
    .where('record_id', '=', recordId)
    .executeTakeFirst();
  const parts = (await loadParts(trx, schoolId, [recordId])).get(recordId);
  if (issued === undefined || parts === undefined) return null;
  try {
    return readRecord(issued.xml, parts.annex).doc;
  } catch (error) {
    if (error instanceof RecordReadError) return null;
    throw error;
  }
}
