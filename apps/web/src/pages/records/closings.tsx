import { useRef, useState } from 'preact/hooks';
import { type Answer, get, post } from '../../api/client.ts';
import { Refused, Show, useAct, useLoaded } from '../../parts/load.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { words } from '../../words/index.ts';
import { sealInTurn } from './seal-in-turn.ts';

type Row = Answer<'GET', '/api/school/overview'>['classes'][number];
type List = Answer<'GET', '/api/classes/:classId/closing'>;
interface Waiting {
  readonly row: Row;
  readonly list: List;
}

/** The close of all classes' year: whose turn it is, and for the clerk every list that waits, to be read and sealed in one act. */
export function ClosingsPage() {
  const { loaded, again } = useLoaded('closings', async () => {
    const { classes } = await get('/api/school/overview', {});
    const waiting: Waiting[] = [];
    for (const row of classes) {
      if (row.closing !== 'toSeal') continue;
      const params = { classId: row.classId };
      waiting.push({ row, list: await get('/api/classes/:classId/closing', { params }) });
    }
    return { classes, waiting: waiting.filter(({ list }) => list.state === 'prepared') };
  });
  const [told, setTold] = useState<string | null>(null);
  const said = (text: string): void => {
    setTold(text);
    again();
  };
  return (
    <>
      <PageTitle text={words.closing.all.title} />
      <p>{words.closing.about}</p>
      {told !== null && (
        <div class="notice" role="status">
          {told}
        </div>
      )}
      <Show of={loaded} again={again}>
        {({ classes, waiting }) => (
          <>
            {waiting.length === 0 ? (
              <p class="soft">{words.closing.all.nothing}</p>
            ) : (
              <>
                <h2>{words.closing.all.waiting}</h2>
                <Lists key={waiting.map(({ row }) => row.classId).join()} waiting={waiting} said={said} />
              </>
            )}
            <h2>{words.closing.all.every}</h2>
            <Turns classes={classes} />
          </>
        )}
      </Show>
    </>
  );
}

function Turns({ classes }: { classes: readonly Row[] }) {
  const { school, closing } = words;
  return (
    <table class="plain stacked">
      <thead>
        <tr>
          <th>{school.klass}</th>
          <th>{school.teacher}</th>
          <th class="number">{school.issued}</th>
          <th>{closing.all.column}</th>
        </tr>
      </thead>
      <tbody>
        {classes.map((row) => (
          <tr key={row.classId}>
            <th scope="row">
              <a href={`/lop/${row.classId}/khep-nam`}>{row.name}</a>
            </th>
            <td>{row.homeroomTeacher}</td>
            <td class="number" data-label={school.issued}>
              {row.issued}/{row.pupils}
            </td>
            <td data-label={closing.all.column}>
              <span class={row.closing === 'toSign' || row.closing === 'toSeal' ? 'tag wait' : ''}>
                {closing.all.turns[row.closing]}
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What each list says, before it is sealed (nobody seals unseen), and the act. */
function Lists({ waiting, said }: { waiting: readonly Waiting[]; said: (text: string) => void }) {
  const { all } = words.closing;
  const { busy, error, run } = useAct();
  const [done, setDone] = useState(0);
  const stopped = useRef(false);
  const seal = (): void =>
    run(async () => {
      stopped.current = false;
      const classIds = waiting.map(({ row }) => row.classId);
      const sealed = await sealInTurn(classIds, done, {
        seal: (classId) => post('/api/classes/:classId/closing/seal', { params: { classId }, body: {} }),
        sealed: setDone,
        stopped: () => stopped.current,
      });
      said(all.sealed(sealed));
    });
  return (
    <>
      <ul class="card task-list">
        {waiting.map(({ row, list }) => (
          <li key={row.classId} class="whole">
            <span>
              <a href={`/lop/${row.classId}/khep-nam`}>{row.name}</a>
              <br />
              <span class="soft">
                {all.has(list.pupils.filter(({ state }) => state === 'issued').length)}
              </span>
              <Without list={list} />
            </span>
          </li>
        ))}
      </ul>
      {error && (
        <>
          <p>{all.failed(waiting[done]?.row.name ?? '')}</p>
          <Refused error={error} />
        </>
      )}
      {waiting.every(({ list }) => list.maySeal) && (
        <div class="actions">
          <button type="button" class="primary" disabled={busy} onClick={seal}>
            {all.seal(waiting.length)}
          </button>
          {busy && (
            <>
              <button
                type="button"
                onClick={() => {
                  stopped.current = true;
                }}
              >
                {all.stop}
              </button>
              <span role="status">{all.progress(done, waiting.length)}</span>
            </>
          )}
        </div>
      )}
    </>
  );
}

function Without({ list }: { list: List }) {
  const { all, reasons } = words.closing;
  const none = list.pupils.filter(({ state }) => state === 'none');
  if (none.length === 0) return <span class="soft">. {all.everybody}</span>;
  return (
    <ul>
      {none.map(({ pupilId, fullName, reason, note }) => (
        <li key={pupilId}>
          {all.none(fullName, reason === null || reason === 'other' ? note : reasons[reason].toLowerCase())}
        </li>
      ))}
    </ul>
  );
}
