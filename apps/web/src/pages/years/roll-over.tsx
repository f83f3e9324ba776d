import { useEffect, useState } from 'preact/hooks';
import type { RollOverChoices, RollOverPreview } from '../../api/answers.ts';
import { get, post } from '../../api/client.ts';
import { asCallError, Refused, Show, useAct, useLoaded } from '../../parts/load.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { words } from '../../words/index.ts';
import { Exceptions } from './exceptions.tsx';
import { Runs } from './runs.tsx';

const NONE: RollOverChoices = { teachers: 'stay', classes: [], repeaters: [], waiting: [] };

/** Kết chuyển lớp: what would happen, class by class and with every exception, before anything is written. */
export function RollOverPage({ schoolYear }: { schoolYear: string }) {
  const years = useLoaded('years', () => get('/api/school-years', {}));
  const [choices, setChoices] = useState(NONE);
  const [preview, setPreview] = useState<RollOverPreview | null>(null);
  const [turn, setTurn] = useState(0);
  const [failed, setFailed] = useState<ReturnType<typeof asCallError> | null>(null);
  const [done, setDone] = useState(false);
  useEffect(() => {
    let current = true;
    post('/api/school-years/:schoolYear/roll-over/preview', { params: { schoolYear }, body: choices }).then(
      (answer) => {
        if (!current) return;
        setPreview(answer);
        setFailed(null);
      },
      (error: unknown) => current && setFailed(asCallError(error)),
    );
    return () => {
      current = false;
    };
  }, [schoolYear, choices, turn]);
  const again = () => setTurn((n) => n + 1);
  const to = preview?.plan.toYear ?? '';
  const { plan: say } = words.years;
  return (
    <>
      <PageTitle text={say.title(schoolYear.replace('-', '–'), to.replace('-', '–'))} />
      {failed && <Refused error={failed} again={again} />}
      {done && (
        <div class="notice" role="status">
          {say.done(to.replace('-', '–'))}
        </div>
      )}
      {preview === null && !failed && <p class="soft">{words.loading}</p>}
      {preview && (
        <Show of={years.loaded} again={years.again}>
          {({ years: known }) => (
            <>
              <p class="soft">{say.intro}</p>
              <Act
                preview={preview}
                choices={choices}
                open={known.some((year) => year.schoolYear === to)}
                done={() => {
                  setDone(true);
                  again();
                }}
                changed={again}
              />
              <Teachers choices={choices} set={setChoices} />
              <Classes preview={preview} choices={choices} set={setChoices} />
              <Exceptions plan={preview.plan} choices={choices} set={setChoices} />
              <Runs runs={preview.runs} done={again} />
            </>
          )}
        </Show>
      )}
    </>
  );
}

function Act(props: {
  preview: RollOverPreview;
  choices: RollOverChoices;
  open: boolean;
  done: () => void;
  changed: () => void;
}) {
  const { plan } = props.preview;
  const { busy, error, run } = useAct();
  const { plan: say } = words.years;
  const moves = plan.totals.up + plan.totals.repeat + plan.totals.complete;
  const apply = (): void =>
    run(async () => {
      try {
        await post('/api/school-years/:schoolYear/roll-over', {
          params: { schoolYear: plan.fromYear },
          body: { ...props.choices, digest: plan.digest },
        });
        props.done();
      } catch (cause) {
        if (asCallError(cause).code === 'plan-changed') props.changed();
        throw cause;
      }
    });
  return (
    <>
      <p>
        <strong>{say.totals(plan.totals)}</strong>
        {plan.totals.moved > 0 && <> {say.moved(plan.totals.moved)}</>}
      </p>
      {error && <Refused error={error} />}
      {plan.problems.length > 0 && (
        <div class="notice wrong" role="alert">
          <ul>
            {plan.problems.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </div>
      )}
      {props.open ? (
        <div class="actions">
          <button
            type="button"
            class="primary"
            disabled={busy || moves === 0 || plan.problems.length > 0}
            onClick={apply}
          >
            {say.apply(moves, plan.toYear.replace('-', '–'))}
          </button>
          {moves === 0 && <span class="soft">{say.nothing}</span>}
        </div>
      ) : (
        <div class="notice wait">
          <p>{say.needsYear(plan.toYear.replace('-', '–'))}</p>
          <a class="button" href="/nam-hoc">
            {say.toYears}
          </a>
        </div>
      )}
    </>
  );
}

function Teachers({ choices, set }: { choices: RollOverChoices; set: (next: RollOverChoices) => void }) {
  const { plan: say } = words.years;
  return (
    <fieldset class="plain-set">
      <legend>{say.teachers}</legend>
      {(['stay', 'follow'] as const).map((way) => (
        <label key={way} class="choice">
          <input
            type="radio"
            name="teachers"
            checked={choices.teachers === way}
            onChange={() => set({ ...choices, teachers: way })}
          />
          {say[way]}
        </label>
      ))}
    </fieldset>
  );
}

function Classes(props: {
  preview: RollOverPreview;
  choices: RollOverChoices;
  set: (next: RollOverChoices) => void;
}) {
  const { plan: say } = words.years;
  const { plan, teachers } = props.preview;
  const choose = (classId: string, name: string, homeroomStaffId?: string | null): void => {
    const before = props.choices.classes.find((c) => c.classId === classId);
    const next = {
      ...before,
      classId,
      name: name.trim(),
      ...(homeroomStaffId === undefined ? {} : { homeroomStaffId }),
    };
    props.set({
      ...props.choices,
      classes: [...props.choices.classes.filter((c) => c.classId !== classId), next],
    });
  };
  return (
    <table class="plain stacked">
      <thead>
        <tr>
          <th>{say.from}</th>
          <th>{say.name}</th>
          <th class="number">{say.pupils}</th>
          <th>{say.teacher}</th>
        </tr>
      </thead>
      <tbody>
        {plan.classes.map((row) => (
          <tr key={row.from?.classId ?? row.name}>
            <th scope="row">{row.from?.name ?? say.begins}</th>
            <td data-label={say.name}>
              {row.from === null || row.exists ? (
                <>
                  {row.name} {row.exists && <span class="soft">({say.exists})</span>}
                </>
              ) : (
                <input
                  type="text"
                  class="short"
                  maxLength={20}
                  value={row.name}
                  aria-label={say.nameOf(row.from.name)}
                  onChange={(e) => choose(row.from?.classId ?? '', e.currentTarget.value)}
                />
              )}
            </td>
            <td class="number" data-label={say.pupils}>
              {row.pupils}
            </td>
            <td data-label={say.teacher}>
              {row.from === null || row.exists ? (
                (row.homeroomTeacher?.fullName ?? say.nobody)
              ) : (
                <select
                  value={row.homeroomTeacher?.staffId ?? ''}
                  aria-label={say.teacherOf(row.name)}
                  onChange={(e) => choose(row.from?.classId ?? '', row.name, e.currentTarget.value || null)}
                >
                  <option value="">{say.nobody}</option>
                  {teachers.map((one) => (
                    <option key={one.staffId} value={one.staffId}>
                      {one.fullName}
                    </option>
                  ))}
                </select>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
