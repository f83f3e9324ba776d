import { useState } from 'preact/hooks';
import { type Answer, get, post } from '../api/client.ts';
import type { Me } from '../parts/frame.tsx';
import { Refused, Show, useAct, useLoaded } from '../parts/load.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { TextField } from '../parts/text-field.tsx';
import { YearSelect } from '../parts/year-select.tsx';
import { words } from '../words/index.ts';

type Grid = Answer<'GET', '/api/school-years/:schoolYear/assignments'>;
type Class = Grid['classes'][number];
const GRADES = [1, 2, 3, 4, 5];

/** Lớp và phân công: the classes of a grade side by side, a teacher for each and for each of their subjects. */
export function ClassesPage({ me }: { me: Me }) {
  const [schoolYear, setYear] = useState(me.schoolYear);
  const [grade, setGrade] = useState(1);
  const { loaded, again } = useLoaded(schoolYear, () =>
    get('/api/school-years/:schoolYear/assignments', { params: { schoolYear } }),
  );
  const say = words.classes;
  const mayEdit = me.roles.includes('admin');
  return (
    <>
      <PageTitle text={say.title} />
      <p class="soft">{mayEdit ? say.intro : say.readOnly}</p>
      <div class="field-grid">
        <YearSelect label={say.year} value={schoolYear} set={setYear} />
        <div class="field-row">
          <label for="grade">{say.grade}</label>
          <select id="grade" value={grade} onChange={(e) => setGrade(Number(e.currentTarget.value))}>
            {GRADES.map((g) => (
              <option key={g} value={g}>
                {say.gradeOf(g)}
              </option>
            ))}
          </select>
        </div>
      </div>
      <Show of={loaded} again={again}>
        {(grid) => (
          <>
            <Table
              key={`${schoolYear} ${grade}`}
              schoolYear={schoolYear}
              stored={grid.classes.filter((c) => c.grade === grade)}
              teachers={grid.teachers}
              mayEdit={mayEdit}
              plans={mayEdit || me.roles.includes('principal')}
              done={again}
            />
            {mayEdit && (
              <NewClass schoolYear={schoolYear} grade={grade} teachers={grid.teachers} done={again} />
            )}
          </>
        )}
      </Show>
    </>
  );
}

