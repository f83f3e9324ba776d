import { useState } from 'preact/hooks';
import { type Answer, get, post } from '../api/client.ts';
import { Boxes } from '../parts/boxes.tsx';
import { Refused, Show, useAct, useLoaded } from '../parts/load.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { words } from '../words/index.ts';

type Plans = Answer<'GET', '/api/classes/:classId/plans'>;
type Pupil = Plans['pupils'][number];
type Plan = NonNullable<Pupil['confirmed']>;
type Kind = Plan['kind'];
const KINDS: readonly Kind[] = ['adjusted', 'individual', 'special-class'];
const PATH = '/api/classes/:classId/plans';

/** Pupils who are assessed by a plan (TT 27/2020 Điều 8): set by the homeroom teacher, confirmed by the principal. */
export function PlansPage({ classId }: { classId: string }) {
  const { loaded, again } = useLoaded(classId, () => get(PATH, { params: { classId } }));
  const [chosen, setChosen] = useState('');
  return (
    <Show of={loaded} again={again}>
      {(plans) => {
        const pupil = plans.pupils.find((p) => p.pupilId === chosen);
        const planned = plans.pupils.filter((p) => p.proposed || p.confirmed);
        return (
          <>
            <PageTitle text={words.plans.title(plans.className)} />
            <p class="soft">{words.plans.intro}</p>
            {planned.length === 0 && <p>{words.plans.none}</p>}
            <ul class="bare">
              {planned.map((one) => (
                <li key={one.pupilId} class="card padded">
                  <Planned classId={classId} pupil={one} mayConfirm={plans.mayConfirm} again={again} />
                </li>
              ))}
            </ul>
            <h2>{words.plans.make}</h2>
            <label for="plan-pupil">{words.sheet.name}</label>
            <select id="plan-pupil" value={chosen} onChange={(e) => setChosen(e.currentTarget.value)}>
              <option value="">{words.plans.choosePupil}</option>
              {plans.pupils.map((p) => (
                <option key={p.pupilId} value={p.pupilId}>
                  {p.ordinal}. {p.fullName}
                </option>
              ))}
            </select>
            {pupil && <Make key={chosen} classId={classId} pupil={pupil} again={again} />}
          </>
        );
      }}
    </Show>
  );
}

function lifted(pupil: Pupil, plan: Plan): string {
  const subject = (code: string): string => pupil.subjects.find((s) => s.code === code)?.name ?? code;
  const trait = (code: string): string => pupil.traits.find((t) => t.code === code)?.name ?? code;
  return [
    ...plan.subjects.map(subject),
    ...plan.tests.map((code) => words.plans.testOf(subject(code))),
    ...plan.traits.map(trait),
  ].join(', ');
}

function Planned(props: { classId: string; pupil: Pupil; mayConfirm: boolean; again: () => void }) {
  const { classId, pupil } = props;
  const { busy, error, run } = useAct();
  const decide = (act: 'confirm' | 'withdraw'): void =>
    run(async () => {
      await post('/api/classes/:classId/plans/decision', {
        params: { classId },
        body: { pupilId: pupil.pupilId, act },
      });
      props.again();
    });
  const line = (plan: Plan, state: string) => (
    <p>
      <span class={plan === pupil.confirmed ? 'tag' : 'tag wait'}>{state}</span>{' '}
      {words.plans.kinds[plan.kind]}
      {lifted(pupil, plan) !== '' && `: ${words.plans.lifts(lifted(pupil, plan))}`}
    </p>
  );
  return (
    <>
      <h3>{pupil.fullName}</h3>
      {pupil.confirmed && line(pupil.confirmed, words.plans.confirmed)}
      {pupil.proposed && line(pupil.proposed, words.plans.proposed)}
      {error && <Refused error={error} />}
      {props.mayConfirm && (
        <div class="actions">
          {pupil.proposed && (
            <button type="button" disabled={busy} onClick={() => decide('confirm')}>
              {words.plans.confirm}
            </button>
          )}
          <button type="button" disabled={busy} onClick={() => decide('withdraw')}>
            {words.plans.withdraw}
          </button>
        </div>
      )}
    </>
  );
}

function Make({ classId, pupil, again }: { classId: string; pupil: Pupil; again: () => void }) {
  const before = pupil.proposed ?? pupil.confirmed;
  const [kind, setKind] = useState<Kind>(before?.kind ?? 'individual');
  const [subjects, setSubjects] = useState<readonly string[]>(before?.subjects ?? []);
  const [tests, setTests] = useState<readonly string[]>(before?.tests ?? []);
  const [traits, setTraits] = useState<readonly string[]>(before?.traits ?? []);
  const { busy, error, run } = useAct();
  const save = (): void =>
    run(async () => {
      type Body = Parameters<typeof post<typeof PATH>>[1]['body'];
      const items = kind === 'individual' ? { subjects, tests, traits } : {};
      await post(PATH, { params: { classId }, body: { pupilId: pupil.pupilId, kind, ...items } as Body });
      again();
    });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      {error && <Refused error={error} />}
      <fieldset class="field-row">
        <legend>{words.plans.kind}</legend>
        {KINDS.map((one) => (
          <label key={one} class="choice">
            <input type="radio" name="kind" checked={kind === one} onChange={() => setKind(one)} />
            {words.plans.kinds[one]}
          </label>
        ))}
      </fieldset>
      {kind === 'individual' && (
        <>
          <Boxes legend={words.plans.subjects} all={pupil.subjects} on={subjects} set={setSubjects} />
          <Boxes
            legend={words.plans.tests}
            all={pupil.subjects.filter((s) => s.tested && !subjects.includes(s.code))}
            on={tests}
            set={setTests}
          />
          <Boxes legend={words.plans.traits} all={pupil.traits} on={traits} set={setTraits} />
        </>
      )}
      <div class="actions">
        <button type="submit" class="primary" disabled={busy}>
          {words.plans.save}
        </button>
      </div>
    </form>
  );
}
