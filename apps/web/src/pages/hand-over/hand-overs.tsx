import { type Answer, get } from '../../api/client.ts';
import { Show, useLoaded } from '../../parts/load.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { dayText } from '../../words/day.ts';
import { words } from '../../words/index.ts';

type HandOver = Answer<'GET', '/api/hand-overs'>['handOvers'][number];

/** Nghiệm thu, bàn giao: what waits for an answer first, then all minutes that one may see. */
export function HandOversPage() {
  const { loaded, again } = useLoaded('hand-overs', () => get('/api/hand-overs', {}));
  const say = words.handOver;
  return (
    <>
      <PageTitle text={say.title} />
      <p class="soft">{say.intro}</p>
      <Show of={loaded} again={again}>
        {({ handOvers, classes }) => {
          const mine = handOvers.filter((one) => one.mine);
          return (
            <>
              {classes.length > 0 && (
                <div class="actions">
                  {classes.map((one) => (
                    <a key={one.classId} class="button" href={`/lop/${one.classId}/ban-giao`}>
                      {say.start(one.name)}
                    </a>
                  ))}
                </div>
              )}
              {mine.length > 0 && (
                <>
                  <h2>{say.mine}</h2>
                  <List rows={mine} />
                </>
              )}
              <h2>{say.all}</h2>
              {handOvers.length === 0 ? <p>{say.none}</p> : <List rows={handOvers} />}
            </>
          );
        }}
      </Show>
    </>
  );
}

function List({ rows }: { rows: readonly HandOver[] }) {
  const say = words.handOver;
  const head = say.columns;
  return (
    <table class="plain stacked">
      <thead>
        <tr>
          <th>{head.klass}</th>
          <th>{head.day}</th>
          <th>{head.what}</th>
          <th>{head.giver}</th>
          <th>{head.receiver}</th>
          <th>{head.state}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.handOverId}>
            <th scope="row">
              <a href={`/ban-giao/${row.handOverId}`}>
                {row.className} · {words.schoolYear(row.schoolYear)}
              </a>
            </th>
            <td data-label={head.day}>{dayText(row.onDate)}</td>
            <td data-label={head.what}>{say.kinds[row.kind]}</td>
            <td data-label={head.giver}>{row.giver}</td>
            <td data-label={head.receiver}>{row.receiver ?? say.school}</td>
            <td data-label={head.state}>
              <State row={row} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function State({ row }: { row: HandOver }) {
  const say = words.handOver;
  if (row.answer === null) return <span class="tag wait">{say.waiting}</span>;
  return row.answer.accepted ? (
    <span class="tag">{say.accepted}</span>
  ) : (
    <span class="tag wrong">{say.declined}</span>
  );
}
