import { useState } from 'preact/hooks';
import type { Pupil } from '../../api/answers.ts';
import { get, post } from '../../api/client.ts';
import { Refused, Show, useAct, useLoaded } from '../../parts/load.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { clock } from '../../words/clock.ts';
import { dayText } from '../../words/day.ts';
import { words } from '../../words/index.ts';
import { Moves } from '../transfer/moves.tsx';
import { Statuses } from './status.tsx';

/** One pupil: who, what does not fit, every school year, every move with the results that were confirmed. */
export function PupilPage({ pupilId }: { pupilId: string }) {
  const [moved, setMoved] = useState(false);
  const { loaded, again } = useLoaded(pupilId, async () => {
    const params = { pupilId };
    const [pupil, book] = await Promise.all([
      get('/api/pupils/:pupilId', { params }),
      get('/api/pupils/:pupilId/book/years', { params }),
    ]);
    return { pupil, issued: book.schoolYears.length > 0 };
  });
  return (
    <Show of={loaded} again={again}>
      {({ pupil, issued }) => (
        <>
          <PageTitle text={pupil.fullName} />
          <p>
            {pupil.place && <strong>{pupil.place.name} · </strong>}
            {pupil.status.since === null
              ? pupil.status.name
              : words.pupils.statusSince(pupil.status.name, dayText(pupil.status.since))}
          </p>
          <Facts pupil={pupil} />
          <p class="actions">
            <a class="button" href={`/hoc-sinh/${pupil.pupilId}/ly-lich`}>
              {words.identity.edit}
            </a>{' '}
            {issued && (
              <>
                <a class="button" href={`/api/pupils/${pupil.pupilId}/book`} target="_blank" rel="noreferrer">
                  {words.pupils.book}
                </a>{' '}
                <a
                  class="button"
                  href={`/api/pupils/${pupil.pupilId}/book?look=paper`}
                  target="_blank"
                  rel="noreferrer"
                >
                  {words.pupils.paperBook}
                </a>{' '}
                <a class="button" href={`/api/pupils/${pupil.pupilId}/package`} download>
                  {words.pupils.package}
                </a>
              </>
            )}
          </p>
          <p class="soft">{issued ? words.pupils.packageNote : words.pupils.noBook}</p>
          <StudyYears pupil={pupil} />
          {pupil.place && (
            <Moves
              pupil={pupil}
              place={pupil.place}
              done={() => {
                setMoved(true);
                again();
              }}
            />
          )}
          <Transfers pupil={pupil} moved={moved} done={again} />
          <Statuses pupil={pupil} done={again} />
        </>
      )}
    </Show>
  );
}

function Facts({ pupil }: { pupil: Pupil }) {
  const say = words.pupils;
  const rows: [string, string | null][] = [
    [say.columns.code, pupil.pupilCode],
    [say.personalId, pupil.personalId],
    [say.register, pupil.registerNumber],
    [say.columns.born, pupil.birthDate && dayText(pupil.birthDate)],
    [say.sex, pupil.sex && say.sexes[pupil.sex]],
    [say.mother, pupil.motherName],
  ];
  return (
    <>
      <h2>{say.facts}</h2>
      <dl class="facts card padded">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value ?? <span class="tag wait">{say.missing}</span>}</dd>
          </div>
        ))}
      </dl>
      {pupil.problems.length > 0 && (
        <div class="notice wait">
          <h2>{say.problems}</h2>
          <ul>
            {pupil.problems.map((problem) => (
              <li key={problem.code + problem.message}>
                {problem.message} {problem.action}
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

function StudyYears({ pupil }: { pupil: Pupil }) {
  const { years, yearColumns: head } = words.pupils;
  return (
    <>
      <h2>{years}</h2>
      <table class="plain stacked">
        <thead>
          <tr>
            <th>{head.year}</th>
            <th>{head.klass}</th>
            <th>{head.school}</th>
            <th>{head.arrived}</th>
            <th>{head.left}</th>
          </tr>
        </thead>
        <tbody>
          {pupil.studyYears.map((year) => (
            <tr key={year.schoolYear + year.schoolName} class={year.leftOn ? 'gone' : ''}>
              <th scope="row">{year.schoolYear.replace('-', '–')}</th>
              <td data-label={head.klass}>{year.className}</td>
              <td data-label={head.school}>{year.schoolName}</td>
              <td data-label={head.arrived}>{dayText(year.arrivedOn)}</td>
              <td class={year.leftOn ? '' : 'none'} data-label={head.left}>
                {year.leftOn ? dayText(year.leftOn) : ''}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** @param moved whether the newest was recorded just now: what is handed over with it then stands open */
function Transfers({ pupil, moved, done }: { pupil: Pupil; moved: boolean; done: () => void }) {
  const say = words.pupils;
  if (pupil.transfers.length === 0) return null;
  return (
    <>
      {pupil.place === null && <h2>{say.transfers}</h2>}
      {pupil.transfers.map((move, n) => (
        <section key={move.transferId} class="card padded">
          <strong>
            {dayText(move.onDate)} ·{' '}
            {move.direction === 'class'
              ? say.kinds.class(move.otherClass ?? '', move.className)
              : say.kinds[move.direction](move.otherSchool ?? '')}
          </strong>
          <p>
            {move.reason} <span class="soft">({say.recorded(move.recordedBy, clock(move.recordedAt))})</span>
          </p>
          <details open={moved && n === 0 && move.direction === 'out'}>
            <summary>{say.results(dayText(move.results.until))}</summary>
            <p>
              {[move.results.schoolName, move.results.className, words.schoolYear(move.results.schoolYear)]
                .filter((part) => part !== '')
                .join(', ')}
            </p>
            {move.results.document !== undefined && <p>{say.byDocument(move.results.document)}</p>}
            {move.file !== null && <p>{say.byFile(move.file.name, move.file.sentence)}</p>}
            {move.results.note !== '' && <p>{move.results.note}</p>}
            {move.results.periods.length === 0 && move.results.note === '' && <p>{say.noResults}</p>}
            {move.results.periods.map((one) => (
              <div key={one.period}>
                <h3>
                  {one.title}
                  {!one.closed && <span class="soft"> ({say.open})</span>}
                </h3>
                <ul class="columns">
                  {one.cells.map((cell) => (
                    <li key={cell.item}>
                      {cell.title}: <strong>{cell.value}</strong>
                    </li>
                  ))}
                </ul>
              </div>
            ))}
            <button type="button" class="small" onClick={() => print()}>
              {say.print}
            </button>
          </details>
          {move.mayUndoResults && <UndoResults transferId={move.transferId} done={done} />}
        </section>
      ))}
    </>
  );
}

/** What came with an arrival is taken out of the class's table again; what a teacher has set since stays and is named. */
function UndoResults({ transferId, done }: { transferId: string; done: () => void }) {
  const say = words.pupils;
  const [undone, setUndone] = useState<{ cells: number; kept: readonly string[] } | null>(null);
  const { busy, error, run } = useAct();
  if (undone !== null)
    return (
      <div class="notice" role="status">
        <p>{say.undoneResults(undone.cells)}</p>
        <ul>
          {undone.kept.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
        <button type="button" class="small" onClick={done}>
          {words.staff.form.cancel}
        </button>
      </div>
    );
  return (
    <>
      {error && <Refused error={error} />}
      <button
        type="button"
        class="small"
        disabled={busy}
        onClick={() =>
          run(async () =>
            setUndone(await post('/api/transfers/:transferId/undo-results', { params: { transferId } })),
          )
        }
      >
        {say.undoResults}
      </button>
    </>
  );
}
