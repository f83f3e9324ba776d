import type { RecordDocument, StudyYear, TraitGroup } from '@hocba/record';
import { type CalendarDay, calendarDay, placeAndDate, shortDate, signingTime } from './dates.ts';
import { FormError } from './error.ts';
import { fitOf } from './fit/pages.ts';
import { formText } from './form-text.ts';
import {
  FORM_VERSION,
  type FormInput,
  type FormIssue,
  PAPER_FORM_VERSION,
  PICTURE_FORM_VERSION,
} from './input.ts';
import {
  FORM_WORDS,
  type FormLook,
  RESULT_WORDS,
  SUBJECT_LEVEL_WORDS,
  SUBJECT_ROWS,
  TRAIT_LEVEL_WORDS,
  TRAIT_ROWS,
} from './labels.ts';
import { footData } from './page-files.ts';
import { shownSignatures } from './shown-signatures.ts';

/** A file that is embedded in the PDF; `path` is where the typesetter finds its bytes. */
export interface PageAttachment {
  name: string;
  path: string;
  relationship: 'source' | 'data' | 'supplement';
  mimeType: string;
  description: string;
}

export const XML_PATH = '/record.xml';
export const PROOF_PATH = '/record.tlog-proof';
const STUDY_ROWS = 5;
/** Half of what the reader of attachments takes, so that whatever we print can be read back. */
const LARGEST_CONTENT = 5 * 1024 * 1024;

/** Everything that the Typst files show, as text in its final form; `typst/*.typ` only lay it out. */
export type PageData = ReturnType<typeof pageData>;

const optional = (text: string | undefined): string | null =>
  text === undefined || text.trim() === '' ? null : formText(text);
const number = (value: number): string => String(value).replace('.', ',');

/**
 * Derives the pages' data. `step` counts how often their text came out longer than reckoned, and makes it smaller; `study` are
 * the rows of *Quá trình học tập* where they are not the record's own. Throws FormError `input-invalid` for what cannot stand on the form.
 */
export function pageData(input: FormInput, step = 0, study: readonly string[][] = studyYears(input.doc)) {
  const words = pageWords(input, study);
  return { ...words, fit: fitOf(words, input, step) };
}

/** What the file says of itself to its readers. */
export function documentFacts({ doc, issued, look = 'hbs' }: FormInput) {
  return {
    title: `Học bạ tiểu học, năm học ${formText(doc.schoolYear)}`,
    keywords:
      issued === null
        ? ['hocba-form-draft']
        : [
            versionOf(look, issued),
            `leaf:${leafIndexOf(issued) ?? 'none'}`,
            ...(issued.sealedAt === undefined ? [] : [`sealed:${issued.sealedAt ?? 'none'}`]),
            issued.qrUrl,
          ],
    documentDate: calendarDay(doc.issueDate) satisfies CalendarDay,
  };
}

function pageWords(input: FormInput, study: readonly string[][]) {
  const { doc, issued, look = 'hbs' } = input;
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(doc.uuid)) {
    throw new FormError('input-invalid', 'the UUID is not of the form of RFC 9562');
  }
  // The typesetter divides by the size of what it embeds, and would take the whole process with it.
  if (issued !== null && (input.xml.length === 0 || input.proof?.length === 0)) {
    throw new FormError('input-invalid', 'the record or its proof is empty');
  }
  if (input.xml.length + (input.proof?.length ?? 0) > LARGEST_CONTENT) {
    throw new FormError('input-invalid', 'the record is too large to travel inside its form');
  }
  const { pupil, school } = doc;
  return {
    training: doc.training,
    draft: issued === null,
    uuid: doc.uuid,
    pupilName: formText(pupil.fullName),
    className: formText(doc.className),
    schoolYear: formText(doc.schoolYear),
    schoolName: formText(school.name),
    communeName: formText(school.communeName),
    districtName: optional(school.districtName),
    provinceName: formText(school.provinceName),
    principalName: formText(doc.principal.fullName),
    homeroomTeacherName: formText(doc.homeroomTeacher.fullName),
    deputyTitle: deputyTitle(doc),
    personal: personal(doc, issued),
    studyYears: study,
    body: {
      height: `${number(pupil.heightCm)} cm`,
      weight: `${number(pupil.weightKg)} kg`,
      absentExcused: number(pupil.absentExcused),
      absentUnexcused: number(pupil.absentUnexcused),
    },
    words: FORM_WORDS[look],
    subjects: subjects(doc, look),
    traits: {
      qualities: traits(doc, 'QUALITIES', look),
      general: traits(doc, 'GENERAL', look),
      specific: traits(doc, 'SPECIFIC', look),
    },
    result: RESULT_WORDS[doc.result],
    awards: [doc.award, doc.suddenAward].map(optional).filter((a) => a !== null),
    completionText: formText(doc.completionText),
    issued: issued === null ? null : issue(doc, issued, look),
  };
}

function versionOf(look: FormLook, issued: FormIssue): string {
  if (issued.signatures.some((s) => s.image !== undefined)) return PICTURE_FORM_VERSION;
  return look === 'hbs' ? FORM_VERSION : PAPER_FORM_VERSION;
}

