import type { ClassTableForm } from '@hocba/record';
import type { ColumnGroup, Part } from './columns.ts';

/** One cell of the head, in grid coordinates from 0. */
export interface HeadCell {
  x: number;
  y: number;
  columns: number;
  rows: number;
  text: string;
  /** Written upwards, so that a narrow column can carry it. */
  upright: boolean;
  strong: boolean;
}

/** Heights of the head's four rows in millimetres: group, block of competences, names, then level and mark. */
const WITH_MARKS = [5, 6.4, 23, 17];
const WITHOUT_MARKS = [5, 6.4, 25, 13];

const RESULTS: readonly string[] = ['Hoàn thành xuất sắc', 'Hoàn thành tốt', 'Hoàn thành', 'Chưa hoàn thành'];

type Place = Omit<HeadCell, 'text'>;

/**
 * The head of one part, laid out as the forms have it. Where a period has no test at all, the row of level and mark goes to
 * the subjects' names.
 */
export function headOf(part: Part, form: ClassTableForm): { rows: number[]; cells: HeadCell[] } {
  const marks = form.subjects.some((s) => s.mark);
  const cells: HeadCell[] = [];
  const put = (text: string, place: Pick<Place, 'x' | 'y' | 'rows'> & Partial<Place>): void => {
    cells.push({ columns: 1, upright: false, strong: false, text, ...place });
  };
  const name = (text: string, x: number, y: number, columns = 1, rows = 4 - y): void =>
    put(text, { x, y, rows, columns, upright: true });
  const lead = part.columns.findIndex((c) => !['number', 'name', 'birth'].includes(c.kind));
  for (const [x, text] of ['STT', 'Họ và tên', 'Ngày sinh'].slice(0, lead).entries()) {
    put(text, { x, y: 0, rows: 4, strong: true });
  }
  let x = lead;
  const competences = part.groups.filter((g) => g.name === 'general' || g.name === 'specific');
  for (const group of part.groups) {
    const columns = group.columns.length;
    const over = (text: string, y: number, rows: number, width = columns): void =>
      put(text, { x, y, rows, columns: width, strong: true });
    switch (group.name) {
      case 'subjects':
        over('Môn học và hoạt động giáo dục', 0, 1);
        subjectHeads(form, marks, x, name);
        break;
      case 'qualities':
        over('Phẩm chất chủ yếu', 0, 2);
        for (const [i, { label }] of form.qualities.entries()) name(label, x + i, 2);
        break;
      case 'general':
      case 'specific':
        if (group === competences[0]) over('Năng lực cốt lõi', 0, 1, widthOf(competences));
        over(group.name === 'general' ? 'Năng lực chung' : 'Năng lực đặc thù', 1, 1);
        for (const [i, { label }] of form[group.name].entries()) name(label, x + i, 2);
        break;
      case 'closing':
        over('Đánh giá KQGD', 0, 2, RESULTS.length);
        for (const [i, text] of RESULTS.entries()) name(text, x + i, 2);
        name('Khen thưởng', x + RESULTS.length, 0);
        name('Chưa được lên lớp', x + RESULTS.length + 1, 0);
        break;
      case 'note':
        over('Ghi chú', 0, 4);
        break;
    }
    x += columns;
  }
  return { rows: marks ? WITH_MARKS : WITHOUT_MARKS, cells };
}

const widthOf = (groups: readonly ColumnGroup[]): number => groups.reduce((n, g) => n + g.columns.length, 0);

function subjectHeads(
  form: ClassTableForm,
  marks: boolean,
  from: number,
  name: (text: string, x: number, y: number, columns?: number, rows?: number) => void,
): void {
  let x = from;
  for (const subject of form.subjects) {
    const columns = subject.mark ? 2 : 1;
    name(subject.label, x, 1, columns, marks ? 2 : 3);
    if (marks) {
      name('Mức đạt được', x, 3);
      if (subject.mark) name('Điểm KTĐK', x + 1, 3);
    }
    x += columns;
  }
}
