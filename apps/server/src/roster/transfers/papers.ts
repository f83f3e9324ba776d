import { cleanText, type Grade, type MinistryYear } from '@hocba/record';
import type { Transaction } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import type * as api from '../../http/api/transfers.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { arrive, ownPupil } from './arriving.ts';
import { missingYears } from './missing-years.ts';
import { paperPeriods, type Stated } from './paper-results.ts';
import { requireDay } from './place.ts';
import { type AcceptedFile, acceptedFile, cellsFor, keptSentence, requireSamePupil } from './record-file.ts';
import type { ResultsToDate } from './results-to-date.ts';

type Input = z.output<typeof api.transferIn.body>;

/**
 * Enters a pupil whose school is not here, from its papers or from the records that it issued. What papers state was typed
 * by the office and names the paper; what a record states is read out of its signed part and verified here, whatever the
 * page has shown. A record of an earlier year becomes a study year, one of this year cells of the class; a package gives each of its years.
 * @throws Refusal `not-found`, `invalid-input`, `year-locked`
 */
export async function transferIn(
  deps: Deps,
  actor: Actor,
  input: Input,
): Promise<{ pupilId: string; transferId: string }> {
  const file = await fileOf(deps, actor, input);
  return inSchool(deps.db, actor.schoolId, async (trx) => (await enter(trx, deps, actor, input, file)).done);
}

class Previewed extends Error {}

/** What entering the same would write, by the same rules; everything is taken back at the end. */
export async function previewArrival(
  deps: Deps,
  actor: Actor,
  input: Input,
): Promise<z.input<typeof api.previewArrival.response>> {
  const file = await fileOf(deps, actor, input);
  let seen: z.input<typeof api.previewArrival.response> | undefined;
  await inSchool(deps.db, actor.schoolId, async (trx) => {
    const { results, years, missing } = await enter(trx, deps, actor, input, file);
    const cells = results.periods.reduce((sum, period) => sum + period.cells.length, 0);
    seen = { periods: results.periods, cells, studyYears: years.map((y) => y.schoolYear), missing };
    throw new Previewed();
  }).catch((error) => {
    if (!(error instanceof Previewed)) throw error;
  });
  if (seen === undefined) throw new Refusal('internal');
  return seen;
}

async function fileOf(deps: Deps, actor: Actor, input: Input): Promise<AcceptedFile | null> {
  requireDay(input.onDate, deps.now());
  if (input.results !== undefined && input.results.length > 0 && !input.document)
    throw new Refusal('invalid-input', [
      'Hãy ghi giấy tờ mà kết quả được chép theo (như “Phiếu xác nhận kết quả, ngày 10/01/2026”).',
    ]);
  if (input.file === undefined) return null;
  const file = await acceptedFile(deps, actor, input.file);
  requireSamePupil(file, input.pupil);
  return file;
}

