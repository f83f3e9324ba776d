import type { FormInput } from '../input.ts';
import { qrOf } from '../qr.ts';
import { heightOf, linesIn, widthOf } from './lines.ts';
import { homeroomFit, MM, type SignedWords, sealedFit } from './signatures.ts';

/*
 * At which size of letters each page of a year stands on one sheet, reckoned from the font's own widths before anything is
 * typeset: laying a page out to find that it is too long is what a print costs most. The reckoning is a little too long rather than
 * too short, and what it misses the typesetter's count of pages finds (`Sheet.longer`). Numbers are those of `typst/*.typ`.
 */

const WIDTH = 165 * MM;
const PAGE = 297 * MM;
const CAP = heightOf(1, 0);
const SIDE = 8;
const PERSONAL_SIZES = [12.5, 12, 11.5, 11, 10.5, 10, 9.5, 9];
const YEAR_SIZES = [12, 11.5, 11, 10.5, 10, 9.5, 9, 8.5, 8];
/** Left free for what kerning, strokes and rounding add. */
const SPARE = 6;
const MOST_ROOM = 18;

export interface FittedData {
  schoolName: string;
  pupilName: string;
  className: string;
  deputyTitle: string | null;
  personal: Record<string, string | null>;
  studyYears: readonly (readonly string[])[];
  words: { digital: boolean; mark: string; qualities: string; subjects: string };
  subjects: readonly { name: string; level: string; mark: string; comment: string; rows: number }[];
  traits: Record<
    'qualities' | 'general' | 'specific',
    { rows: readonly { name: string; level: string }[]; comment: string }
  >;
  result: string;
  awards: readonly string[];
  completionText: string;
  issued: {
    placeAndDate: string;
    principal: SignedWords | null;
    seal: SignedWords | null;
    homeroomTeacher: SignedWords | null;
    subjectTeachers: readonly { name: string; subjects: string; time: SignedWords['time'] }[];
    certificates: readonly { role: string; holder: string; issuer: string; serial: string }[];
  } | null;
}

/** Height of the text on a page: what margins, banner and foot leave. */
function roomOf({ doc, issued }: FormInput): number {
  const drawn = issued === null ? null : qrOf(issued);
  const foot = drawn === null ? 14 * MM : drawn.moduleSize * (drawn.size + 4);
  return PAGE - (doc.training ? 25 : 20) * MM - 13 * MM - foot;
}

interface Measured {
  /** Height in points at a size of letters. */
  height: number;
  /** Rows that may grow into what is left. */
  rows: number;
}

/** The largest size that fits, made smaller by `step`; room for its rows where some is left. */
function chosen<M extends Measured>(
  sizes: readonly number[],
  region: number,
  step: number,
  at: (size: number) => M,
) {
  const found = sizes.findIndex((size) => at(size).height <= region);
  const last = sizes.length - 1;
  const size = sizes[Math.min(last, (found === -1 ? last : found) + step)] ?? 8;
  const made = at(size);
  const room = Math.max(0, Math.min(MOST_ROOM, (region - made.height) / made.rows));
  return { size, room: points(room), made, fits: found !== -1 };
}

const points = (value: number): number => Math.round(value * 100) / 100;

/** `step` counts how often the pages came out longer than reckoned. */
export function fitOf(data: FittedData, input: FormInput, step: number) {
  const region = roomOf(input) - SPARE - 8 * step;
  const head = data.issued?.principal ?? null;
  const sealed = sealedFit(head, data.issued?.seal ?? null);
  const homeroom = homeroomFit(data.issued?.homeroomTeacher ?? null);
  const boxes = {
    sealed: sealed.height + sealed.captions,
    homeroom: homeroom.height + homeroom.captions,
  };
  const personal = chosen(PERSONAL_SIZES, region, step, (size) => personalPage(data, boxes.sealed, size));
  const subjects = chosen(YEAR_SIZES, region, step, (size) => subjectsPage(data, size));
  const outcome = chosen(YEAR_SIZES, region, step, (size) => outcomePage(data, boxes, size));
  return {
    personal: { size: personal.size },
    subjects: { size: subjects.size, room: subjects.room },
    outcome: {
      size: outcome.size,
      rooms: outcome.made.shared.map((room) => points(room + Math.min(outcome.room, 9))),
    },
    sealed,
    homeroom,
    /** Whether every page is reckoned to stand on one sheet; else it flows on, and no count of pages is a surprise. */
    whole: personal.fits && subjects.fits && outcome.fits,
  };
}

