import { nodeEd25519 } from '@hocba/ledger/node';
import { dutyOf, type Grade, itemName, type MinistryYear, ruleSetFor, yearOfRecord } from '@hocba/record';
import { fromBase64 } from '@hocba/signature';
import { nodeCrypto } from '@hocba/signature/node';
import { type FileVerdict, fragmentSentence, trustOf, trustSentence, verifyFile } from '@hocba/verify';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import type * as api from '../../http/api/transfers.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import { laidBundle, laidStatuses } from '../../store/laid-bundle.ts';

/** A record that may be taken from: judged, and what it states of its year. */
export interface AcceptedFile {
  readonly fileName: string;
  readonly bytes: Uint8Array;
  /** Whether nothing was left unchecked. */
  readonly verified: boolean;
  /** What verification says, in words. */
  readonly sentence: string;
  readonly year: MinistryYear;
}

type File = z.output<typeof api.RecordFile>;

/** What a record says, for the preview; nothing is kept. @throws Refusal `invalid-input` */
export async function readRecordFile(
  deps: Deps,
  actor: Actor,
  input: File,
): Promise<z.input<typeof api.readArrival.response>> {
  const { verified, sentence, fileName, year } = await acceptedFile(deps, actor, input);
  const { pupil, schoolYear = null, schoolName = null, className = null, grade = null } = year;
  const { taken, left } = cellsFor(year, schoolYear, grade);
  return {
    fileName,
    verified,
    sentence,
    pupil: {
      pupilCode: pupil.pupilCode ?? null,
      fullName: pupil.fullName ?? null,
      personalId: pupil.personalId ?? null,
      sex: pupil.sex ?? null,
      birthDate: pupil.birthDate ?? null,
    },
    year: { schoolYear, schoolName, className, grade, result: year.result ?? null },
    cells: taken.map(({ item, value }) => ({ item, title: itemName(item), value })),
    unread: [...year.unread, ...left],
  };
}

/**
 * Verifies a record (XML, or PDF with one inside) by the bundle of the level above, where one was laid down. What is not
 * genuine, recalled or replaced is refused; what could not be checked in full is taken and says so, as every record of
 * other software does. Training records belong in training schools.
 * @throws Refusal `invalid-input` with the verdict in words
 */
export async function acceptedFile(deps: Deps, actor: Actor, input: File): Promise<AcceptedFile> {
  const bytes = fromBase64(input.content);
  if (bytes === null || bytes.length === 0) throw refused('Tệp trống hoặc bị hỏng khi gửi.');
  const { accepted } = await laidBundle(deps.dataDir, deps.now);
  const statuses = accepted ? await laidStatuses(deps.dataDir, accepted.bundle) : [];
  const trust = accepted ? trustOf(accepted.bundle, statuses) : null;
  const ports = { crypto: nodeCrypto, ed25519: nodeEd25519, now: deps.now };
  const fileName = input.name.normalize('NFC').replace(/^.*[/\\]/s, '');
  const found = await verifyFile({ name: fileName, bytes }, trust, ports);
  const year = statedYear(found);
  const sentence = [found.sentence, trustSentence(found)].filter((said) => said !== null).join('; ');
  if (found.verdict === 'not-genuine' || isEnded(found))
    throw refused([`Không nhận tệp này: ${sentence}`, ...wrongIn(found)].join('. ').concat('.'));
  if (year === undefined)
    throw refused('Tệp không phải học bạ số của một em trong một năm học, hoặc không đọc được.');
  const training = await inSchool(deps.db, actor.schoolId, (trx) =>
    trx
      .selectFrom('school')
      .select('training')
      .where('school_id', '=', actor.schoolId)
      .executeTakeFirstOrThrow(),
  );
  if (found.verdict === 'training' && !training.training)
    throw refused('Không nhận tệp này: là bản tập huấn, không có giá trị pháp lý.');
  return { fileName, bytes, verified: found.verdict === 'genuine', sentence, year };
}

/** Whatever else could not be checked: that it is no longer in force is signed. */
function isEnded({ fragments }: FileVerdict): boolean {
  return fragments.some(
    ({ name, code }) => name === 'status' && (code === 'recalled' || code === 'replaced'),
  );
}

/** What is false in it, in words; of a recalled record nothing is. */
function wrongIn({ fragments }: FileVerdict): string[] {
  const wrong = fragments.find(({ state }) => state === 'invalid');
  return wrong === undefined ? [] : [fragmentSentence(wrong)];
}

/** Of several records in one file nobody can say which is meant. */
export function statedYear(found: FileVerdict): MinistryYear | undefined {
  if (found.parts !== undefined) return undefined;
  return found.record ? yearOfRecord(found.record) : found.foreign?.year;
}

/** The cells that a class of the grade has at the year's end, and a sentence for each that it has not. */
export function cellsFor(
  year: MinistryYear,
  schoolYear: string | null,
  grade: Grade | null,
): { taken: MinistryYear['cells']; left: string[] } {
  if (schoolYear === null || grade === null)
    return { taken: [], left: ['Tệp không ghi rõ năm học hoặc khối nên không lấy kết quả từng môn.'] };
  const rules = ruleSetFor(schoolYear);
  const has = ({ item }: MinistryYear['cells'][number]) => dutyOf(rules, grade, 'CN', item) !== 'none';
  return {
    taken: year.cells.filter(has),
    left: year.cells
      .filter((cell) => !has(cell))
      .map(({ item }) => `${itemName(item)}: lớp ${grade} không có ô này ở cuối năm nên không lấy.`),
  };
}

/** @throws Refusal `invalid-input` where the record is somebody else's than the pupil who is entered */
export function requireSamePupil(
  { year }: AcceptedFile,
  pupil: { readonly pupilCode: string; readonly fullName: string; readonly birthDate: string },
): void {
  const fold = (text: string) => text.normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim();
  const other = (stated: string | undefined, entered: string) =>
    stated !== undefined && fold(stated) !== fold(entered);
  const { pupilCode, fullName, birthDate } = year.pupil;
  if (
    other(pupilCode, pupil.pupilCode) ||
    other(fullName, pupil.fullName) ||
    other(birthDate, pupil.birthDate)
  )
    throw refused(
      'Mã học sinh, họ tên hoặc ngày sinh trong tệp khác với em đang tiếp nhận. Hãy sửa cho khớp hoặc chọn tệp khác.',
    );
}

function refused(sentence: string): Refusal {
  return new Refusal('invalid-input', [sentence]);
}
