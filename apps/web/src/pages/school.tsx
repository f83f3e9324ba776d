import { type Answer, get } from '../api/client.ts';
import { Show, useLoaded } from '../parts/load.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { words } from '../words/index.ts';

type Row = Answer<'GET', '/api/school/overview'>['classes'][number];
type Task = Answer<'GET', '/api/signing'>['tasks'][number];

/** Toàn trường: class × step. A finished step is plain; only what is left has a colour, and always a number. */
export function SchoolPage() {
  const { loaded, again } = useLoaded('school', async () => {
    const [overview, signing] = await Promise.all([get('/api/school/overview', {}), get('/api/signing', {})]);
    return { classes: overview.classes, tasks: signing.tasks.filter((task) => task.ready > 0) };
  });
  return (
    <>
      <PageTitle text={words.school.title} />
      <Show of={loaded} again={again}>
        {({ classes, tasks }) => (
          <>
            <p class="soft">
              {words.school.summary(
                classes.length,
                classes.reduce((sum, row) => sum + row.pupils, 0),
              )}
            </p>
            <ToSign tasks={tasks} />
            <Matrix classes={classes} />
            <Attention classes={classes} />
          </>
        )}
      </Show>
    </>
  );
}

function ToSign({ tasks }: { tasks: readonly Task[] }) {
  const records = tasks.reduce((sum, task) => sum + task.ready, 0);
  if (records === 0) return <p class="soft">{words.school.noneToSign}</p>;
  const text = tasks.some((task) => task.role === 'schoolSeal') ? words.school.seal : words.school.sign;
  return (
    <div class="actions">
      <a class="button primary" href="/ky">
        {text(tasks.length, records)}
      </a>
    </div>
  );
}

function Matrix({ classes }: { classes: readonly Row[] }) {
  const { school } = words;
  return (
    <table class="plain matrix stacked">
      <thead>
        <tr>
          <th>{school.klass}</th>
          <th>{school.teacher}</th>
          {[
            school.entered,
            school.frozen,
            school.subjects,
            school.homeroom,
            school.principal,
            school.issued,
            words.closing.all.column,
          ].map((title) => (
            <th key={title} class="number">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {classes.map((row) => (
          <tr key={row.classId}>
            <th scope="row">
              <a href={`/lop/${row.classId}/${row.frozen > 0 ? 'hoc-ba' : 'bang'}`}>{row.name}</a>
            </th>
            <td>{row.homeroomTeacher}</td>
            <td class={row.cellsDone < row.cellsTotal ? 'number left' : 'number'} data-label={school.entered}>
              {percent(row)}
            </td>
            <Step title={school.frozen} done={row.frozen} of={row.pupils} before={row.cellsDone > 0} />
            <Step title={school.subjects} done={row.subjectsSigned} of={row.frozen} before />
            <Step title={school.homeroom} done={row.homeroomSigned} of={row.subjectsSigned} before />
            <Step title={school.principal} done={row.principalSigned} of={row.homeroomSigned} before />
            <Step title={school.issued} done={row.issued} of={row.principalSigned} before />
            <Closing row={row} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function percent(row: Row): string {
  return row.cellsTotal === 0 ? '–' : `${Math.floor((100 * row.cellsDone) / row.cellsTotal)}%`;
}

/** How many are through this step, of those who have come to it; nothing while nobody has. */
function Step(props: { title: string; done: number; of: number; before: boolean }) {
  const { title, done, of, before } = props;
  if (of === 0 || !before) return <td class="number none">–</td>;
  return (
    <td class={done < of ? 'number left' : 'number'} data-label={title}>
      {done}/{of}
    </td>
  );
}

/** Whose turn it is with the list that closes the class's year. */
function Closing({ row: { classId, closing } }: { row: Row }) {
  const { all } = words.closing;
  if (closing === 'notYet') return <td class="number none">–</td>;
  return (
    <td class={closing === 'closed' ? 'number' : 'number left'} data-label={all.column}>
      <a href={closing === 'toSeal' ? '/khep-nam' : `/lop/${classId}/khep-nam`}>{all.turns[closing]}</a>
    </td>
  );
}

function Attention({ classes }: { classes: readonly Row[] }) {
  const { school } = words;
  const lines = classes.flatMap((row) => {
    const at = (page: string): string => `/lop/${row.classId}/${page}`;
    const told = row.attention.map((text) => ({
      row,
      text,
      href: at(row.frozen > 0 ? 'hoc-ba' : 'ket-qua'),
    }));
    return row.undecided === 0
      ? told
      : [{ row, text: school.undecided(row.undecided), href: at('ket-qua') }, ...told];
  });
  if (lines.length === 0) return null;
  return (
    <>
      <h2>{school.attention}</h2>
      <ul class="card task-list">
        {lines.map(({ row, text, href }) => (
          <li key={row.classId + text} class="whole">
            <a href={href}>
              {row.name}: {text}
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}
