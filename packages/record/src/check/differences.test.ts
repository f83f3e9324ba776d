import { describe, expect, test } from 'vitest';
import { sampleOf } from '../testing/samples.ts';
import { readRecord } from '../xml/read.ts';
import { differencesOf, type StatedYear, statedBy } from './differences.ts';

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