function personal(doc: RecordDocument, issued: FormIssue | null) {
  const { pupil } = doc;
  const principal = issued?.signatures.find((s) => s.role === 'principal');
  return {
    sex: pupil.sex === 'male' ? 'Nam' : 'Nữ',
    birthDate: shortDate(pupil.birthDate),
    ethnicity: formText(pupil.ethnicity),
    nationality: formText(pupil.nationality),
    personalId: formText(pupil.personalId),
    birthPlace: formText(pupil.birthPlace),
    homeTown: formText(pupil.homeTown),
    address: formText(pupil.address),
    fatherName: optional(pupil.fatherName),
    motherName: formText(pupil.motherName),
    guardianName: optional(pupil.guardianName),
    signerName: formText(doc.principal.fullName),
    signerTitle: optional(doc.principal.title) ?? 'Hiệu trưởng',
    signedOn:
      principal === undefined ? null : signingTime(principal.time).date.slice(0, 10).replaceAll('-', '/'),
  };
}

/** `Phó Hiệu trưởng` signs in the head's stead (NĐ 30/2020: "KT. HIỆU TRƯỞNG"). */
function deputyTitle(doc: RecordDocument): string | null {
  const title = doc.principal.title?.normalize('NFC').trim() ?? '';
  return /^phó/i.test(title) ? title.toLocaleUpperCase('vi') : null;
}

/** One row of *Quá trình học tập*. The number in the school's register belongs to this school's rows only. */
export function studyRow(doc: RecordDocument, year: StudyYear): string[] {
  return [
    formText(year.schoolYear),
    formText(year.className),
    formText(year.schoolName),
    year.schoolName === doc.school.name ? formText(doc.pupil.registerNumber) : '',
    year.arrivedOn === '' ? '' : shortDate(year.arrivedOn),
  ];
}

/** The table keeps at least five rows. */
function studyYears(doc: RecordDocument): string[][] {
  const rows = doc.studyYears.map((year) => studyRow(doc, year));
  while (rows.length < STUDY_ROWS) rows.push([' ', '', '', '', '']);
  return rows;
}

/**
 * Rows of block 1. On the display form what one teacher says of several subjects in a row stands once, over `rows` of them; 0 where
 * the comment above goes on.
 */
function subjects(doc: RecordDocument, look: FormLook) {
  const results = new Map(doc.subjects.map((s) => [s.subject, s]));
  if (results.size !== doc.subjects.length) throw new FormError('input-invalid', 'a subject appears twice');
  const rows = SUBJECT_ROWS.map(({ code, label }) => {
    const result = results.get(code);
    return {
      by: result?.teacher.personalId,
      name: result === undefined ? label : formText(result.name),
      level: levelOf(result?.level, look, SUBJECT_LEVEL_WORDS),
      mark: result?.mark === undefined ? '' : number(result.mark),
      comment: optional(result?.comment) ?? '',
    };
  });
  return rows.map(({ by, ...row }, n) => {
    const joined = (m: number): boolean =>
      look === 'hbs' &&
      by !== undefined &&
      row.comment !== '' &&
      rows[m]?.by === by &&
      rows[m].comment === row.comment;
    if (joined(n - 1)) return { ...row, rows: 0 };
    let end = n + 1;
    while (joined(end)) end += 1;
    return { ...row, rows: end - n };
  });
}

/** A level as the look shows it; the row of what the pupil does not take stays empty. */
function levelOf<L extends string>(level: L | undefined, look: FormLook, words: Record<L, string>): string {
  if (level === undefined) return '';
  return look === 'paper' ? level : words[level];
}

function traits(doc: RecordDocument, group: TraitGroup, look: FormLook) {
  return {
    rows: TRAIT_ROWS[group].map(({ code, label }) => ({
      name: label,
      level: levelOf(doc.traits[code], look, TRAIT_LEVEL_WORDS),
    })),
    comment: formText(doc.traitComments[group]),
  };
}

/** What travels inside the form of one year; nothing in a draft. */
export function attachmentsOf(input: FormInput): PageAttachment[] {
  if (input.issued === null) return [];
  const code = input.doc.pupil.pupilCode;
  const stem = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(code) ? code : input.doc.uuid;
  const files: PageAttachment[] = [
    {
      name: `${stem}.xml`,
      path: XML_PATH,
      relationship: 'source',
      mimeType: 'application/xml',
      description: 'Học bạ số đã ký (XML)',
    },
  ];
  if (input.proof !== null) {
    files.push({
      name: `${stem}.tlog-proof`,
      path: PROOF_PATH,
      relationship: 'data',
      mimeType: 'text/plain',
      description: 'Bằng chứng đã ghi vào nhật ký công khai',
    });
  }
  return files;
}

/** Throws FormError `input-invalid` for what is no index. */
export function leafIndexOf(issued: FormIssue): string | null {
  const leaf = issued.leafIndex === null ? null : String(issued.leafIndex);
  if (leaf !== null && !/^(?:0|[1-9][0-9]{0,18})$/.test(leaf)) {
    throw new FormError('input-invalid', 'the leaf index is not a whole number');
  }
  return leaf;
}

function issue(doc: RecordDocument, issued: FormIssue, look: FormLook) {
  // Subject teachers do not sign the booklet.
  const shown =
    look === 'paper' ? issued.signatures.filter((s) => s.role !== 'subjectTeacher') : issued.signatures;
  return {
    placeAndDate: placeAndDate(formText(doc.issuePlace), doc.issueDate),
    fileSeal: fileSeal(doc, issued),
    foot: footData(doc.uuid, doc.issueDate, leafIndexOf(issued), issued),
    ...shownSignatures(doc, shown),
  };
}

/** Null where the cover is silent; `time: null` where it says that the file is not signed. */
function fileSeal({ seal }: RecordDocument, { sealedAt }: FormIssue) {
  if (sealedAt === undefined) return null;
  return { name: formText(seal.organisationName), time: sealedAt === null ? null : signingTime(sealedAt) };
}
