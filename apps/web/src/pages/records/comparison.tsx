import { useState } from 'preact/hooks';
import { type Answer, get, post } from '../../api/client.ts';
import type { Me } from '../../parts/frame.tsx';
import { Refused, Show, useAct, useLoaded } from '../../parts/load.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { clock } from '../../words/clock.ts';
import { words } from '../../words/index.ts';

type Outcome = Answer<'POST', '/api/classes/:classId/comparison'>;

/** Records of the class against everything else that speaks of the same year. Nothing is changed by looking. */
export function ComparisonPage({ classId, me }: { classId: string; me: Me }) {
  const { loaded, again } = useLoaded(classId, () => get('/api/classes/:classId', { params: { classId } }));
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [prints, setPrints] = useState(false);
  const { busy, error, run } = useAct();
  const compare = (): void =>
    run(async () => {
      setOutcome(null);
      setOutcome(await post('/api/classes/:classId/comparison', { params: { classId }, body: { prints } }));
    });
  return (
    <Show of={loaded} again={again}>
      {({ name }) => (
        <>
          <PageTitle text={words.comparison.title(name)} />
          <p>{words.comparison.note}</p>
          {error && <Refused error={error} />}
          <label class="pick">
            <input type="checkbox" checked={prints} onChange={(e) => setPrints(e.currentTarget.checked)} />{' '}
            {words.comparison.prints}
          </label>
          <div class="actions">
            <button type="button" class="primary" disabled={busy} onClick={compare}>
              {busy ? words.comparison.busy : words.comparison.start}
            </button>
          </div>
          <div aria-live="polite">{outcome && <Found of={outcome} />}</div>
          {me.roles.includes('principal') && <Nightly />}
        </>
      )}
    </Show>
  );
}

/** What the server found by itself, class by class; classes without a difference are counted and not listed. */
function Nightly() {
  const { loaded, again } = useLoaded('comparisons', () => get('/api/comparisons', {}));
  return (
    <Show of={loaded} again={again}>
      {({ classes }) => {
        const open = classes.filter((one) => one.records === null || one.differing > 0);
        return (
          <section aria-labelledby="nightly">
            <h2 id="nightly">{words.comparison.nightly}</h2>
            <p>{words.comparison.nightlyOutcome(classes.length, open.length)}</p>
            {open.length > 0 && (
              <ul class="card task-list">
                {open.map((one) => (
                  <li key={one.classId}>
                    <span>
                      <a href={`/lop/${one.classId}/doi-chieu`}>{words.comparison.title(one.className)}</a>{' '}
                      <span class="soft">{clock(one.comparedAt)}</span>
                      <br />
                      {one.records === null
                        ? words.comparison.failed
                        : words.comparison.outcome(one.records, one.differing)}
                    </span>
                  </li>
                ))}
              </ul>
            )}
          </section>
        );
      }}
    </Show>
  );
}

function Found({ of }: { of: Outcome }) {
  const { differing, records, comparedAt } = of;
  return (
    <>
      <p>
        <strong>{words.comparison.outcome(records, differing.length)}</strong>{' '}
        <span class="soft">{clock(comparedAt)}</span>
      </p>
      {differing.length > 0 && (
        <>
          <p>{words.comparison.whatNow}</p>
          <ul class="card task-list">
            {differing.map((one) => (
              <li key={one.recordId}>
                <span>
                  <strong>{one.fullName || one.pupilCode}</strong>{' '}
                  <span class="soft">
                    {one.pupilCode} · {one.statusText}
                  </span>
                  <ul>
                    {one.differences.map(({ field, message }) => (
                      <li key={field + message}>{message}</li>
                    ))}
                  </ul>
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
