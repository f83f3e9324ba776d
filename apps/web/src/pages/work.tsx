import { type Answer, get } from '../api/client.ts';
import type { Me } from '../parts/frame.tsx';
import { Show, useLoaded } from '../parts/load.tsx';
import { OnDemand } from '../parts/on-demand.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { words } from '../words/index.ts';
import { LogAlarm } from './trust/log-alarm.tsx';

type Task = Answer<'GET', '/api/work'>['groups'][number]['tasks'][number];
type Status = Task['status'];

/** What is finished is plain, so that the eye goes to what is left. */
const tagOf: Record<Status, string> = {
  notStarted: 'tag todo',
  inProgress: 'tag todo',
  waiting: 'tag wait',
  problem: 'tag wrong',
  done: 'tag',
  signed: 'tag',
};
const OPEN: readonly Status[] = ['problem', 'inProgress', 'notStarted'];

/** What to do next: something wrong before something begun, something begun before something new. */
function nextOf(tasks: readonly Task[]): Task | undefined {
  return OPEN.flatMap((status) => tasks.filter((task) => task.status === status))[0];
}

export function WorkPage({ me }: { me: Me }) {
  const { loaded, again } = useLoaded('work', () => get('/api/work', {}));
  return (
    <>
      <PageTitle text={words.work.title} />
      <LogAlarm me={me} />
      <Show of={loaded} again={again}>
        {(work) => (
          <>
            <p class="soft">{work.deadline}</p>
            <Next task={nextOf(work.groups.flatMap((group) => group.tasks))} />
            <OnDemand
              name="approvals"
              load={async () => {
                const { Approvals } = await import('./approvals.tsx');
                return () => <Approvals alone={work.groups.length === 0} />;
              }}
            />
            {work.groups.map((group) => (
              <section key={group.title}>
                <h2>{group.title}</h2>
                <ul class="card task-list">
                  {group.tasks.map((task) => (
                    <li key={task.link + task.title} class="whole">
                      <span>
                        <a href={task.link}>{task.title}</a>
                        <br />
                        <span class="soft">{task.detail}</span>
                      </span>
                      <span class={tagOf[task.status]}>{task.statusText}</span>
                    </li>
                  ))}
                </ul>
              </section>
            ))}
            <p>
              {work.groups.length === 0 && me.roles.includes('admin') && (
                <>
                  <a href="/so">{words.registers.title}</a> ·{' '}
                </>
              )}
              <a href="/ban-giao">{words.handOver.title}</a> ·{' '}
              <a href="/ngan-hang-nhan-xet">{words.bank.title}</a>
            </p>
          </>
        )}
      </Show>
    </>
  );
}

function Next({ task }: { task: Task | undefined }) {
  if (!task) return null;
  return (
    <div class="actions">
      <a class="button primary" href={task.link}>
        {words.work.next(task.title)}
      </a>
    </div>
  );
}
