import { nodeEd25519 } from '@hocba/ledger/node';
import { dutyOf, type Grade, itemName, knownRuleSet, type MinistryYear } from '@hocba/record';
import { fromBase64 } from '@hocba/signature';
import { nodeCrypto } from '@hocba/signature/node';
import { trustOf, trustSentence, verifyFile } from '@hocba/verify';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import type * as api from '../../http/api/transfers.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import { laidBundle, laidStatuses } from '../../store/laid-bundle.ts';
import { missingYears } from './missing-years.ts';
import { acceptedYears, type StatedYear, sameText } from './stated-years.ts';

/** Records that may be taken from: judged, and what they state of their years. */
export interface AcceptedFile {
  readonly fileName: string;
  readonly bytes: Uint8Array;
  /** The earliest first; one unless it is a package or a book. */
  readonly years: readonly [StatedYear, ...StatedYear[]];
  /** Whether the file holds several by its kind: then what lies between its years was to be in it. */
  readonly several: boolean;
  /** Whether nothing was left unchecked in any of them. */
  readonly verified: boolean;
  /** By which list of whom to trust they were judged, in words; null without one. */
  readonly judgedBy: string | null;
}

type File = z.output<typeof api.RecordFile>;

/** What records say, for the preview; nothing is kept. @throws Refusal `invalid-input` */
export async function readRecordFile(
  deps: Deps,
  actor: Actor,
  input: File,
): Promise<z.input<typeof api.readArrival.response>> {
  const { verified, judgedBy, fileName, years, several } = await acceptedFile(deps, actor, input);
  const { pupil } = newest(years).year;
  const known = years.map(({ year }) => ({ schoolYear: year.schoolYear ?? '', grade: year.grade }));
  const { lacking, perhaps } = missingYears(known);
  return {
    fileName,
    verified,
    judgedBy,
    pupil: {
      pupilCode: pupil.pupilCode ?? null,
      fullName: pupil.fullName ?? null,
      personalId: pupil.personalId ?? null,
      sex: pupil.sex ?? null,
      birthDate: pupil.birthDate ?? null,
    },
    years: years.map(({ year, ...judged }) => {
      const { schoolYear = null, schoolName = null, className = null, grade = null, result = null } = year;
      const { taken, left } = cellsFor(year, schoolYear, grade);
      return {
        ...judged,
        schoolYear,
        schoolName,
        className,
        grade,
        result,
        cells: taken.map(({ item, value }) => ({ item, title: itemName(item), value })),
        unread: [...year.unread, ...left],
      };
    }),
    missing: several ? [...lacking, ...perhaps].sort() : [],
  };
}

/** As the database holds it (migration 0051). */
const MAX_BYTES = 4_200_000;

const newest = (years: AcceptedFile['years']): StatedYear => years.at(-1) ?? years[0];

/**
 * Verifies a record (XML, or PDF with one inside), a pupil's package of them or a book by the bundle of the level above, where one was laid
 * down. What is not genuine, recalled or replaced is refused; what could not be checked in full is taken and says so, as every record of
 * other software does. Training records belong in training schools.
 * @throws Refusal `invalid-input` with the verdict in words
 */
export async function acceptedFile(deps: Deps, actor: Actor, input: File): Promise<AcceptedFile> {
  const bytes = fromBase64(input.content);
  if (bytes === null || bytes.length === 0) throw refused('Tệp trống hoặc bị hỏng khi gửi.');
  if (bytes.length > MAX_BYTES)
    throw refused(
      'Tệp lớn hơn 4 MB nên không đọc, chưa ghi gì. Gói của một em nhỏ hơn nhiều: hãy chọn đúng tệp, hoặc bỏ các bản in PDF khỏi gói rồi nén lại.',
    );
  const { accepted } = await laidBundle(deps.dataDir, deps.now);
  const statuses = accepted ? await laidStatuses(deps.dataDir, accepted.bundle) : [];
  const trust = accepted ? trustOf(accepted.bundle, statuses) : null;
  const ports = { crypto: nodeCrypto, ed25519: nodeEd25519, now: deps.now };
  const fileName = input.name.normalize('NFC').replace(/^.*[/\\]/s, '');
  const found = await verifyFile({ name: fileName, bytes }, trust, ports);
  const { training } = await inSchool(deps.db, actor.schoolId, (trx) =>
    trx
      .selectFrom('school')
      .select('training')
      .where('school_id', '=', actor.schoolId)
      .executeTakeFirstOrThrow(),
  );
  const [first, ...later] = acceptedYears(fileName, found, training);
  if (first === undefined) throw refused('Trong gói không có học bạ nào.');
  const years = [first, ...later] as const;
  const verified = years.every((one) => one.verified);
  const several = found.parts !== undefined;
  return { fileName, bytes, years: [...years], several, verified, judgedBy: trustSentence(found) };
}

/** What verification said, as it is kept with the file. */
export function keptSentence({ years, several, judgedBy }: AcceptedFile): string {
  const said = years.map(({ year, sentence }) =>
    several ? `${year.schoolYear?.replace('-', '–')}: ${sentence}` : sentence,
  );
  return [...said, ...(judgedBy === null ? [] : [judgedBy])].join('; ');
}

/** The cells that a class of the grade has at the year's end, and a sentence for each that it has not. */
export function cellsFor(
  year: MinistryYear,
  schoolYear: string | null,
  grade: Grade | null,
): { taken: MinistryYear['cells']; left: string[] } {
  if (schoolYear === null || grade === null)
    return { taken: [], left: ['Tệp không ghi rõ năm học hoặc khối nên không lấy kết quả từng môn.'] };
  const rules = knownRuleSet(schoolYear);
  if (rules === undefined)
    return {
      taken: [],
      left: [`Phần mềm không có quy định đánh giá của năm học ${schoolYear} nên không lấy kết quả từng môn.`],
    };
  const has = ({ item }: MinistryYear['cells'][number]) => dutyOf(rules, grade, 'CN', item) !== 'none';
  return {
    taken: year.cells.filter(has),
    left: year.cells
      .filter((cell) => !has(cell))
      .map(({ item }) => `${itemName(item)}: lớp ${grade} không có ô này ở cuối năm nên không lấy.`),
  };
}

/** @throws Refusal `invalid-input` where the newest record is somebody else's than the pupil who is entered */
export function requireSamePupil(
  { years }: AcceptedFile,
  pupil: { readonly pupilCode: string; readonly fullName: string; readonly birthDate: string },
): void {
  const { pupilCode, fullName, birthDate } = newest(years).year.pupil;
  if (
    !sameText(pupilCode, pupil.pupilCode) ||
    !sameText(fullName, pupil.fullName) ||
    !sameText(birthDate, pupil.birthDate)
  )
    throw refused(
      'Mã học sinh, họ tên hoặc ngày sinh trong tệp khác với em đang tiếp nhận. Hãy sửa cho khớp hoặc chọn tệp khác.',
    );
}

function refused(sentence: string): Refusal {
  return new Refusal('invalid-input', [sentence]);
}
