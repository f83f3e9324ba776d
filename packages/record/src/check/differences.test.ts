import { describe, expect, test } from 'vitest';
import type { ClassTableDocument, SignedTableRow } from '../class-table/document.ts';
import type { CellItem } from '../model.ts';
import { sampleOf } from '../testing/samples.ts';
import { readRecord } from '../xml/read.ts';
import { differencesOf, inconsistencies, type StatedYear, statedBy } from './differences.ts';
import { statedByRow, statedByTableRow } from './stated-sources.ts';

const { doc, xml, annex } = sampleOf(5);
const record = statedBy(doc);
const row = (change: Partial<StatedYear>): StatedYear => ({ source: 'tệp Excel', ...change });

describe('forms of one pupil’s year', () => {
  test('the record as read from its bytes agrees with what was frozen', () => {
    expect(differencesOf(record, statedBy(readRecord(xml, annex).doc, 'tệp XML'))).toEqual([]);
  });

  test('each difference is named with both values', () => {
    const a = record.assessment;
    const other = row({
      assessment: { ...a, marks: { ...a?.marks, TOAN: 3 }, levels: { ...a?.levels, AN: 'C' } },
      result: 'CHT',
      promoted: !doc.promoted,
    });
    const found = differencesOf(record, other);
    expect(found.map((d) => d.item ?? d.field)).toEqual(['TOAN.mark', 'AN.level', 'result', 'promoted']);
    const mark = doc.subjects.find((s) => s.subject === 'TOAN')?.mark;
    expect(found[0]?.message).toBe(`Điểm kiểm tra môn Toán: học bạ ghi ${mark}, tệp Excel ghi 3.`);
  });

  test('an empty cell beside a filled one is a difference, a part that is not given is none', () => {
    const { TV: _left, ...marks } = record.assessment?.marks ?? {};
    const found = differencesOf(record, row({ assessment: { marks } }));
    expect(found).toHaveLength(1);
    expect(found[0]?.message).toContain('tệp Excel để trống');
    expect(differencesOf(record, row({}))).toEqual([]);
    expect(differencesOf(record, row({ assessment: { levels: record.assessment?.levels ?? {} } }))).toEqual(
      [],
    );
  });

  test('texts and identities are told without their content', () => {
    const found = differencesOf(
      record,
      row({
        award: 'Giải Nhất',
        comments: {
          ...record.comments,
          subjects: record.comments?.subjects ?? {},
          traits: {},
          homeroom: 'Khác',
        },
        pupil: { personalId: '000000000001', fullName: 'Người Khác', pupilCode: doc.pupil.pupilCode },
      }),
    );
    expect(found.map((d) => d.item ?? d.field)).toEqual([
      'QUALITIES.comment',
      'GENERAL.comment',
      'SPECIFIC.comment',
      'HOMEROOM.comment',
      'AWARD.text',
      'pupil.fullName',
      'pupil.personalId',
    ]);
    expect(JSON.stringify(found)).not.toMatch(/000000000001|Người Khác|Giải Nhất/);
  });

  test('how a text is encoded makes no difference', () => {
    const decomposed = row({ completionText: ` ${doc.completionText.normalize('NFD')} ` });
    expect(differencesOf(record, decomposed)).toEqual([]);
  });
});

describe('the class’s table and the Excel row of the same year', () => {
  const { levels = {}, marks = {}, traits = {} } = record.assessment ?? {};
  const table: Pick<ClassTableDocument, 'grade' | 'period' | 'schoolYear' | 'className'> = {
    grade: doc.grade,
    period: 'CN',
    schoolYear: doc.schoolYear,
    className: doc.className,
  };
  const line: SignedTableRow = {
    pupilCode: doc.pupil.pupilCode,
    fullName: doc.pupil.fullName,
    birthDate: doc.pupil.birthDate,
    levels,
    marks,
    traits,
    result: doc.result,
    ...(doc.award !== undefined || doc.suddenAward !== undefined ? { awarded: true as const } : {}),
    ...(doc.promoted ? {} : { notPromoted: true as const }),
  };
  const cells = new Map<CellItem, string>([
    ...Object.entries(levels).map(([k, v]): [CellItem, string] => [`${k}.level` as CellItem, v]),
    ...Object.entries(marks).map(([k, v]): [CellItem, string] => [`${k}.mark` as CellItem, String(v)]),
    ...Object.entries(traits).map(([k, v]): [CellItem, string] => [`${k}.level` as CellItem, v]),
  ]);
  const excel = {
    grade: doc.grade,
    cells,
    result: doc.result,
    completed: doc.completed,
    promoted: doc.promoted,
  };

  test('agree with the record that they belong to', () => {
    const xml = statedBy(doc, 'XML');
    expect(
      inconsistencies(xml, [statedBy(doc, 'bản in'), statedByTableRow(table, line), statedByRow(excel)]),
    ).toEqual([]);
  });

  test('each source’s difference is told under its own name', () => {
    const found = inconsistencies(record, [
      statedByTableRow({ ...table, className: '5Z' }, { ...line, notPromoted: true }),
      statedByRow({ ...excel, cells: new Map([...cells, ['TOAN.mark', '1'], ['TV.level', '']]) }),
    ]);
    expect(found.map((d) => d.item ?? d.field)).toEqual(
      expect.arrayContaining(['className', 'TOAN.mark', 'TV.level']),
    );
    expect(found.some((d) => d.message.includes('bảng tổng hợp ghi 5Z'))).toBe(true);
    expect(found.some((d) => d.message.endsWith('tệp Excel ghi 1.'))).toBe(true);
    expect(found.some((d) => d.message.endsWith('tệp Excel để trống.'))).toBe(true);
  });

  test('a file without a column says nothing of it; a cell that cannot be read is the import’s to tell', () => {
    const few = new Map<CellItem, string>([
      ['TOAN.mark', String(marks.TOAN)],
      ['TV.level', 'Z'],
    ]);
    expect(inconsistencies(record, [statedByRow({ grade: doc.grade, cells: few })])).toEqual([]);
    expect(() => statedByTableRow({ ...table, period: 'CHK1' }, line)).toThrow(RangeError);
  });

  test('height and weight are told without their numbers', () => {
    const found = differencesOf(record, row({ body: { heightCm: 99.5, weightKg: 88 } }));
    expect(found.map((d) => d.item)).toEqual(['HEIGHT.number', 'WEIGHT.number']);
    expect(JSON.stringify(found)).not.toMatch(/99\.5|88/);
  });
});
