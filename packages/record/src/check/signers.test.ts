import { describe, expect, test } from 'vitest';
import { type CheckedSigner, checkSigners } from './signers.ts';

const window = { from: '2026-05-25T00:00:00+07:00', until: '2026-06-10T23:59:59+07:00' };
const certificate = { validFrom: '2025-01-01T00:00:00Z', validUntil: '2027-01-01T00:00:00Z' };
const TEACHER: CheckedSigner = {
  role: 'subjectTeacher',
  name: 'Giáo Viên Mẫu',
  number: '000000000001',
  subjects: ['AN', 'MT'],
  certificate: { ...certificate, subjectNumber: '000000000001' },
};
const PRINCIPAL: CheckedSigner = {
  ...TEACHER,
  role: 'principal',
  name: 'Hiệu Trưởng Mẫu',
  title: 'Hiệu trưởng',
  subjects: [],
};
const SEAL: CheckedSigner = {
  role: 'schoolSeal',
  name: 'Trường Tiểu học Mẫu',
  number: '0000000001',
  certificate: { ...certificate, subjectNumber: '0000000001', approved: true },
};

const codes = (signer: CheckedSigner): string[] =>
  checkSigners({ signers: [signer], window }).map((p) => p.code);

describe('who must sign, before anybody does', () => {
  test('nothing is said of a teacher, a principal and a seal that are ready', () => {
    expect(
      checkSigners({ signers: [TEACHER, { ...TEACHER, role: 'homeroomTeacher' }, PRINCIPAL, SEAL], window }),
    ).toEqual([]);
  });

  test('a seal of which nobody can tell here is warned of', () => {
    const signer: CheckedSigner = {
      ...SEAL,
      certificate: { ...certificate, subjectNumber: '0000000001', approved: 'unknown' },
    };
    expect(checkSigners({ signers: [signer], window })).toMatchObject([
      { severity: 'warning', code: 'seal-not-approved' },
    ]);
  });

  test.each<[string, CheckedSigner, string[]]>([
    [
      'nobody assigned',
      { role: 'homeroomTeacher', name: ' ' },
      ['signer-missing', 'signer-missing', 'certificate-missing'],
    ],
    ['no certificate', { role: 'subjectTeacher', name: 'X', number: '1' }, ['certificate-missing']],
    ['no title', { ...PRINCIPAL, title: ' ' }, ['signer-missing']],
    ['a certificate of somebody else', { ...TEACHER, number: '000000000002' }, ['certificate-of-another']],
    ['a certificate without number', { ...TEACHER, certificate }, ['certificate-of-another']],
    [
      'one that begins too late',
      {
        ...TEACHER,
        certificate: { ...certificate, subjectNumber: '000000000001', validFrom: '2026-05-25T00:00:00Z' },
      },
      ['certificate-not-in-window'],
    ],
    [
      'one that ends with the last second of signing',
      {
        ...TEACHER,
        certificate: { ...certificate, subjectNumber: '000000000001', validUntil: window.until },
      },
      ['certificate-not-in-window'],
    ],
    [
      'one whose end cannot be read',
      { ...TEACHER, certificate: { ...certificate, subjectNumber: '000000000001', validUntil: 'mai' } },
      ['certificate-not-in-window'],
    ],
    [
      'a seal that nobody approved',
      { ...SEAL, certificate: { ...certificate, subjectNumber: '0000000001' } },
      ['seal-not-approved'],
    ],
  ])('%s blocks', (_what, signer, expected) => {
    expect(codes(signer)).toEqual(expected);
    for (const p of checkSigners({ signers: [signer], window })) {
      expect(p).toMatchObject({ severity: 'blocking', field: `signer.${signer.role}` });
      expect(p.action).toMatch(/\.$/);
    }
  });

  test('says who and for which subjects, and no number', () => {
    const [problem] = checkSigners({ signers: [{ ...TEACHER, number: '000000000002' }], window });
    expect(problem?.message).toBe(
      'Giáo viên Giáo Viên Mẫu (Âm nhạc, Mĩ thuật) đăng ký chứng thư của người hoặc tổ chức khác.',
    );
    expect(JSON.stringify(problem)).not.toContain('00000000');
  });
});
