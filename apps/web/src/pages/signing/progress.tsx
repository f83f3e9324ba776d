import { useState } from 'preact/hooks';
import { get, post } from '../../api/client.ts';
import { Refused, useAct } from '../../parts/load.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { usePolled } from '../../parts/polled.ts';
import { words } from '../../words/index.ts';
import { KeyPassword, OrderOut } from './order.tsx';

const POLL_MS = 700;

/** A batch while it is signed. It goes on at the server; leaving the page stops nothing. */
export function SigningProgressPage({ batchId }: { batchId: string }) {
  const [round, setRound] = useState(0);
  const [password, setPassword] = useState('');
  const { busy, error, run } = useAct();
  const { now: progress, trouble } = usePolled(
    `${batchId}/${round}`,
    () => get('/api/signing-batches/:batchId', { params: { batchId } }),
    { every: POLL_MS, over: ({ finished }) => finished },
  );
  const resume = (): void =>
    run(async () => {
      await post('/api/signing-batches/:batchId/resume', {
        params: { batchId },
        body: password === '' ? {} : { keyPassword: password },
      });
      setPassword('');
      setRound((n) => n + 1);
    });
  const stop = (): void =>
    run(async () => {
      await post('/api/signing-batches/:batchId/stop', { params: { batchId }, body: {} });
      setRound((n) => n + 1);
    });
  const mayResume =
    progress !== null &&
    (progress.stuck || progress.paused !== null || (progress.finished && progress.refused.length > 0));
  // What the service asks for on this page, or on the one that it opens, is what is wanted next.
  const asksHere = progress?.order?.at === 'secret' || progress?.order?.at === 'page';
  return (
    <>
      <PageTitle text={progress?.finished ? words.signing.finishedTitle : words.signing.progressTitle} />
      {trouble && <Refused error={trouble} />}
      {error && <Refused error={error} />}
      {progress && (
        <>
          <progress max={progress.total} value={progress.signed} aria-label={words.signing.progressTitle} />
          <p role="status">
            <strong>{words.signing.done(progress.signed, progress.total)}</strong>
            {progress.role === 'schoolSeal' && `, ${words.signing.issuedCount(progress.issued)}`}
            {progress.prints.total > 0 &&
              `, ${words.signing.printsDone(progress.prints.signed, progress.prints.total)}`}
            . {!progress.finished && <span class="soft">{words.signing.leave}</span>}
          </p>
          {progress.stuck && <div class="notice wait">{words.signing.stuck}</div>}
          {progress.order && (
            <OrderOut of={progress.order} batchId={batchId} sent={() => setRound((n) => n + 1)} />
          )}
          {progress.perhapsTwice > 0 && (
            <div class="notice wait" role="status">
              {words.signing.perhapsTwice(progress.perhapsTwice)}
            </div>
          )}
          {progress.paused && (
            <div class="notice wait" role="status">
              <strong>{progress.paused.text}</strong>
              {progress.paused.code === 'secret-needed' && (
                <KeyPassword value={password} change={setPassword} />
              )}
              {progress.paused.code === 'unlinked' && (
                <p>
                  <a href="/ky/cach-ky">{words.ways.title}</a>
                </p>
              )}
            </div>
          )}
          {progress.refused.length > 0 && (
            <div class="notice wrong">
              <strong>{words.signing.refused}</strong>
              <ul>
                {progress.refused.map((one) => (
                  <li key={one.pupilCode}>
                    {one.pupilCode}: {one.reason}
                  </li>
                ))}
              </ul>
            </div>
          )}
          <div class="actions">
            {mayResume && (
              <button type="button" disabled={busy} onClick={resume}>
                {words.signing.resume}
              </button>
            )}
            {(progress.paused || progress.order) && (
              <button type="button" disabled={busy} onClick={stop}>
                {words.signing.stop}
              </button>
            )}
            <a class={asksHere ? 'button' : 'button primary'} href="/ky">
              {words.signing.toTasks}
            </a>
            {progress.finished && progress.issued > 0 && (
              <a class="button" href="/phat-hanh">
                {words.signing.toIssued}
              </a>
            )}
          </div>
        </>
      )}
    </>
  );
}
