import { RESULT_NAMES, subjectNameIn, subjectsOf, traitsOf } from '@hocba/record';
import { type ClaimFinding, claimSentence, nextStep, trustSentence } from '@hocba/verify';
import { dayText } from '../words/day.ts';
import { claim as en } from '../words/en/claim.ts';
import { language } from '../words/language.ts';
import { claim as vi } from '../words/vi/claim.ts';
import { verdictWords, words } from './words.ts';

const ofClaim = language === 'vi' ? vi : en;

const FALSE = { verdict: 'not-genuine', fragments: [] } as const;

export { verifyClaim } from '@hocba/verify';

/** What a QR's claim is worth, and what it says, line by line as the print has it. */
export function Finding({ of: found }: { of: ClaimFinding }) {
  const list = trustSentence(found, verdictWords);
  // By a list past its day nothing is green.
  const best = found.trustEnded === undefined ? 'good' : 'wait';
  const look = { valid: best, training: 'wait', 'not-checked': 'wait', invalid: 'wrong' }[found.state];
  if (!('content' in found))
    return (
      <div class={`card verdict ${look}`}>
        <h2>{claimSentence(found, verdictWords)}</h2>
        {list !== null && <p class="soft">{list}</p>}
        {found.state === 'invalid' && <p class="next">{nextStep(FALSE, verdictWords)}</p>}
      </div>
    );
  const { content } = found;
  const rows = [
    ...subjectsOf(content.grade).map(({ code, name }) => ({
      code,
      name: subjectNameIn(code, content.grade, content.schoolYear) ?? name,
      ...content.subjects[code],
    })),
    ...traitsOf(content.grade).map(({ code, name }) => ({
      code,
      name,
      level: content.traits[code],
      mark: undefined,
    })),
  ].filter(({ level }) => level !== undefined);
  return (
    <div class={`card verdict ${look}`}>
      <h2>{claimSentence(found, verdictWords)}</h2>
      {list !== null && <p class="soft">{list}</p>}
      <p>
        {ofClaim.byEye} <strong>{content.fullName}</strong>,{' '}
        {[
          ofClaim.born(dayText(content.birthDate)),
          ofClaim.grade(content.grade),
          words.facts.schoolYear(content.schoolYear),
        ].join(', ')}
        .
      </p>
      <p>
        {words.facts.result} <strong>{RESULT_NAMES[content.result]}</strong>.
      </p>
      <div class="scroll-x">
        <table class="plain">
          <thead>
            <tr>
              <th>{ofClaim.item}</th>
              <th>{words.facts.level}</th>
              <th class="number">{words.facts.mark}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.code}>
                <th scope="row">{row.name}</th>
                <td>{row.level}</td>
                <td class="number">{row.mark ?? ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
