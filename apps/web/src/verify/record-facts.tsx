import { RESULT_NAMES } from '@hocba/record';
import type { FileVerdict } from '@hocba/verify';
import { clock } from '../words/clock.ts';
import { words } from './words.ts';

type RecordFile = NonNullable<FileVerdict['record']>;

/** Who signed, by the role as the file has it. */
export function roleName(role: string): string {
  return (words.facts.roles as Record<string, string>)[role] ?? role;
}

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
        <strong>{record.pupil.fullName}</strong> · {words.facts.className(record.className)} ·{' '}
        {words.facts.schoolYear(record.schoolYear)} · {record.school.name}
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

const ROLE_OF_SLOT: Record<string, string> = {
  gvcn: 'homeroomTeacher',
  cbql: 'principal',
  'ky-phat-hanh': 'schoolSeal',
};

/** What a record of other software says where it was signed; nobody has read the rest of it. */
export function ForeignFactsOf({ facts }: { facts: NonNullable<FileVerdict['foreign']> }) {
  const { fullName, className, schoolYear, schoolName, result, signers } = facts;
  const where = [
    className && words.facts.className(className),
    schoolYear && words.facts.schoolYear(schoolYear),
    schoolName,
  ];
  return (
    <>
      <p>
        <strong>{fullName}</strong>
        {where.filter(Boolean).map((one) => ` · ${one}`)}
      </p>
      {result && (
        <p>
          {words.facts.result} <strong>{result}</strong>.
        </p>
      )}
      {signers.length > 0 && <p>{words.facts.claimedTimes}</p>}
      <ul>
        {signers.map(({ slot, time }) => (
          <li key={slot}>
            {roleName(ROLE_OF_SLOT[slot] ?? 'subjectTeacher')}
            {time !== null && `: ${clock(time)}`}
          </li>
        ))}
      </ul>
    </>
  );
}
