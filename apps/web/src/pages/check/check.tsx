import { useState } from 'preact/hooks';
import { type Answer, get, post } from '../../api/client.ts';
import { Refused, Show, useAct, useLoaded } from '../../parts/load.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { words } from '../../words/index.ts';
import { type Gathered, gather, isOfResult, ProblemList } from './problems.tsx';

type Frozen = Answer<'POST', '/api/classes/:classId/freeze'>;

/** Everything between the class and its first signature, then the freeze. */
export function CheckPage({ classId }: { classId: string }) {
  const { loaded, again } = useLoaded(classId, () =>
    get('/api/classes/:classId/check', { params: { classId } }),
  );
  const { busy, error, run } = useAct();
  const [frozen, setFrozen] = useState<Frozen | null>(null);
  const freeze = (): void =>
    run(async () => {
      setFrozen(await post('/api/classes/:classId/freeze', { params: { classId }, body: {} }));
      again();
    });
  return (
    <Show of={loaded} again={again}>
      {(check) => {
        const problems = gather(check);
        const open = check.ready + check.blocked;
        const mayFreeze = check.mayFreeze && check.ready > 0;
        const toRecords = (
          <a class={open === 0 ? 'button primary' : 'button'} href={`/lop/${classId}/hoc-ba`}>
            {words.check.toRecords}
          </a>
        );
        return (
          <>
            <PageTitle text={words.check.title(check.className)} />
            <p>{check.whole || open === 0 ? <Counts check={check} /> : words.check.own(problems.length)}</p>
            {error && <Refused error={error} />}
            {frozen && <FrozenNotice frozen={frozen} />}
            {mayFreeze && <p class="soft">{words.check.freezeNote}</p>}
            <div class="actions">
              {check.ready === 0 && problems.length > 0 && <NextStep classId={classId} problems={problems} />}
              {mayFreeze && (
                <button type="button" class="primary" disabled={busy} onClick={freeze}>
                  {words.check.freeze(check.ready)}
                </button>
              )}
              {toRecords}
            </div>
            {problems.length > 0 ? (
              <ProblemList classId={classId} problems={problems} />
            ) : (
              check.whole && open > 0 && <p class="soft">{words.check.noProblems}</p>
            )}
          </>
        );
      }}
    </Show>
  );
}

function Counts({ check }: { check: Answer<'GET', '/api/classes/:classId/check'> }) {
  const { ready, blocked } = check;
  if (ready + blocked === 0) return <>{words.check.allFrozen}</>;
  return (
    <>
      {words.check.ready(ready)}
      {blocked > 0 && (
        <>
          ; <strong>{words.check.blocked(blocked)}</strong>
        </>
      )}
      .
    </>
  );
}

/** Nobody can be frozen yet: the one button leads to where most of what is left is mended. */
function NextStep({ classId, problems }: { classId: string; problems: readonly Gathered[] }) {
  const toResults = problems[0] !== undefined && isOfResult(problems[0].problem);
  return (
    <a class="button primary" href={`/lop/${classId}/${toResults ? 'ket-qua' : 'bang'}`}>
      {toResults ? words.check.toResults : words.check.toSheet}
    </a>
  );
}

function FrozenNotice({ frozen }: { frozen: Frozen }) {
  return (
    <div class="notice" role="status">
      <strong>{words.check.frozen(frozen.frozen.length)}</strong> {words.check.thenSign}{' '}
      <a href="/ky">{words.signing.title}</a>
      {frozen.leftOut.length > 0 && (
        <>
          <p>{words.check.leftOut}</p>
          <ul>
            {frozen.leftOut.map((pupil) => (
              <li key={pupil.pupilId}>
                {pupil.fullName}: {pupil.reasons.join(' ')}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
