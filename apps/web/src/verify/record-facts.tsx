import { RESULT_NAMES } from '@hocba/record';
import type { FileVerdict } from '@hocba/verify';
import { clock } from '../words/clock.ts';

type RecordFile = NonNullable<FileVerdict['record']>;

export const ROLE: Record<string, string> = {
  subjectTeacher: 'Giáo viên môn học',
  homeroomTeacher: 'Giáo viên chủ nhiệm',
  principal: 'Hiệu trưởng',
  schoolSeal: 'Con dấu của trường',
};

/** What was signed, read from the file's own data and not from its pages, so that a print can be compared with it. */
export function RecordFacts({
  record,
  signers,
}: {
  record: RecordFile;
  signers: NonNullable<FileVerdict['signers']>;
}) {
  return (
    <>
      <p>
        <strong>{record.pupil.fullName}</strong> · lớp {record.className} · năm học {record.schoolYear} ·{' '}
        {record.school.name}
      </p>
      <p>
        Kết quả giáo dục: <strong>{RESULT_NAMES[record.result]}</strong>. {record.completionText}
      </p>
      <details>
        <summary>Mức, điểm và người ký trong dữ liệu đã ký</summary>
        <div class="scroll-x">
          <table class="plain">
            <thead>
              <tr>
                <th>Môn học</th>
                <th>Mức</th>
                <th class="number">Điểm</th>
              </tr>
            </thead>
            <tbody>
              {record.subjects.map((subject) => (
                <tr key={subject.subject}>
                  <th scope="row">{subject.name}</th>
                  <td>{subject.level}</td>
                  <td class="number">{subject.mark ?? ''}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <ul>
          {signers.map((signer) => (
            <li key={signer.role + signer.name}>
              {ROLE[signer.role] ?? signer.role}: {signer.name}, {clock(signer.time)}
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}

const SLOT: Record<string, string> = {
  gvcn: 'Giáo viên chủ nhiệm',
  cbql: 'Hiệu trưởng',
  'ky-phat-hanh': 'Con dấu của trường',
};

/** What a record of other software says where it was signed; nobody has read the rest of it. */
export function ForeignFactsOf({ facts }: { facts: NonNullable<FileVerdict['foreign']> }) {
  const { fullName, className, schoolYear, schoolName, result, signers } = facts;
  const where = [className && `lớp ${className}`, schoolYear && `năm học ${schoolYear}`, schoolName];
  return (
    <>
      <p>
        <strong>{fullName}</strong>
        {where.filter(Boolean).map((one) => ` · ${one}`)}
      </p>
      {result && (
        <p>
          Kết quả giáo dục: <strong>{result}</strong>.
        </p>
      )}
      <ul>
        {signers.map(({ slot, time }) => (
          <li key={slot}>
            {SLOT[slot] ?? 'Giáo viên môn học'}
            {time !== null && `: ${clock(time)}`}
          </li>
        ))}
      </ul>
    </>
  );
}
