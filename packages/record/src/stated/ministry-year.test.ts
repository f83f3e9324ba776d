import { describe, expect, test } from 'vitest';
import { SUBJECTS } from '../codes/subjects.ts';
import { SAMPLES } from '../testing/samples.ts';
import { type ElementLike, readMinistryYear } from './ministry-year.ts';
import { yearOfRecord } from './record-year.ts';

/** A tree out of plain well-formed XML without attributes' meaning, mixed text or entities: enough for these tests. */
function tree(xml: string): ElementLike {
  const root: { name: string; children: ElementLike[]; text: string } = { name: '', children: [], text: '' };
  const open = [root];
  for (const [, close, name, self, text] of xml.matchAll(/<(\/?)([\w:.-]+)[^>]*?(\/?)>([^<]*)/g)) {
    if (close === '/') open.pop();
    else {
      const element = { name: name ?? '', children: [], text: '' };
      open.at(-1)?.children.push(element);
      if (self !== '/') open.push(element);
    }
    const at = open.at(-1);
    if (at) at.text += (text ?? '').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  }
  return root;
}
const row = (name: string, level: string, mark = '', code = '99') =>
  `<MON><MA_MON_HOC>${code}</MA_MON_HOC><TEN_MON_HOC>${name}</TEN_MON_HOC><MUC_DAT_DUOC>${level}</MUC_DAT_DUOC>${
    mark === '' ? '' : `<DIEM_KIEM_TRA_DINH_KY>${mark}</DIEM_KIEM_TRA_DINH_KY>`
  }</MON>`;
const year = (inside: string) => readMinistryYear(tree(`<DU_LIEU_HOC_BA>${inside}</DU_LIEU_HOC_BA>`));
const cells = (inside: string) => year(inside).cells.map(({ item, value }) => `${item}=${value}`);

test.each(SAMPLES.map((sample) => [`${sample.doc.profile}, grade ${sample.doc.grade}`, sample] as const))(
  'what we write is read back whole by the tags alone: %s',
  (_, { doc, xml }) => {
    const text = new TextDecoder().decode(xml);
    const read = readMinistryYear(
      tree(/<DU_LIEU_HOC_BA[\s\S]*<\/DU_LIEU_HOC_BA>/.exec(text)?.[0] ?? '').children[0] as ElementLike,
    );
    const ours = yearOfRecord(doc);
    const sorted = (of: typeof read) => of.cells.map((c) => `${c.item}=${c.value}`).sort();
    // Comments by subject stand in the annex, which no tag of the scheme has.
    const bySubject = new Set<string>(SUBJECTS.map((s) => `${s.code}.comment`));
    expect(sorted(read)).toEqual(
      sorted({ ...ours, cells: ours.cells.filter(({ item }) => !bySubject.has(item)) }),
    );
    expect({ ...read, cells: [] }).toEqual({ ...ours, cells: [] });
  },
);

describe('other software', () => {
  test('writes words for letters, other wrappers, names for codes', () => {
    expect(
      cells(
        `<TONG_KET><BANG>${row('Toán', 'Hoàn thành tốt', '9')}${row('Ngoại ngữ 1 (Tiếng Anh)', 'H', '7')}${row(
          'Nghệ thuật (Mỹ thuật)',
          'Hoàn thành',
        )}</BANG><X><Y><PHAM_CHAT_NHAN_AI>Đạt</PHAM_CHAT_NHAN_AI></Y></X><NANG_LUC_GIAO_TIEP_HOP_TAC>Tốt</NANG_LUC_GIAO_TIEP_HOP_TAC></TONG_KET>`,
      ),
    ).toEqual([
      'TOAN.level=T',
      'TOAN.mark=9',
      'NN1.level=H',
      'NN1.mark=7',
      'MT.level=H',
      'NHAN_AI.level=Đ',
      'GIAO_TIEP_HOP_TAC.level=T',
    ]);
  });

  test.each([
    ['11/01/2016', '2016-01-11'],
    ['1/2/2016', '2016-02-01'],
    ['2016-01-11', '2016-01-11'],
    ['2016-01-11T00:00:00+07:00', '2016-01-11'],
    ['31/02/2016', undefined],
    ['2016', undefined],
  ])('born %s: %s', (written, birthDate) => {
    expect(year(`<NGAY_SINH>${written}</NGAY_SINH>`).pupil).toEqual(birthDate ? { birthDate } : {});
  });

  test.each([
    ['<MA_KHOI>4</MA_KHOI>', 4],
    ['<MA_KHOI>K4</MA_KHOI>', 4],
    ['<MA_KHOI>04</MA_KHOI><TEN_LOP>5A</TEN_LOP>', 4],
    ['<TEN_LOP>Lớp 5A</TEN_LOP>', 5],
    ['<TEN_LOP>12A</TEN_LOP>', undefined],
    ['<MA_KHOI>khối bốn</MA_KHOI>', undefined],
  ])('%s is grade %s', (inside, grade) => {
    expect(year(inside).grade).toBe(grade);
  });
});

describe('what cannot be taken is told and left', () => {
  test.each([
    [row('Toán', 'T', '8.5'), ['TOAN.level=T'], /Toán/],
    [row('Toán', 'T', '11'), ['TOAN.level=T'], /Toán/],
    [row('Toán', 'Giỏi'), [], /Toán/],
    [row('Tin học ứng dụng', 'T'), [], /Tin học ứng dụng/],
    [row('', 'T', '', '0101'), [], /0101/],
    [`${row('Toán', 'T')}${row('Toán', 'H')}`, ['TOAN.level=T'], /hai lần/],
    ['<NANG_LUC_TIN_HOC>H</NANG_LUC_TIN_HOC>', [], /Tin học/],
    [
      '<PHAM_CHAT_NHAN_AI>T</PHAM_CHAT_NHAN_AI><X><PHAM_CHAT_NHAN_AI>C</PHAM_CHAT_NHAN_AI></X>',
      [],
      /Nhân ái: ghi hai lần/,
    ],
  ] as const)('%s', (inside, taken, told) => {
    const read = year(inside);
    expect(read.cells.map((c) => `${c.item}=${c.value}`)).toEqual(taken);
    expect(read.unread.join('\n')).toMatch(told);
  });

  test('nothing of signatures and earlier years is the year’s', () => {
    expect(
      year(`<QUA_TRINH_HOC_TAP><N><NAM_HOC>2024-2025</NAM_HOC><TEN_LOP>3A</TEN_LOP><TEN_TRUONG>X</TEN_TRUONG></N></QUA_TRINH_HOC_TAP>
        <DANH_SACH_THONG_TIN_KY><GVBM><PHAM_CHAT_NHAN_AI>T</PHAM_CHAT_NHAN_AI></GVBM></DANH_SACH_THONG_TIN_KY>
        <Signature><HO_VA_TEN>Y</HO_VA_TEN></Signature>`),
    ).toEqual({ pupil: {}, cells: [], unread: [] });
  });
});
