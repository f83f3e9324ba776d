import { useState } from 'preact/hooks';
import type { Member } from '../../api/answers.ts';
import { get } from '../../api/client.ts';
import { Show, useLoaded } from '../../parts/load.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { dayText } from '../../words/day.ts';
import { words } from '../../words/index.ts';
import { StaffForm } from './form.tsx';

/** Cán bộ, giáo viên: roles, titles, who works on what; who leaves is followed by who comes in the place. */
export function StaffPage() {
  const { loaded, again } = useLoaded('staff', () => get('/api/staff', {}));
  const [open, setOpen] = useState<Member | 'new' | null>(null);
  const say = words.staff;
  const done = (): void => {
    setOpen(null);
    again();
  };
  return (
    <>
      <PageTitle text={say.title} />
      <Show of={loaded} again={again}>
        {({ staff }) => (
          <>
            {open === null ? (
              <div class="actions">
                <button type="button" onClick={() => setOpen('new')}>
                  {say.add}
                </button>
              </div>
            ) : (
              <StaffForm
                key={open === 'new' ? 'new' : open.staffId}
                member={open === 'new' ? null : open}
                others={staff.filter((s) => s.leftOn === null && s !== open)}
                done={done}
                close={() => setOpen(null)}
              />
            )}
            <List
              staff={staff}
              edit={(member) => {
                setOpen(member);
                scrollTo({ top: 0 });
              }}
            />
          </>
        )}
      </Show>
    </>
  );
}

function List({ staff, edit }: { staff: readonly Member[]; edit: (member: Member) => void }) {
  const say = words.staff;
  const head = say.columns;
  return (
    <table class="plain stacked">
      <thead>
        <tr>
          <th>{head.name}</th>
          <th>{head.code}</th>
          <th>{head.title}</th>
          <th>{head.roles}</th>
          <th>{head.work}</th>
          <th>
            <span class="visually-hidden">{say.edit}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {staff.map((one) => (
          <tr key={one.staffId} class={one.leftOn ? 'gone' : ''}>
            <th scope="row">{one.fullName}</th>
            <td data-label={head.code}>{one.staffCode}</td>
            <td data-label={head.title}>{one.title}</td>
            <td data-label={head.roles}>
              {one.leftOn ? say.left(dayText(one.leftOn)) : one.roles.map((r) => say.roles[r]).join(', ')}
            </td>
            <td class={one.homeroom.length + one.teaches.length === 0 ? 'none' : ''} data-label={head.work}>
              <Work one={one} />
            </td>
            <td>
              {one.leftOn === null && (
                <button
                  type="button"
                  class="small"
                  aria-label={say.editOf(one.fullName)}
                  onClick={() => edit(one)}
                >
                  {say.edit}
                </button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What a homeroom teacher teaches in the own class goes without saying. */
function Work({ one }: { one: Member }) {
  const say = words.staff;
  const taught = Map.groupBy(
    one.teaches.filter((t) => !one.homeroom.includes(t.className)),
    (t) => t.subjects.join(', '),
  );
  return (
    <>
      {one.homeroom.length > 0 && <div>{say.homeroom(one.homeroom.join(', '))}</div>}
      {[...taught].map(([subjects, classes]) => (
        <div key={subjects} class="soft">
          {say.teaches(subjects, classes.map((t) => t.className).join(', '))}
        </div>
      ))}
    </>
  );
}
