import { RESULT_NAMES } from '@hocba/record';
import type { FileVerdict } from '@hocba/verify';
import { clock } from '../words/clock.ts';
import { otherFacts as en } from '../words/en/other-facts.ts';
import { language } from '../words/language.ts';
import { otherFacts as vi } from '../words/vi/other-facts.ts';
import { roleName, words } from './words.ts';

const ofOthers = language === 'vi' ? vi : en;

type Table = NonNullable<FileVerdict['classTable']>;

/** What a class's table says in its signed data: the subjects' columns with who signed each. */
export function TableFacts({
  table,
  signers,
}: {
  table: Table;
  signers: NonNullable<FileVerdict['signers']>;
}) {
  const time = (name: string, n: number): string => {
    const signer = signers[n];
    return signer?.name === name ? clock(signer.time) : '';
  };
  return (
    <>
      <p>
        <strong>{ofOthers.classTable(table.className)}</strong> · {ofOthers.pupils(table.rows.length)} ·{' '}
        {words.facts.schoolYear(table.schoolYear)} · {table.school.name}
      </p>
      <details>
        <summary>{words.facts.details}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by keyboard */}
        <section class="scroll-x" aria-label={ofOthers.classTableRegion} tabIndex={0}>
          <table class="plain">
            <thead>
              <tr>
                <th scope="col">{ofOthers.pupil}</th>
                {table.subjects.map(({ subject, name }) => (
                  <th key={subject} scope="col">
                    {name}
                  </th>
                ))}
                <th scope="col">{ofOthers.outcome}</th>
              </tr>
            </thead>
            <tbody>
              {table.rows.map((row) => (
                <tr key={row.pupilCode}>
                  <th scope="row">{row.fullName}</th>
                  {table.subjects.map(({ subject }) => (
                    <td key={subject}>
                      {[row.levels[subject], row.marks[subject]].filter((v) => v !== undefined).join(' ')}
                    </td>
                  ))}
                  <td>{row.result === undefined ? '' : RESULT_NAMES[row.result]}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
        <ul>
          {table.subjects.map(({ subject, name, teacher }, n) => (
            <li key={subject}>
              {name}: {teacher.fullName}, {time(teacher.fullName, n)}
            </li>
          ))}
          {signers.slice(table.subjects.length).map((signer) => (
            <li key={signer.role + signer.name}>
              {roleName(signer.role)}: {signer.name}, {clock(signer.time)}
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}
