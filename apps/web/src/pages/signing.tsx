import { useRef, useState } from 'preact/hooks';
import { type Answer, get, post } from '../api/client.ts';
import { Refused, Show, useAct, useLoaded } from '../parts/load.tsx';
import { go } from '../parts/router.ts';
import { clock, words } from '../words/index.ts';

type Tasks = Answer<'GET', '/api/signing'>;
type Task = Tasks['tasks'][number];

/** What waits for this person's signature; one confirmation signs all chosen classes of one role. */
export function SigningPage() {
  const { loaded, again } = useLoaded('signing', () => get('/api/signing', {}));
  return (
    <>
      <h1>{words.signing.title}</h1>
      <Show of={loaded} again={again}>
        {(signing) => (
          <>
            <Certificate of={signing.certificate} />
            {signing.tasks.length === 0 && <p>{words.signing.empty}</p>}
            {[...new Set(signing.tasks.map((task) => task.role))].map((role) => (
              <RoleTasks key={role} role={role} tasks={signing.tasks.filter((task) => task.role === role)} />
            ))}
          </>
        )}
      </Show>
    </>
  );
}

function Certificate({ of }: { of: Tasks['certificate'] }) {
  if (!of) return <div class="notice wait">{words.signing.noCertificate}</div>;
  return (
    <p class="soft">
      {words.signing.certificate}: {of.subject}, {words.signing.issuer} {of.issuer},{' '}
      {words.signing.validUntil(clock(of.notAfter).slice(6))}
    </p>
  );
}

function RoleTasks({ role, tasks }: { role: Task['role']; tasks: readonly Task[] }) {
  const open = tasks.filter((task) => task.ready > 0);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(open.map((task) => task.classId)));
  const dialog = useRef<HTMLDialogElement>(null);
  const { busy, error, run } = useAct();
  const picked = open.filter((task) => chosen.has(task.classId));
  const records = picked.reduce((sum, task) => sum + task.ready, 0);
  const label =
    role === 'schoolSeal'
      ? words.signing.buttonSeal(picked.length, records)
      : words.signing.button(picked.length, records);
  const toggle = (classId: string): void => {
    const next = new Set(chosen);
    if (!next.delete(classId)) next.add(classId);
    setChosen(next);
  };
  const sign = (): void =>
    run(async () => {
      const { batchId } = await post('/api/signing-batches', {
        body: { role, classIds: picked.map((task) => task.classId) },
      });
      dialog.current?.close();
      go(`/ky/${batchId}`);
    });
  return (
    <section>
      <h2>{tasks[0]?.roleText}</h2>
      {error && <Refused error={error} />}
      <ul class="card task-list">
        {tasks.map((task) => (
          <li key={task.classId}>
            <span>
              <label class="pick">
                <input
                  type="checkbox"
                  disabled={task.ready === 0}
                  checked={task.ready > 0 && chosen.has(task.classId)}
                  onChange={() => toggle(task.classId)}
                />{' '}
                {task.className}
              </label>
              <span class="soft">
                {[
                  words.signing.ready(task.ready),
                  task.waiting > 0 ? words.signing.waiting(task.waiting) : '',
                  task.signed > 0 ? words.signing.signed(task.signed) : '',
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
              {task.excluded.length > 0 && (
                <details>
                  <summary>
                    {words.signing.excluded} ({task.excluded.length})
                  </summary>
                  <ul>
                    {task.excluded.map((pupil) => (
                      <li key={pupil.pupilCode}>
                        {pupil.fullName}: {pupil.reason}
                      </li>
                    ))}
                  </ul>
                </details>
              )}
            </span>
            <a class="tag" href={`/lop/${task.classId}/hoc-ba`}>
              {words.signing.review}
            </a>
          </li>
        ))}
      </ul>
      <div class="actions">
        <button
          type="button"
          class="primary"
          disabled={records === 0 || busy}
          onClick={() => dialog.current?.showModal()}
        >
          {label}
        </button>
      </div>
      <dialog ref={dialog}>
        <h2>{words.signing.confirmTitle}</h2>
        <p>
          {words.signing.confirmText(
            tasks[0]?.roleText ?? '',
            picked.map((task) => task.className).join(', '),
            records,
          )}
        </p>
        {error && <Refused error={error} />}
        <div class="actions">
          <button type="button" class="primary" disabled={busy} onClick={sign}>
            {words.signing.confirm}
          </button>
          <button type="button" onClick={() => dialog.current?.close()}>
            {words.signing.cancel}
          </button>
        </div>
      </dialog>
    </section>
  );
}