async function enter(
  trx: Transaction<Database>,
  deps: Deps,
  actor: Actor,
  input: Input,
  file: AcceptedFile | null,
) {
  const { pupil } = input;
  const pupilId = await ownPupil(trx, actor.schoolId, {
    pupil_code: cleanText(pupil.pupilCode),
    personal_id: pupil.personalId ?? null,
    register_number: null,
    full_name: cleanText(pupil.fullName),
    sex: pupil.sex,
    birth_date: pupil.birthDate,
    birth_place: null,
    home_town: null,
    address: null,
    ethnicity: null,
    nationality: null,
    father_name: null,
    mother_name: null,
    mother_absence: null,
    guardian_name: null,
  });
  const target = await trx
    .selectFrom('class')
    .select(['school_year', 'grade'])
    .where('school_id', '=', actor.schoolId)
    .where('class_id', '=', input.toClassId)
    .executeTakeFirst();
  if (!target) throw new Refusal('not-found');
  const grade = target.grade as Grade;
  const schoolName = cleanText(input.schoolName);
  const ofFile = file?.years.map(({ year }) => year) ?? [];
  const ofThisYear = ofFile.find(({ schoolYear }) => schoolYear === target.school_year);
  const stated: Stated[] = [
    ...(ofThisYear
      ? [{ period: 'CN' as const, cells: cellsFor(ofThisYear, target.school_year, grade).taken }]
      : []),
    ...(input.results ?? []),
  ];
  const years = [
    ...input.studyYears.map((y) => ({ ...y, result: y.result ?? null, promoted: y.promoted ?? null })),
    ...ofFile.flatMap((year) => (year === ofThisYear ? [] : studyYear(year, input, schoolName))),
  ];
  const missing = file?.several === true ? requireWhole([...years, ...ofFile], target) : [];
  const results: ResultsToDate = {
    schoolName,
    schoolYear: target.school_year,
    className: ofThisYear?.className ?? input.studyYears.at(-1)?.className ?? '',
    grade,
    until: input.onDate,
    periods: paperPeriods(target.school_year, grade, stated),
    note: input.resultsNote.normalize('NFC').trim(),
    ...(input.document === undefined ? {} : { document: cleanText(input.document) }),
  };
  const done = await arrive(trx, actor, deps.now(), {
    pupilId,
    toClassId: input.toClassId,
    onDate: input.onDate,
    reason: input.reason,
    schoolName,
    results,
    years,
  });
  if (file !== null)
    await trx
      .insertInto('transfer_file')
      .values({
        school_id: actor.schoolId,
        transfer_id: done.transferId,
        file_name: file.fileName,
        bytes: Buffer.from(file.bytes),
        verified: file.verified,
        sentence: keptSentence(file),
        judged_at: deps.now(),
      })
      .execute();
  return { done, results, years, missing };
}

/** The earlier year that a record states, where the office has not typed that year itself. */
function studyYear(year: MinistryYear, input: Input, schoolName: string) {
  const { schoolYear, className, grade } = year;
  if (schoolYear === undefined || className === undefined || grade === undefined)
    throw new Refusal('invalid-input', [
      'Tệp không ghi rõ năm học, lớp hoặc khối; hãy ghi các năm học trước bằng tay.',
    ]);
  if (input.studyYears.some((typed) => typed.schoolYear === schoolYear)) return [];
  return [
    {
      schoolYear,
      schoolName: year.schoolName ?? schoolName,
      className: className.slice(0, 20),
      grade,
      arrivedOn: `${schoolYear.slice(0, 4)}-09-05`,
      result: year.result ?? null,
      promoted: year.promoted ?? null,
    },
  ];
}

/**
 * A package goes on from its first year to the class, by what it holds and what the office has typed beside it.
 * @returns years in which the pupil may have stayed at home, to be asked for
 * @throws Refusal `invalid-input` for a year that must have been, or one that has not come yet
 */
function requireWhole(
  years: readonly { readonly schoolYear?: string; readonly grade?: number }[],
  target: { readonly school_year: string; readonly grade: number },
): string[] {
  const known = years.flatMap(({ schoolYear, grade }) => (schoolYear ? [{ schoolYear, grade }] : []));
  const inWords = (all: readonly string[]) => all.map((year) => year.replace('-', '–')).join(', ');
  const later = known.filter(({ schoolYear }) => schoolYear > target.school_year);
  if (later.length > 0)
    throw new Refusal('invalid-input', [
      `Gói có học bạ của năm học ${inWords(later.map(({ schoolYear }) => schoolYear))}, sau năm học của lớp tiếp nhận (${inWords([target.school_year])}). Hãy chọn đúng lớp. Chưa có gì được ghi.`,
    ]);
  const { lacking, perhaps } = missingYears([
    ...known,
    { schoolYear: target.school_year, grade: target.grade },
  ]);
  if (lacking.length > 0)
    throw new Refusal('invalid-input', [
      `Gói thiếu năm học ${inWords(lacking)}. Hãy xin trường cũ gói đủ các năm, hoặc ghi năm ấy theo học bạ giấy ở phần các năm học trước. Chưa có gì được ghi.`,
    ]);
  return [...perhaps];
}
