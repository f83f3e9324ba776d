import { useRef, useState } from 'preact/hooks';
import { type Answer, get, post } from '../../api/client.ts';
import { Refused, Show, useAct, useLoaded } from '../../parts/load.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { go } from '../../parts/router.ts';
import { clock } from '../../words/clock.ts';
import { words } from '../../words/index.ts';
import { KeyPassword } from './order.tsx';

type Tasks = Answer<'GET', '/api/signing'>;
type Task = Tasks['tasks'][number];

/** What waits for this person's signature; one confirmation signs all chosen classes of one role. */
export function SigningPage() {
  const { loaded, again } = useLoaded('signing', () => get('/api/signing', {}));
  return (
    <>
      <PageTitle text={words.signing.title} />
      <Show of={loaded} again={again}>
        {(signing) => (
          <>
            {signing.tasks.length > 0 && <Certificate of={signing.certificate} />}
            {!signing.tasks.some(isOpen) && <p>{words.signing.empty}</p>}
            {/* A key is registered before the first record comes. */}
            {signing.tasks.length === 0 && (
              <p>
                <a href="/ky/cach-ky">{words.signing.changeWay}</a>
              </p>
            )}
            {rolesOf(signing.tasks).map((role, n) => (
              <RoleTasks
                key={role}
                role={role}
                tasks={signing.tasks.filter((task) => task.role === role)}
                first={n === 0}
                withPassword={signing.passwordFor.includes(role)}
                twice={role === 'schoolSeal' && signing.sealConfirmations === 2}
              />
            ))}
          </>
        )}
      </Show>
    </>
  );
}

const isOpen = (task: Task): boolean => task.ready > 0 || task.prints > 0;

const nameOf = ({ className, subjects }: Task): string =>
  [words.signing.klass(className), ...(subjects.length > 0 ? [subjects.join(', ')] : [])].join(' · ');

/** Roles with something to sign come first, so that the one primary button stands on top. */
function rolesOf(tasks: readonly Task[]): Task['role'][] {
  const ready = (role: Task['role']): number =>
    tasks.reduce((sum, task) => sum + (task.role === role ? Number(isOpen(task)) : 0), 0);
  const roles = [...new Set(tasks.map((task) => task.role))];
  return [...roles.filter((role) => ready(role) > 0), ...roles.filter((role) => ready(role) === 0)];
}

function Certificate({ of }: { of: Tasks['certificate'] }) {
  if (!of) {
    return (
      <div class="notice wait">
        {words.signing.noCertificate} <a href="/ky/cach-ky">{words.signing.changeWay}</a>
      </div>
    );
  }
  return (
    <p class="soft">
      {words.signing.certificate}: {of.subject}, {words.signing.issuer} {of.issuer},{' '}
      {words.signing.validUntil(clock(of.notAfter).slice(6))}. {words.signing.way(of.kindText)}{' '}
      <a href="/ky/cach-ky">{words.signing.changeWay}</a>
    </p>
  );
}

function RoleTasks({
  role,
  tasks,
  first,
  withPassword,
  twice,
}: {
  role: Task['role'];
  tasks: readonly Task[];
  first: boolean;
  withPassword: boolean;
  /** Records, and after them their prints, are confirmed each by themselves where the key is. */
  twice: boolean;
}) {
  const [password, setPassword] = useState('');
  const open = tasks.filter(isOpen);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(open.map((task) => task.classId)));
  const dialog = useRef<HTMLDialogElement>(null);
  const { busy, error, run } = useAct();
  const picked = open.filter((task) => chosen.has(task.classId));
  const ready = picked.reduce((sum, task) => sum + task.ready, 0);
  const tables = picked.reduce((sum, task) => sum + task.readyOnTables, 0);
  const prints = picked.reduce((sum, task) => sum + task.prints, 0);
  const what = words.signing.what(ready - tables, tables);
  const classes = picked.map((task) => task.className).join(', ');
  const label =
    role === 'schoolSeal'
      ? ready === 0
        ? words.signing.buttonPrints(picked.length, prints)
        : words.signing.buttonSeal(picked.length, what)
      : words.signing.button(picked.length, what);
  const toggle = (classId: string): void => {
    const next = new Set(chosen);
    if (!next.delete(classId)) next.add(classId);
    setChosen(next);
  };
  const sign = (): void =>
    run(async () => {
      const { batchId } = await post('/api/signing-batches', {
        body: {
          role,
          classIds: picked.map((task) => task.classId),
          ...(withPassword ? { keyPassword: password } : {}),
        },
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
              {isOpen(task) ? (
                <label class="pick">
                  <input
                    type="checkbox"
                    checked={chosen.has(task.classId)}
                    onChange={() => toggle(task.classId)}
                  />{' '}
                  {nameOf(task)}
                </label>
              ) : (
                <span class="pick">{nameOf(task)}</span>
              )}
              <span class="soft">
                {[
                  task.ready > 0
                    ? words.signing.ready(
                        words.signing.what(task.ready - task.readyOnTables, task.readyOnTables),
                      )
                    : '',
                  task.prints > 0 ? words.signing.prints(task.prints) : '',
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
            <a class="aside" href={`/lop/${task.classId}/hoc-ba`}>
              {task.ready > 0 ? words.signing.review : words.signing.look}
            </a>
          </li>
        ))}
      </ul>
      {open.length > 0 && (
        <div class="actions">
          <button
            type="button"
            class={first ? 'primary' : ''}
            disabled={ready + prints === 0 || busy}
            onClick={() => dialog.current?.showModal()}
          >
            {label}
          </button>
        </div>
      )}
      <dialog ref={dialog}>
        <h2>{words.signing.confirmTitle}</h2>
        <p>
          {role === 'schoolSeal'
            ? ready === 0
              ? words.signing.confirmPrints(classes, prints)
              : words.signing.confirmSeal(classes, what)
            : words.signing.confirmText(tasks[0]?.roleText ?? '', classes, what)}
        </p>
        {error && <Refused error={error} />}
        {withPassword && <KeyPassword value={password} change={setPassword} />}
        {twice && ready > tables && <p class="notice wait">{words.signing.confirmTwice}</p>}
        <div class="actions">
          <button type="button" class="primary" disabled={busy} onClick={sign}>
            {role === 'schoolSeal' && ready > 0 ? words.signing.confirmSealButton : words.signing.confirm}
          </button>
          <button type="button" onClick={() => dialog.current?.close()}>
            {words.signing.cancel}
          </button>
        </div>
      </dialog>
    </section>
  );
}