/** A line of the form in a column: label, value, and a rest of dots. */
const fieldLines = (label: string, value: string | null, width: number, size: number): number =>
  linesIn(`${label}: ${value ?? ''} .`, width / size, 'bold');

function subjectsPage(data: FittedData, size: number): Measured {
  const narrow = (WIDTH - 10) / 3.4;
  const title = linesIn(`Trường: ${data.schoolName}      Năm học: 2025-2026`, WIDTH / (1.1 * size), 'bold');
  const names = Math.max(
    fieldLines('Họ và tên học sinh', data.pupilName, 2.4 * narrow, size),
    fieldLines('Lớp', data.className, narrow, size),
  );
  const heading = 1.1 * heightOf(title, 0.52) + heightOf(names, 0.52) + 2 * CAP + 3 * 0.75;
  const widths = [10.6, 5.6, 4.2].map((w) => w - SIDE / size);
  const widest = WIDTH / size - 20.4 - SIDE / size;
  const row = (cells: readonly string[], style: 'regular' | 'bold'): number =>
    Math.max(CAP, ...cells.map((c, i) => heightOf(linesIn(c, widths[i] ?? widest, style), 0.52))) + 0.6;
  const rows = [
    row(['Môn học và hoạt động giáo dục', 'Mức đạt được', data.words.mark, 'Nhận xét'], 'bold'),
    ...data.subjects.map((s) => row([s.name, s.level, s.mark, s.rows === 0 ? '' : s.comment], 'regular')),
  ];
  const table = rows.reduce((sum, height) => sum + height, 0);
  return {
    height: size * (heading + 0.9 + CAP + 0.6 + table + 0.9) + teachersHeight(data),
    rows: rows.length,
  };
}

function teachersHeight({ issued }: FittedData): number {
  const teachers = issued?.subjectTeachers ?? [];
  if (teachers.length === 0) return 0;
  const size = 8.5;
  const widest = (texts: readonly string[]): number => Math.max(...texts.map((t) => widthOf(t)));
  const names = widest(teachers.map((t) => t.name));
  const times = widest(teachers.map((t) => `${t.time.date} ${t.time.clock}`));
  const left = Math.max(4, (WIDTH - 16) / size - names - times);
  const rows = teachers.map((t) => heightOf(Math.max(1, linesIn(t.subjects, left)), 0.45) + 0.42);
  return size * (CAP + 0.45 + rows.reduce((sum, height) => sum + height, 0));
}

function outcomePage(data: FittedData, boxes: { sealed: number; homeroom: number }, size: number) {
  const em = WIDTH / size;
  const [first, second, comment] = [13.7 - SIDE / size, 5.9 - SIDE / size, em - 19.6 - SIDE / size];
  const groups = [data.traits.qualities, data.traits.general, data.traits.specific].map((group) => {
    const row = Math.max(
      ...group.rows.map(({ name, level }) =>
        Math.max(heightOf(linesIn(name, first), 0.5), heightOf(linesIn(level, second), 0.5), CAP),
      ),
    );
    const head = heightOf(linesIn('Mức đạt được', second, 'bold'), 0.5);
    const beside = heightOf(linesIn(group.comment, comment), 0.5) + 0.54;
    const shared = Math.max(0, beside / group.rows.length - row - 0.54);
    return {
      shared,
      height: head + 0.54 + group.rows.length * (row + 0.54 + shared),
      rows: group.rows.length,
    };
  });
  const titles = 4 * (0.75 + CAP + 0.5);
  const words = [
    `4. Đánh giá kết quả giáo dục: ${data.result}`,
    `5. Khen thưởng: ${data.awards.join('; ')}`,
    `6. Hoàn thành chương trình lớp học/chương trình tiểu học: ${data.completionText}`,
  ].map((text) => heightOf(linesIn(text, em, 'bold'), 0.5));
  const tables = groups.reduce((sum, group) => sum + group.height, 0);
  const said = words.reduce((sum, height) => sum + height, 1.5 + 0.9);
  return {
    height: size * (titles + tables + said + 0.9) + confirmationHeight(data, boxes, size),
    rows: groups.reduce((sum, group) => sum + group.rows, 0),
    shared: groups.map(({ shared }) => size * shared),
  };
}

