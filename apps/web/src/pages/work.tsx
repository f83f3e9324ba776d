import { type Answer, get } from '../api/client.ts';
import { Show, useLoaded } from '../parts/load.tsx';
import { words } from '../words/index.ts';

type Status = Answer<'GET', '/api/work'>['groups'][number]['tasks'][number]['status'];

/** What is finished is plain, so that the eye goes to what is left. */
const tagOf: Record<Status, string> = {
  notStarted: 'tag todo',
  inProgress: 'tag todo',
  waiting: 'tag wait',
  problem: 'tag wrong',
  done: 'tag',
  signed: 'tag',
};

export function WorkPage() {
  const { loaded, again } = useLoaded('work', () => get('/api/work', {}));
  return (
    <>
      <h1>{words.work.title}</h1>
      <Show of={loaded} again={again}>
        {(work) => (
          <>
            <p class="soft">{work.deadline}</p>
            {work.groups.length === 0 && <p>{words.work.empty}</p>}
            {work.groups.map((group) => (
              <section key={group.title}>
                <h2>{group.title}</h2>
                <ul class="card task-list">
                  {group.tasks.map((task) => (
                    <li key={task.link + task.title}>
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
          </>
        )}
      </Show>
    </>
  );
}
