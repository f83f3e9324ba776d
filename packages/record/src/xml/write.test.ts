import { describe, expect, test } from 'vitest';
import type { RecordDocument } from '../model.ts';
import { PROFILES, profileById, profileOfEdition } from '../profile/profiles.ts';
import { sampleOf } from '../testing/samples.ts';
import { blankSignature, fillSlot, fillSlots } from '../testing/signed.ts';
import { RecordWriteError } from './errors.ts';
import { isDate, isSigningTime } from './forms.ts';
import { insertSlot } from './insert.ts';
import { freezeRecord } from './write.ts';

const doc = sampleOf(4).doc;
const frozen = freezeRecord(doc);

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof RecordWriteError)
      return error.field === undefined ? error.code : `${error.code} ${error.field}`;
    throw error;
  }
  return 'written';
}

describe('freeze', () => {
  test('plans a slot per teacher, then homeroom teacher, principal and seal', () => {
    expect(frozen.slots.map((s) => [s.slotId, s.order, s.references.length])).toEqual([
      ['gvbm-1', 0, 7],
      ['gvbm-2', 1, 2],
      ['gvbm-3', 2, 3],
      ['gvbm-4', 3, 2],
      ['gvbm-5', 4, 2],
      ['gvbm-6', 5, 2],
      ['gvbm-7', 6, 2],
      ['gvcn', 7, 2],
      ['cbql', 8, 2],
      ['ky-phat-hanh', 9, 11],
    ]);
    expect(frozen.slots[2]).toMatchObject({
      subjects: ['TH', 'CN'],
      references: ['thongtinchung', 'mon-TH', 'mon-CN'],
    });
    expect(frozen.slots[0]?.signer).toEqual(doc.homeroomTeacher);
    expect(frozen.slots.at(-1)?.signer).toEqual(doc.seal);
  });

  test('leaves the places of the slots empty', () => {
    const text = new TextDecoder().decode(frozen.xml);
    expect(text).toContain(
      '</THONG_TIN_HOC_BA><DANH_SACH_THONG_TIN_KY><DANH_SACH_GVBM></DANH_SACH_GVBM></DANH_SACH_THONG_TIN_KY></DU_LIEU_HOC_BA><PHAT_HANH_HOC_BA></PHAT_HANH_HOC_BA></HOC_BA>',
    );
    expect(text).toContain('<NANG_LUC_GIAO_TIEP_HOC_TAC>');
    expect(text).toContain('<THONG_SO_BUOI_NGHI_KHONG_PHEP>2<');
  });

  const broken: [string, (d: RecordDocument) => void, string][] = [
    [
      'an unknown profile',
      (d) => {
        d.profile = 'moet-9';
      },
      'unknown-profile profile',
    ],
    [
      'a profile out of the prototype',
      (d) => {
        d.profile = 'toString';
      },
      'unknown-profile profile',
    ],
    [
      'an unknown rule set',
      (d) => {
        d.ruleSet = 'TT30_2014';
      },
      'unknown-rule-set ruleSet',
    ],
    [
      'a UUID of another version',
      (d) => {
        d.uuid = '00000004-0000-1000-8000-000000000004';
      },
      'value-not-allowed uuid',
    ],
    [
      'an empty required text',
      (d) => {
        d.pupil.motherName = '';
      },
      'field-missing pupil.motherName',
    ],
    [
      'an empty optional text',
      (d) => {
        d.award = '';
      },
      'field-missing award',
    ],
    [
      'an empty comment',
      (d) => {
        if (d.subjects[0]) d.subjects[0].comment = '';
      },
      'field-missing annex.NHAN_XET',
    ],
    [
      'blanks around a name',
      (d) => {
        d.pupil.fullName = ' A B';
      },
      'value-not-allowed pupil.fullName',
    ],
    [
      'a name that is not NFC',
      (d) => {
        d.pupil.fullName = 'Bốn'.normalize('NFD');
      },
      'value-not-allowed pupil.fullName',
    ],
    [
      'two lines in a name',
      (d) => {
        d.pupil.fullName = 'A\nB';
      },
      'value-not-allowed pupil.fullName',
    ],
    [
      'a control character',
      (d) => {
        d.homeroomComment = 'a\u0007b';
      },
      'value-not-allowed homeroomComment',
    ],
    [
      'a turned text',
      (d) => {
        d.homeroomComment = 'a\u202eb';
      },
      'value-not-allowed homeroomComment',
    ],
    [
      'half a surrogate',
      (d) => {
        d.homeroomComment = 'a\ud800';
      },
      'value-not-allowed homeroomComment',
    ],
    [
      'eleven digits',
      (d) => {
        d.pupil.personalId = '12345678901';
      },
      'value-not-allowed pupil.personalId',
    ],
    [
      'a day that is none',
      (d) => {
        d.issueDate = '2026-02-30';
      },
      'value-not-allowed issueDate',
    ],
    [
      'half a mark',
      (d) => {
        if (d.subjects[0]) d.subjects[0].mark = 8.5;
      },
      'value-not-allowed subject.mark',
    ],
    [
      'a height that is no number',
      (d) => {
        d.pupil.heightCm = Number.NaN;
      },
      'value-not-allowed pupil.heightCm',
    ],
    [
      'a negative absence',
      (d) => {
        d.pupil.absentExcused = -1;
      },
      'value-not-allowed pupil.absentExcused',
    ],
    [
      'a principal without title',
      (d) => {
        delete d.principal.title;
      },
      'field-missing principal.title',
    ],
    [
      'a trait gone',
      (d) => {
        delete d.traits.YEU_NUOC;
      },
      'field-missing trait.YEU_NUOC',
    ],
    [
      'a subject of another grade',
      (d) => {
        d.grade = 2;
      },
      'subject-not-in-grade LSDL',
    ],
    [
      'a trait of another grade',
      (d) => {
        d.grade = 1;
        d.subjects = d.subjects.slice(0, 2);
      },
      'trait-not-in-grade CONG_NGHE',
    ],
    [
      'subjects in another order',
      (d) => {
        d.subjects.reverse();
      },
      'subject-order HDTN',
    ],
    [
      'a subject twice',
      (d) => {
        if (d.subjects[0]) d.subjects.unshift(d.subjects[0]);
      },
      'subject-order TV',
    ],
    [
      'no subject',
      (d) => {
        d.subjects = [];
      },
      'field-missing subjects',
    ],
    [
      'no school year',
      (d) => {
        d.studyYears = [];
      },
      'field-missing studyYears',
    ],
    [
      'one number, two teachers',
      (d) => {
        if (d.subjects[1]) d.subjects[1].teacher = { ...d.subjects[1].teacher, fullName: 'Ai Khác' };
      },
      'teacher-differs TOAN.teacher',
    ],
    [
      'a teacher without number',
      (d) => {
        if (d.subjects[2]) d.subjects[2].teacher.personalId = '';
      },
      'field-missing annex.SO_CCCD',
    ],
    [
      'a seal without tax code',
      (d) => {
        d.seal.taxCode = '';
      },
      'field-missing annex.MA_SO_THUE',
    ],
  ];
  test.each(broken)('refuses %s', (_name, change, code) => {
    const changed = structuredClone(doc);
    change(changed);
    expect(codeOf(() => freezeRecord(changed))).toBe(code);
  });
});

