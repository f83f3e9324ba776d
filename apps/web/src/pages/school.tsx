import { type Answer, get } from '../api/client.ts';
import { Show, useLoaded } from '../parts/load.tsx';
import { words } from '../words/index.ts';

type Row = Answer<'GET', '/api/school/overview'>['classes'][number];

/** Toàn trường: class × step. A finished step is plain; only what is left has a colour, and always a number. */
export function SchoolPage() {
  const { loaded, again } = useLoaded('school', () => get('/api/school/overview', {}));
  return (
    <>
      <h1>{words.school.title}</h1>
      <div class="actions">
        <a class="button primary" href="/ky">
          {words.school.sign}
        </a>
      </div>
      <Show of={loaded} again={again}>
        {({ classes }) => (
          <div class="scroll-x">
            <table class="plain matrix">
              <thead>
                <tr>
                  <th>{words.school.klass}</th>
                  <th>{words.school.teacher}</th>
                  <th class="number">{words.school.entered}</th>
                  <th class="number">{words.school.frozen}</th>
                  <th class="number">{words.school.subjects}</th>
                  <th class="number">{words.school.homeroom}</th>
                  <th class="number">{words.school.principal}</th>
                  <th class="number">{words.school.issued}</th>
                  <th>{words.school.attention}</th>
                </tr>
              </thead>
              <tbody>
                {classes.map((row) => (
                  <tr key={row.classId}>
                    <th scope="row">
                      <a href={`/lop/${row.classId}/bang`}>{row.name}</a>
                    </th>
                    <td>{row.homeroomTeacher}</td>
                    <td class={`number ${row.cellsDone < row.cellsTotal ? 'left' : ''}`}>{percent(row)}</td>
                    <Step done={row.frozen} of={row.pupils} />
                    <Step done={row.subjectsSigned} of={row.frozen} />
                    <Step done={row.homeroomSigned} of={row.frozen} />
                    <Step done={row.principalSigned} of={row.frozen} />
                    <Step done={row.issued} of={row.frozen} />
                    <td>{row.attention.join('; ')}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Show>
    </>
  );
}

function percent(row: Row): string {
  return row.cellsTotal === 0 ? '–' : `${Math.floor((100 * row.cellsDone) / row.cellsTotal)} %`;
}

function Step({ done, of }: { done: number; of: number }) {
  return <td class={`number ${done < of ? 'left' : ''}`}>{of === 0 ? '–' : `${done}/${of}`}</td>;
}
