import { type FileVerdict, pdfSignatureSentence } from '@hocba/verify';
import { clock } from '../words/clock.ts';
import { otherFacts as en } from '../words/en/other-facts.ts';
import { language } from '../words/language.ts';
import { otherFacts as vi } from '../words/vi/other-facts.ts';
import { TableFacts } from './table-facts.tsx';
import { roleName, verdictWords, words } from './words.ts';

const ofOthers = language === 'vi' ? vi : en;

/** What was signed in a file that is no pupil's record of ours: a class's table, other software's record or PDF. */
export function OtherFacts({ of: found }: { of: FileVerdict }) {
  return (
    <>
      {found.classTable && <TableFacts table={found.classTable} signers={found.signers ?? []} />}
      {found.foreign && <ForeignFacts facts={found.foreign} />}
      {found.pdfSignatures && (
        <ol>
          {found.pdfSignatures.map((one, n) => (
            <li key={n}>{pdfSignatureSentence(one, verdictWords)}</li>
          ))}
        </ol>
      )}
    </>
  );
}

const ROLE_OF_SLOT: Record<string, string> = {
  gvcn: 'homeroomTeacher',
  cbql: 'principal',
  'ky-phat-hanh': 'schoolSeal',
};

/** What a record of other software says where it was signed; nobody has read the rest of it. */
function ForeignFacts({ facts }: { facts: NonNullable<FileVerdict['foreign']> }) {
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
      {signers.length > 0 && <p>{ofOthers.claimedTimes}</p>}
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
