import { expect, test } from 'vitest';
import { renderYear, signaturesOf } from './index.ts';
import { sampleInput, sampleRecord } from './testing/sample-record.ts';

const time = '2026-05-28T20:14:05+07:00';

test('slots become the persons of the record, two teachers of one name apart', async () => {
  const base = sampleRecord();
  const doc = sampleRecord(4, {
    subjects: base.subjects.map((s) =>
      s.subject === 'AN' || s.subject === 'MT'
        ? { ...s, teacher: { ...s.teacher, fullName: 'Lý Thu Hà' } }
        : s,
    ),
  });
  const ids = [...new Set(doc.subjects.map((s) => s.teacher.personalId))];
  const signatures = signaturesOf(doc, [
    ...ids.map((personalId) => ({ role: 'subjectTeacher' as const, signingTime: time, personalId })),
    { role: 'homeroomTeacher', signingTime: time, personalId: doc.homeroomTeacher.personalId },
    { role: 'principal', signingTime: time, personalId: doc.principal.personalId },
    { role: 'schoolSeal', signingTime: time },
  ]);
  expect(signatures.filter((s) => s.name === 'Lý Thu Hà')).toHaveLength(2);
  expect(signatures.at(-1)).toEqual({ role: 'schoolSeal', name: doc.seal.organisationName, time });
  const input = sampleInput(doc);
  if (input.issued === null) throw new Error('not issued');
  await expect(renderYear({ ...input, issued: { ...input.issued, signatures } })).resolves.toBeInstanceOf(
    Uint8Array,
  );
});

test.each([
  ['subjectTeacher', '999999999999'],
  ['homeroomTeacher', '001075000010'],
  ['principal', undefined],
] as const)('a %s who is not the person of the record is refused', (role, personalId) => {
  expect(() => signaturesOf(sampleRecord(), [{ role, signingTime: time, personalId }])).toThrowError(
    expect.objectContaining({ code: 'input-invalid' }),
  );
});
