import { RESULT_NAMES } from '@hocba/record';
import { useState } from 'preact/hooks';
import { type Answer, get, post } from '../../api/client.ts';
import { ClassExports } from '../../parts/export-links.tsx';
import type { Me } from '../../parts/frame.tsx';
import { Refused, Show, useAct, useLoaded } from '../../parts/load.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { words } from '../../words/index.ts';
import { Awards } from './awards.tsx';
import { Differ } from './differ.tsx';
import { Electives } from './electives.tsx';
import { Why } from './why.tsx';

type Results = Answer<'GET', '/api/classes/:classId/results'>;
type Pupil = Results['pupils'][number];

/** The result that the rules give, cell by cell why not a higher one, and what persons have decided. */
export function ResultsPage({ classId, me }: { classId: string; me: Me }) {
  const { loaded, again } = useLoaded(classId, () =>
    get('/api/classes/:classId/results', { params: { classId } }),
  );
  return (
    <Show of={loaded} again={again}>
      {(results) => <ResultsTable classId={classId} results={results} me={me} again={again} />}
    </Show>
  );
}

function ResultsTable({
  classId,
  results,
  me,
  again,
}: {
  classId: string;
  results: Results;
  me: Me;
  again: () => void;
}) {
  const { busy, error, run } = useAct();
  const open = results.pupils.filter((p) => p.proposed !== null && p.stated !== p.proposed && !p.frozen);
  const confirm = (): void =>
    run(async () => {
      await post('/api/classes/:classId/results', {
        params: { classId },
        body: {
          results: open.flatMap((p) => (p.proposed ? [{ pupilId: p.pupilId, result: p.proposed }] : [])),
        },
      });
      again();
    });
  return (
    <>
      <PageTitle text={words.results.title(results.className)} />
      <p class="soft">{words.results.intro}</p>
      {me.roles.includes('principal') && <Electives again={again} />}
      {error && <Refused error={error} />}
      <div class="actions">
        {open.length > 0 && results.mayConfirm ? (
          <button type="button" class="primary" disabled={busy} onClick={confirm}>
            {words.results.confirm(open.length)}
          </button>
        ) : (
          <>
            <span class="soft">
              {open.length > 0 ? words.results.waiting(open.length) : words.results.allConfirmed}
            </span>
            <a class="button primary" href={`/lop/${classId}/kiem-tra`}>
              {words.results.toCheck}
            </a>
          </>
        )}
      </div>
      <div class="scroll-x">
        <table class="plain stacked">
          <thead>
            <tr>
              <th class="number">{words.sheet.ordinal}</th>
              <th>{words.sheet.name}</th>
              <th>{words.results.proposed}</th>
              <th>{words.results.why}</th>
              <th>{words.results.promotion}</th>
            </tr>
          </thead>
          <tbody>
            {results.pupils.map((pupil) => (
              <tr key={pupil.pupilId}>
                <td class="number ordinal">{pupil.ordinal}</td>
                <th scope="row">
                  <span class="stacked-only">{pupil.ordinal}. </span>
                  {pupil.fullName}
                </th>
                <td class="brief" data-label={words.results.proposed}>
                  <Result pupil={pupil} />
                </td>
                <td data-label={words.results.why}>
                  <Why pupil={pupil} />
                  {pupil.reason !== null && pupil.stated !== pupil.proposed && (
                    <p>{words.results.because(pupil.reason)}</p>
                  )}
                  {results.mayConfirm && <Differ classId={classId} pupil={pupil} again={again} />}
                </td>
                <td data-label={words.results.promotion}>
                  <Promotion
                    classId={classId}
                    pupil={pupil}
                    principal={me.roles.includes('principal')}
                    again={again}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {results.pupils.some((p) => p.proposed === 'CHT') && (
        <p>
          <a href={`/lop/${classId}/he`}>{words.summer.link}</a>
        </p>
      )}
      <Awards classId={classId} results={results} principal={me.roles.includes('principal')} again={again} />
      <ClassExports classId={classId} className={results.className} />
    </>
  );
}

/** What the rules give, and whether it has been confirmed; a confirmation that differs stands out. */
function Result({ pupil: { proposed, stated } }: { pupil: Pupil }) {
  if (proposed === null) return <span class="tag wait">{words.results.notYet}</span>;
  return (
    <>
      {RESULT_NAMES[proposed]}
      <br />
      {stated === proposed && <span class="soft">{words.results.confirmed}</span>}
      {stated !== null && stated !== proposed && (
        <span class="tag wrong">{words.results.differs(RESULT_NAMES[stated])}</span>
      )}
    </>
  );
}

function Promotion(props: { classId: string; pupil: Pupil; principal: boolean; again: () => void }) {
  const { pupil } = props;
  const [reason, setReason] = useState('');
  const { busy, error, run } = useAct();
  if (pupil.promotionDecided && pupil.promoted !== null)
    return <span>{words.results.decided(pupil.promoted)}</span>;
  if (pupil.proposed === null) return <span>–</span>;
  if (pupil.proposed !== 'CHT') return <span>{words.results.completedPromoted}</span>;
  if (!props.principal) return <span class="tag wait">{words.results.waitsForPrincipal}</span>;
  const decide = (promoted: boolean): void =>
    run(async () => {
      await post('/api/classes/:classId/promotions', {
        params: { classId: props.classId },
        body: { decisions: [{ pupilId: pupil.pupilId, completed: false, promoted, reason }] },
      });
      props.again();
    });
  return (
    <details>
      <summary>{words.results.decide}</summary>
      {error && <Refused error={error} />}
      <label for={`reason-${pupil.pupilId}`}>{words.results.decideReason}</label>
      <input
        id={`reason-${pupil.pupilId}`}
        type="text"
        maxLength={500}
        value={reason}
        onInput={(e) => setReason(e.currentTarget.value)}
      />
      <div class="actions">
        {pupil.grade < 5 && (
          <button type="button" disabled={busy || reason.trim() === ''} onClick={() => decide(true)}>
            {words.results.decidePromote}
          </button>
        )}
        <button type="button" disabled={busy || reason.trim() === ''} onClick={() => decide(false)}>
          {words.results.decideStay}
        </button>
      </div>
    </details>
  );
}
