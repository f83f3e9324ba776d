import { useState } from 'preact/hooks';
import { type Answer, get, post } from '../../api/client.ts';
import { DayField } from '../../parts/day-field.tsx';
import type { Me } from '../../parts/frame.tsx';
import { Refused, Show, useAct, useLoaded } from '../../parts/load.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { dayText } from '../../words/day.ts';
import { words } from '../../words/index.ts';
import { MoveLocks } from './locks.tsx';

type Years = Answer<'GET', '/api/school-years'>;
const FIELDS = ['startsOn', 'endsOn', 'plannedIssueDate', 'mainLockOn', 'supplementaryLockOn'] as const;

/** Năm học: the years of the school, the next one to open, and from where classes move up. */
export function YearsPage({ me }: { me: Me }) {
  const { loaded, again } = useLoaded('years', () => get('/api/school-years', {}));
  const [opened, setOpened] = useState('');
  const mayRoll = me.roles.some((role) => role === 'principal' || role === 'clerk');
  return (
    <>
      <PageTitle text={words.years.title} />
      {opened !== '' && (
        <div class="notice" role="status">
          {words.years.open.done(opened)}
        </div>
      )}
      <Show of={loaded} again={again}>
        {(all) => (
          <>
            <List years={all.years} mayRoll={mayRoll} />
            {all.years
              .filter((year) => year.issued || me.roles.includes('principal'))
              .map((year) => (
                <MoveLocks key={`${year.schoolYear} ${year.lockMoves.length}`} year={year} done={again} />
              ))}
            <OpenNext
              key={all.next.schoolYear}
              next={all.next}
              done={() => {
                setOpened(all.next.schoolYear.replace('-', '–'));
                again();
              }}
            />
          </>
        )}
      </Show>
    </>
  );
}

function List({ years, mayRoll }: { years: Years['years']; mayRoll: boolean }) {
  const { columns } = words.years;
  return (
    <table class="plain stacked">
      <thead>
        <tr>
          <th>{columns.year}</th>
          <th>{columns.days}</th>
          <th>{columns.issue}</th>
          <th>{columns.locks}</th>
          <th>{columns.size}</th>
          {mayRoll && <th>{words.years.rollOver}</th>}
        </tr>
      </thead>
      <tbody>
        {years.map((year) => (
          <tr key={year.schoolYear}>
            <th scope="row">
              {year.schoolYear.replace('-', '–')}
              {year.running && ' '}
              {year.running && <span class="tag todo">{words.years.running}</span>}
            </th>
            <td data-label={columns.days}>
              {dayText(year.startsOn)} – {dayText(year.endsOn)}
            </td>
            <td data-label={columns.issue}>{dayText(year.plannedIssueDate)}</td>
            <td data-label={columns.locks}>
              {words.years.locks(dayText(year.mainLockOn), dayText(year.supplementaryLockOn))}
            </td>
            <td data-label={columns.size}>{words.years.size(year.classes, year.pupils)}</td>
            {mayRoll && (
              <td>
                {year.classes > 0 && (
                  <a
                    href={`/nam-hoc/${year.schoolYear}/ket-chuyen`}
                    aria-label={words.years.rollOverOf(year.schoolYear)}
                  >
                    {words.years.rollOver}
                  </a>
                )}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function OpenNext({ next, done }: { next: Years['next']; done: () => void }) {
  const [days, setDays] = useState(next);
  const { busy, error, run } = useAct();
  const open = words.years.open;
  const complete = FIELDS.every((field) => days[field] !== '');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        run(async () => {
          await post('/api/school-years', { body: days });
          done();
        });
      }}
    >
      <h2>{open.title(next.schoolYear.replace('-', '–'))}</h2>
      <p class="soft">{open.note}</p>
      {error && <Refused error={error} />}
      <div class="field-grid">
        {FIELDS.map((field) => (
          <DayField
            key={field}
            id={field}
            label={open[field]}
            value={next[field]}
            set={(iso) => setDays((before) => ({ ...before, [field]: iso }))}
          />
        ))}
      </div>
      <div class="actions">
        <button type="submit" disabled={busy || !complete}>
          {open.button(next.schoolYear.replace('-', '–'))}
        </button>
      </div>
    </form>
  );
}