describe('a slot', () => {
  const first = frozen.slots[0];
  const second = frozen.slots[1];
  if (!first || !second) throw new Error('sample without slots');
  const time = '2026-05-28T20:14:05+07:00';
  const content = { signingTime: time, personalId: '000385100004', signature: blankSignature('gvbm-1') };

  test('is inserted and rewrites nothing that stood', () => {
    let xml = frozen.xml;
    for (const plan of frozen.slots) {
      const next = fillSlot(xml, plan, frozen.annex);
      const added = next.length - xml.length;
      let at = 0;
      while (xml[at] === next[at]) at++;
      // What came in may begin like what followed; either way the rest is the old tail.
      const tail = xml.length - at;
      expect(Buffer.from(next.subarray(next.length - tail)).equals(Buffer.from(xml.subarray(at)))).toBe(true);
      expect(added).toBeGreaterThan(100);
      xml = next;
    }
    // One by one or all at once: the same bytes.
    expect(Buffer.from(fillSlots(frozen)).equals(Buffer.from(xml))).toBe(true);
  });

  test.each([
    ['out of order', () => insertSlot(frozen.xml, second, content), 'slot-out-of-order gvbm-2'],
    ['a second time', () => insertSlot(fillSlots(frozen, 1), first, content), 'slot-out-of-order gvbm-1'],
    [
      'after the last',
      () => fillSlot(fillSlots(frozen), { ...second, order: 10 }, frozen.annex),
      'slot-out-of-order gvbm-2',
    ],
    [
      'by another person',
      () => insertSlot(frozen.xml, first, { ...content, personalId: '000190200001' }),
      'signer-differs gvbm-1',
    ],
    [
      'by nobody',
      () => insertSlot(frozen.xml, first, { signingTime: time, signature: content.signature }),
      'signer-differs gvbm-1',
    ],
    [
      'without zone',
      () => insertSlot(frozen.xml, first, { ...content, signingTime: '2026-05-28T20:14:05' }),
      'value-not-allowed gvbm-1.signingTime',
    ],
    [
      'with another slot’s signature',
      () => insertSlot(frozen.xml, first, { ...content, signature: blankSignature('gvbm-2') }),
      'signature-malformed gvbm-1',
    ],
    [
      'with the annex',
      () => insertSlot(frozen.xml, first, { ...content, signature: blankSignature('gvbm-1', frozen.annex) }),
      'signature-malformed gvbm-1',
    ],
    [
      'of an unknown profile',
      () => insertSlot(new TextEncoder().encode('<HOC_BA></HOC_BA>'), first, content),
      'unknown-profile',
    ],
  ])('is refused %s', (_name, act, code) => {
    expect(codeOf(act)).toBe(code);
  });

  test('of the homeroom teacher must carry the annex', () => {
    const xml = fillSlots(frozen, 7);
    const plan = frozen.slots[7];
    if (!plan) throw new Error('no such slot');
    const bare = {
      signingTime: time,
      personalId: doc.homeroomTeacher.personalId,
      signature: blankSignature('gvcn'),
    };
    expect(codeOf(() => insertSlot(xml, plan, bare))).toBe('signature-malformed gvcn');
  });
});

