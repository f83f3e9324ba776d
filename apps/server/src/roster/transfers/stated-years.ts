import { haveSameNumber, isSchoolYear, type MinistryYear, yearOfRecord } from '@hocba/record';
import { type FileVerdict, fragmentSentence, type PartVerdict } from '@hocba/verify';
import { Refusal } from '../../refusal.ts';

/** One year of a pupil as a record states it, and what verification says of that record. */
export interface StatedYear {
  readonly year: MinistryYear;
  /** Whether nothing was left unchecked in the record itself. */
  readonly verified: boolean;
  /** The record's verdict, in words; that of a print beside it where it is another one; what the class's closed list says. */
  readonly sentence: string;
}

/** What one record states of its year; undefined for what is none. */
const yearIn = (found: FileVerdict): MinistryYear | undefined =>
  found.record ? yearOfRecord(found.record) : found.foreign?.year;

/** Every record of a file with the name that it has there: of a package each file's, of a book each year's, also of a book in a package. */
function recordsIn(name: string, found: FileVerdict): PartVerdict[] {
  return found.parts === undefined
    ? [{ name, found }]
    : found.parts.flatMap((part) => recordsIn(part.name, part.found));
}

/**
 * What a file that holds one record or several states of each year, without a judgement of it: the earliest first, each once.
 * For who compares what was taken then with the file that it was taken from.
 */
export function yearsIn(found: FileVerdict): MinistryYear[] {
  return byYear(recordsIn('', found)).flatMap(([first]) => first?.year ?? []);
}

/**
 * The years of one pupil that may be taken from a file, the earliest first. A package is taken whole or not at all: whatever in it is false, ended,
 * no record, another pupil's, or a second record of a year, is named.
 *
 * @param training whether a training record may be taken
 * @throws Refusal `invalid-input`
 */
export function acceptedYears(fileName: string, found: FileVerdict, training: boolean): StatedYear[] {
  if (found.parts === undefined && yearIn(found) === undefined && found.verdict !== 'not-genuine')
    throw new Refusal('invalid-input', [
      `Tệp không phải học bạ số của một em, hoặc không đọc được. ${documentSentence(found)}`,
    ]);
  const records = recordsIn(fileName, found);
  for (const one of records) requireAcceptable(one, found.parts !== undefined, training);
  const years = byYear(records);
  for (const [first, ...others] of years) {
    if (first !== undefined && others.some(({ year }) => JSON.stringify(year) !== JSON.stringify(first.year)))
      throw refused(`có hai học bạ khác nhau của năm học ${inWords(first.year?.schoolYear)}`, true);
  }
  years.reduce<MinistryYear | undefined>((before, [first]) => {
    const now = first?.year;
    if (before !== undefined && now !== undefined && !areOnePupils(before, now))
      throw refused(
        `học bạ năm học ${inWords(now.schoolYear)} là của em khác với năm học ${inWords(before.schoolYear)}`,
        true,
      );
    return now;
  }, undefined);
  return years.flatMap(([first, ...others]) => (first === undefined ? [] : [statedYear(first, others)]));
}

interface ReadRecord extends PartVerdict {
  readonly year: MinistryYear | undefined;
}

/** The records of each year, the earliest year first; an XML before a print of it, of which only the pages are new. */
function byYear(records: readonly PartVerdict[]): ReadRecord[][] {
  const years = new Map<string, ReadRecord[]>();
  const isPrint = ({ name }: PartVerdict): boolean => /\.pdf$/i.test(name);
  for (const { name, found } of [...records].sort((a, b) => Number(isPrint(a)) - Number(isPrint(b)))) {
    const year = yearIn(found);
    const key = year?.schoolYear ?? '';
    years.set(key, [...(years.get(key) ?? []), { name, found, year }]);
  }
  return [...years].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, all]) => all);
}

function statedYear({ year, found }: ReadRecord, others: readonly ReadRecord[]): StatedYear {
  const list = found.fragments.filter(({ name }) => name === 'list');
  const prints = others.filter((other) => other.found.verdict !== found.verdict);
  return {
    year: year as MinistryYear,
    verified: found.verdict === 'genuine',
    sentence: [
      found.sentence,
      ...prints.map((print) => `bản in ${print.name}: ${print.found.sentence}`),
      ...list.map((fragment) => fragmentSentence(fragment)),
    ].join('; '),
  };
}

/** @throws Refusal `invalid-input` with the verdict in words */
function requireAcceptable({ name, found }: PartVerdict, several: boolean, training: boolean): void {
  const { verdict, sentence, fragments } = found;
  const which = several ? `tệp ${name}: ` : '';
  if (verdict === 'not-genuine' || isEnded(found)) {
    const wrong = fragments.find(({ state }) => state === 'invalid');
    const why = wrong === undefined ? [] : [fragmentSentence(wrong)];
    throw refused([`${which}${sentence}`, ...why].join('. '), several);
  }
  const year = yearIn(found);
  if (year === undefined)
    throw refused(`${which}không phải học bạ số của một em. ${documentSentence(found)}`, several);
  if (several && !isSchoolYear(year.schoolYear ?? '')) throw refused(`${which}không ghi rõ năm học`, several);
  if (verdict === 'training' && !training)
    throw refused(`${which}là bản tập huấn, không có giá trị pháp lý`, several);
  // What the class has signed at the end of its year is another record than this one, and which is in force nobody here can say.
  const other = fragments.find(({ code }) => code === 'names-other');
  if (other !== undefined)
    throw refused(
      `${which}${fragmentSentence(other)}. Hãy đề nghị trường cũ khép lại danh sách của lớp và giao gói mới`,
      several,
    );
}

/** What cannot be read, and what to do about it. */
function documentSentence({ fragments }: FileVerdict): string {
  const said = fragments.find(({ name, state }) => name === 'document' && state === 'error');
  return said === undefined ? '' : fragmentSentence(said);
}

/** Whatever else could not be checked: that it is no longer in force is signed. */
function isEnded({ fragments }: FileVerdict): boolean {
  return fragments.some(
    ({ name, code }) => name === 'status' && (code === 'recalled' || code === 'replaced'),
  );
}

/** By their numbers; where one of two records has none that the other has, by name and birth date. */
function areOnePupils({ pupil: a }: MinistryYear, { pupil: b }: MinistryYear): boolean {
  if (haveSameNumber(a, b)) return true;
  const both = (of: 'pupilCode' | 'personalId'): boolean => Boolean(a[of]) && Boolean(b[of]);
  if (both('pupilCode') || both('personalId')) return false;
  return a.fullName !== undefined && sameText(a.fullName, b.fullName) && sameText(a.birthDate, b.birthDate);
}

/** Whether two texts are read as the same one; one that is not stated contradicts none. */
export function sameText(a: string | undefined, b: string | undefined): boolean {
  const fold = (text: string) => text.normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim();
  return a === undefined || b === undefined || fold(a) === fold(b);
}

/** `2025–2026`, as it is read. */
const inWords = (schoolYear = '?'): string => schoolYear.replace('-', '–');

function refused(sentence: string, several: boolean): Refusal {
  const ended = sentence.trimEnd().replace(/\.$/, '');
  const all = several ? ' Không có gì trong gói được ghi.' : '';
  return new Refusal('invalid-input', [`Không nhận ${several ? 'gói' : 'tệp'} này: ${ended}.${all}`]);
}
