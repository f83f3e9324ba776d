import { RESULT_NAMES } from '@hocba/record';
import type { FileVerdict } from '@hocba/verify';
import { clock } from '../words/clock.ts';
import { roleName, words } from './words.ts';

type RecordFile = NonNullable<FileVerdict['record']>;

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
        <strong>{record.pupil.fullName}</strong> ·{' '}
        {words.facts.born(record.pupil.birthDate.split('-').reverse().join('/'))} ·{' '}
        {words.facts.className(record.className)} · {words.facts.schoolYear(record.schoolYear)} ·{' '}
        {record.school.name}
      </p>
      <p>
        {words.facts.result} <strong>{RESULT_NAMES[record.result]}</strong>. {record.completionText}
      </p>
      <details>
        <summary>{words.facts.details}</summary>
        <div class="scroll-x">
          <table class="plain">
            <thead>
              <tr>
                <th>{words.facts.subject}</th>
                <th>{words.facts.level}</th>
                <th class="number">{words.facts.mark}</th>
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
              {roleName(signer.role)}: {signer.name}, {clock(signer.time)}
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}
