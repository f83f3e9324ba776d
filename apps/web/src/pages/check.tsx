import { useState } from 'preact/hooks';
import { type Answer, get, post } from '../api/client.ts';
import { Refused, Show, useAct, useLoaded } from '../parts/load.tsx';
import { words } from '../words/index.ts';

type Frozen = Answer<'POST', '/api/classes/:classId/freeze'>;
type Problem = Answer<'GET', '/api/classes/:classId/check'>['classProblems'][number];

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
      {(check) => (
        <>
          <h1>{words.check.title(check.className)}</h1>
          <p>
            {words.check.ready(check.ready)}
            {check.blocked > 0 && (
              <>
                ; <strong>{words.check.blocked(check.blocked)}</strong>
              </>
            )}
            .
          </p>
          {error && <Refused error={error} />}
          {frozen && <FrozenNotice classId={classId} frozen={frozen} />}
          {check.ready > 0 && (
            <>
              <p class="soft">{words.check.freezeNote}</p>
              <div class="actions">
                <button type="button" class="primary" disabled={busy} onClick={freeze}>
                  {words.check.freeze(check.ready)}
                </button>
                <a class="button" href={`/lop/${classId}/hoc-ba`}>
                  {words.check.toRecords}
                </a>
              </div>
            </>
          )}
          {check.ready === 0 && !frozen && (
            <a class="button" href={`/lop/${classId}/hoc-ba`}>
              {words.check.toRecords}
            </a>
          )}
          <Problems problems={check.classProblems} />
          {check.pupils
            .filter((pupil) => pupil.problems.length > 0)
            .map((pupil) => (
              <section key={pupil.pupilId}>
                <h2>
                  {pupil.ordinal}. {pupil.fullName}
                </h2>
                <Problems problems={pupil.problems} />
              </section>
            ))}
        </>
      )}
    </Show>
  );
}

function Problems({ problems }: { problems: readonly Problem[] }) {
  const shown = problems.filter((problem) => problem.severity !== 'note');
  if (shown.length === 0) return null;
  return (
    <ul class="card task-list">
      {shown.map((problem) => (
        <li key={problem.code + (problem.item ?? problem.field ?? '') + problem.message}>
          <span>
            {problem.message}
            <br />
            <span class="soft">{problem.action}</span>
          </span>
          <span class={problem.severity === 'blocking' ? 'tag wrong' : 'tag wait'}>
            {problem.severity === 'blocking' ? words.check.blocking : words.check.warning}
          </span>
        </li>
      ))}
    </ul>
  );
}

function FrozenNotice({ classId, frozen }: { classId: string; frozen: Frozen }) {
  return (
    <div class="notice" role="status">
      <strong>{words.check.frozen(frozen.frozen.length)}</strong>{' '}
      <a href={`/lop/${classId}/hoc-ba`}>{words.check.toRecords}</a>
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
