import { useEffect, useState } from 'preact/hooks';
import { type Answer, get, post } from '../../api/client.ts';
import type { Me } from '../../parts/frame.tsx';
import { Refused, Show, useAct, useLoaded } from '../../parts/load.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { go } from '../../parts/router.ts';
import { dayText } from '../../words/day.ts';
import { words } from '../../words/index.ts';

type Found = Answer<'POST', '/api/pupils/search'>;

/** Học sinh: the register, found by name without marks, by code or by class; who has left stands greyed. */
export function PupilsPage({ me }: { me: Me }) {
  const classes = useLoaded('classes', () => get('/api/classes', {}));
  const [text, setText] = useState('');
  const [classId, setClassId] = useState('');
  const [found, setFound] = useState<Found | null>(null);
  const { busy, error, run } = useAct();
  const mayOpen = me.roles.some((role) => role === 'principal' || role === 'clerk');
  const search = (inClass: string): void =>
    run(async () => {
      const body = { text, ...(inClass === '' ? {} : { classId: inClass }) };
      const answer = await post('/api/pupils/search', { body });
      const [one, ...others] = answer.pupils;
      // Whoever asked for one pupil is there.
      if (mayOpen && text.trim() !== '' && one !== undefined && others.length === 0)
        go(`/hoc-sinh/${one.pupilId}`);
      else setFound(answer);
    });
  useEffect(() => search(''), []);
  return (
    <>
      <PageTitle text={words.pupils.title} />
      {mayOpen && (
        <p>
          <a href="/tiep-nhan">{words.pupils.arrive}</a>
        </p>
      )}
      <Show of={classes.loaded} again={classes.again}>
        {(all) => (
          <form
            class="field-grid"
            onSubmit={(event) => {
              event.preventDefault();
              search(classId);
            }}
          >
            <div class="field-row">
              <label for="look">{words.pupils.look}</label>
              <input
                id="look"
                type="text"
                autocomplete="off"
                maxLength={100}
                value={text}
                onInput={(e) => setText(e.currentTarget.value)}
              />
            </div>
            <div class="field-row">
              <label for="class">{words.pupils.klass}</label>
              <select
                id="class"
                value={classId}
                onChange={(e) => {
                  setClassId(e.currentTarget.value);
                  search(e.currentTarget.value);
                }}
              >
                <option value="">{words.pupils.allClasses}</option>
                {all.classes.map((one) => (
                  <option key={one.classId} value={one.classId}>
                    {one.name} · {words.schoolYear(one.schoolYear)}
                  </option>
                ))}
              </select>
            </div>
            <div class="actions">
              <button type="submit" class="primary" disabled={busy}>
                {words.pupils.find}
              </button>
            </div>
          </form>
        )}
      </Show>
      {error && <Refused error={error} />}
      {found && <List found={found} mayOpen={mayOpen} />}
    </>
  );
}

function List({ found, mayOpen }: { found: Found; mayOpen: boolean }) {
  const { columns } = words.pupils;
  if (found.pupils.length === 0) return <p>{words.pupils.none}</p>;
  return (
    <>
      {found.more && <p class="soft">{words.pupils.more}</p>}
      <table class="plain stacked">
        <thead>
          <tr>
            <th>{columns.name}</th>
            <th>{columns.code}</th>
            <th>{columns.born}</th>
            <th>{columns.klass}</th>
            <th>{columns.status}</th>
          </tr>
        </thead>
        <tbody>
          {found.pupils.map((pupil) => (
            <tr key={pupil.pupilId} class={pupil.gone ? 'gone' : ''}>
              <th scope="row">
                {mayOpen ? <a href={`/hoc-sinh/${pupil.pupilId}`}>{pupil.fullName}</a> : pupil.fullName}
              </th>
              <td data-label={columns.code}>{pupil.pupilCode}</td>
              <td data-label={columns.born}>{pupil.birthDate ? dayText(pupil.birthDate) : ''}</td>
              <td data-label={columns.klass}>{pupil.className ?? '–'}</td>
              <td data-label={columns.status}>{pupil.status}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