function confirmationHeight(
  data: FittedData,
  boxes: { sealed: number; homeroom: number },
  size: number,
): number {
  const place = heightOf(Math.max(1, linesIn(data.issued?.placeAndDate ?? '', WIDTH / size)), 0.5);
  const above = 2 * CAP + 0.5 + (data.deputyTitle === null ? 0 : 2 * (CAP + 0.5));
  const certified = (data.issued?.certificates ?? []).map(
    (c) => `${c.role} ${c.holder} (${c.issuer}, số ${c.serial})`,
  );
  const lines =
    certified.length === 0 ? 0 : linesIn(`Chứng thư số: ${certified.join('; ')}`, WIDTH / 7.5, 'bold');
  return (
    size * (place + 0.75 + above + 0.75 + CAP + 0.1) +
    Math.max(boxes.sealed, boxes.homeroom) +
    (lines === 0 ? 0 : 7.5 * (heightOf(lines, 0.4) + 0.8))
  );
}

/** What the display form has over the booklet: personal number, UUID with its note, who signed as what and when. */
function digitalLines(
  p: FittedData['personal'],
  line: (label: string, value: string | null | undefined, width?: number) => number,
): number[] {
  const wide = ((WIDTH - 10) * 1.5) / 2.5;
  return [
    line('Mã số định danh cá nhân', p.personalId),
    heightOf(2, 0.6),
    line('Người ký học bạ', p.signerName),
    Math.max(
      line('Chức vụ của người ký học bạ', p.signerTitle, wide),
      line('Ngày ký học bạ', p.signedOn, WIDTH - 10 - wide),
    ),
  ];
}

function personalPage(data: FittedData, sealed: number, size: number): Measured {
  const p = data.personal;
  const line = (label: string, value: string | null | undefined, width = WIDTH): number =>
    heightOf(fieldLines(label, value ?? '', width, size), 0.6);
  const third = (WIDTH - 66 * MM - 20) / 2.2;
  const rows = [
    1.25 * CAP + 0.1,
    Math.max(
      line('Họ và tên học sinh', data.pupilName, ((WIDTH - 10) * 1.9) / 2.9),
      line('Giới tính', p.sex, (WIDTH - 10) / 2.9),
    ),
    Math.max(
      line('Ngày, tháng, năm sinh', p.birthDate, 66 * MM),
      line('Dân tộc', p.ethnicity, third),
      line('Quốc tịch', p.nationality, 1.2 * third),
    ),
    ...(data.words.digital ? digitalLines(p, line) : []),
    line('Nơi sinh', p.birthPlace),
    line('Quê quán', p.homeTown),
    line('Nơi ở hiện nay', p.address),
    line('Họ và tên cha', p.fatherName),
    line('Họ và tên mẹ', p.motherName),
    line('Người giám hộ (nếu có)', p.guardianName),
  ];
  const identity = rows.reduce((sum, height) => sum + height + 0.82, 0);
  const title = 2 * CAP + 0.6 + 1 + (data.deputyTitle === null ? 0 : CAP + 0.6);
  const place = heightOf(Math.max(1, linesIn(data.issued?.placeAndDate ?? '', (92 * MM) / size)), 0.6);
  const small = 0.92 * size;
  const schools = (WIDTH - (23 + 17 + 27 + 34) * MM - SIDE) / small;
  const years = data.studyYears.map((row) => heightOf(Math.max(1, linesIn(row[2] ?? '', schools)), 0.5));
  const arrived = heightOf(linesIn('Ngày nhập học / chuyển đến', (34 * MM - SIDE) / small, 'bold'), 0.5);
  const table = years.reduce((sum, height) => sum + height, arrived) * small + 9 * (years.length + 1);
  return {
    height:
      size * (identity + 1 + place + 0.75 + title + CAP + 0.85 + 1.1 + 1.15 * CAP + 0.7) + sealed + table,
    rows: 1,
  };
}