function Table(props: {
  schoolYear: string;
  stored: readonly Class[];
  teachers: Grid['teachers'];
  mayEdit: boolean;
  /** Whether the reader may see individual education plans. */
  plans: boolean;
  done: () => void;
}) {
  const { stored, teachers, mayEdit } = props;
  const say = words.classes;
  const [changed, setChanged] = useState<Readonly<Record<string, Class>>>({});
  const [saved, setSaved] = useState(false);
  const { busy, error, run } = useAct();
  if (stored.length === 0) return <p>{say.none}</p>;
  const shown = stored.map((c) => changed[c.classId] ?? c);
  const change = (next: Class): void => {
    setSaved(false);
    setChanged((all) => ({ ...all, [next.classId]: next }));
  };
  const save = (): void =>
    run(async () => {
      for (const one of Object.values(changed)) {
        await post('/api/classes', {
          body: {
            classId: one.classId,
            name: one.name,
            grade: one.grade,
            schoolYear: props.schoolYear,
            homeroomStaffId: one.homeroomStaffId ?? '',
            assignments: one.subjects.flatMap(({ subject, staffId }) =>
              staffId === null ? [] : [{ subject, staffId }],
            ),
          },
        });
        setChanged(({ [one.classId]: _, ...rest }) => rest);
      }
      setSaved(true);
      props.done();
    });
  const subjects = [...new Map(shown.flatMap((c) => c.subjects.map((s) => [s.subject, s.name])))];
  return (
    <>
      {error && <Refused error={error} />}
      <div class="scroll-x">
        <table class="plain assigned stacked">
          <thead>
            <tr>
              <th>{say.subject}</th>
              {shown.map((c) => (
                <th key={c.classId}>
                  {c.name} <span class="soft">{say.size(c.pupils)}</span>
                  {c.grades.length > 1 && (
                    <>
                      <br />
                      <span class="tag wait">{say.combined(c.grades.join(', '))}</span>
                    </>
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">{say.homeroom}</th>
              {shown.map((c) => (
                <td key={c.classId} data-label={c.name}>
                  <Teacher
                    label={say.cell(say.homeroom, c.name)}
                    value={c.homeroomStaffId}
                    teachers={teachers}
                    mayEdit={mayEdit}
                    set={(homeroomStaffId) => change({ ...c, homeroomStaffId })}
                  />
                </td>
              ))}
            </tr>
            {subjects.map(([code, name]) => (
              <tr key={code}>
                <th scope="row">{name}</th>
                {shown.map((c) => {
                  const own = c.subjects.find((s) => s.subject === code);
                  return (
                    <td key={c.classId} data-label={c.name}>
                      {own && (
                        <Teacher
                          label={say.cell(name, c.name)}
                          value={own.staffId}
                          teachers={teachers}
                          mayEdit={mayEdit}
                          set={(staffId) =>
                            change({
                              ...c,
                              subjects: c.subjects.map((s) => (s === own ? { ...s, staffId } : s)),
                            })
                          }
                        />
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
            {props.plans && (
              <tr>
                <th scope="row">{words.plans.link}</th>
                {shown.map((c) => (
                  <td key={c.classId} data-label={c.name}>
                    <a href={`/lop/${c.classId}/ke-hoach`} aria-label={words.plans.title(c.name)}>
                      {words.plans.open}
                    </a>
                  </td>
                ))}
              </tr>
            )}
          </tbody>
        </table>
      </div>
      {mayEdit && (
        <div class="actions">
          <button
            type="button"
            class="primary"
            disabled={busy || Object.keys(changed).length === 0}
            onClick={save}
          >
            {say.save(Object.keys(changed).length)}
          </button>
          {saved && <span role="status">{say.saved}</span>}
        </div>
      )}
    </>
  );
}

function Teacher(props: {
  label: string;
  value: string | null;
  teachers: Grid['teachers'];
  mayEdit: boolean;
  set: (staffId: string | null) => void;
}) {
  const { value, teachers } = props;
  if (!props.mayEdit)
    return <>{teachers.find((t) => t.staffId === value)?.fullName ?? words.classes.nobody}</>;
  return (
    <select
      aria-label={props.label}
      value={value ?? ''}
      onChange={(e) => props.set(e.currentTarget.value || null)}
    >
      <option value="">{words.classes.nobody}</option>
      {teachers.map((one) => (
        <option key={one.staffId} value={one.staffId}>
          {one.fullName}
        </option>
      ))}
    </select>
  );
}

function NewClass(props: {
  schoolYear: string;
  grade: number;
  teachers: Grid['teachers'];
  done: () => void;
}) {
  const say = words.classes;
  const [name, setName] = useState('');
  const [homeroomStaffId, setHomeroom] = useState<string | null>(null);
  const { busy, error, run } = useAct();
  return (
    <details class="card padded">
      <summary>{say.add}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (homeroomStaffId === null) return;
          run(async () => {
            const { schoolYear, grade } = props;
            await post('/api/classes', {
              body: { name, grade, schoolYear, homeroomStaffId, assignments: [] },
            });
            setName('');
            props.done();
          });
        }}
      >
        {error && <Refused error={error} />}
        <div class="field-grid">
          <TextField id="class-name" label={say.name} value={name} set={setName} maxLength={20} />
          <div class="field-row">
            <strong>{say.homeroom}</strong>
            <Teacher
              label={say.homeroom}
              value={homeroomStaffId}
              teachers={props.teachers}
              mayEdit
              set={setHomeroom}
            />
          </div>
        </div>
        <button type="submit" disabled={busy || homeroomStaffId === null || name.trim() === ''}>
          {say.add}
        </button>
      </form>
    </details>
  );
}