describe('profiles', () => {
  test('are found by id and by edition, and by nothing else', () => {
    expect(profileById('moet-2025')?.id).toBe('moet-2025');
    expect(profileOfEdition('2025-TAP-HUAN')?.id).toBe('moet-2025');
    expect([profileById('constructor'), profileById(''), profileOfEdition('0.9')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('tell training from real in the signed bytes', () => {
    for (const p of Object.values(PROFILES)) {
      expect(p.editions.real).not.toBe(p.editions.training);
      expect(p.modes.training).toContain('KHÔNG CÓ GIÁ TRỊ PHÁP LÝ');
    }
    const real = new TextDecoder().decode(freezeRecord({ ...doc, training: false }).xml);
    expect(real).toContain('<PHIEN_BAN>2025</PHIEN_BAN>');
  });

  test.each([
    ['2024-02-29', true],
    ['2026-12-31', true],
    ['2025-02-29', false],
    ['2026-13-01', false],
    ['2026-00-10', false],
    ['1899-12-31', false],
    ['2026-1-1', false],
    ['', false],
  ])('day %j: %s', (text, is) => {
    expect(isDate(text)).toBe(is);
  });

  test.each([
    ['2026-05-28T20:14:05+07:00', true],
    ['2026-05-28T20:14:05Z', true],
    ['2026-05-28T24:00:00+07:00', false],
    ['2026-05-28T20:14:05', false],
    ['2026-05-28T20:14:05.1+07:00', false],
    ['2026-02-30T20:14:05+07:00', false],
    ['2026-05-28 20:14:05+07:00', false],
  ])('signing time %j: %s', (text, is) => {
    expect(isSigningTime(text)).toBe(is);
  });
});
