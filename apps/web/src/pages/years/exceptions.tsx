import type { RollOverChoices, RollOverPlan } from '../../api/answers.ts';
import { words } from '../../words/index.ts';

type Exception = RollOverPlan['exceptions'][number];
/** What keeps a pupil behind before what only wants a look. */
const ORDER: readonly Exception['kind'][] = [
  'no-class',
  'repeats',
  'undecided',
  'suspended',
  'kept-waiting',
  'left',
  'no-record',
  'no-number',
];

/** Every pupil who wants a look, by what is the matter and then by class. */
export function Exceptions(props: {
  plan: RollOverPlan;
  choices: RollOverChoices;
  set: (next: RollOverChoices) => void;
}) {
  const { plan: say } = words.years;
  const byKind = Map.groupBy(props.plan.exceptions, (e) => e.kind);
  return (
    <>
      <h2>{say.exceptions}</h2>
      {props.plan.exceptions.length === 0 && <p class="soft">{say.noExceptions}</p>}
      {ORDER.map((kind) => {
        const its = byKind.get(kind) ?? [];
        if (its.length === 0) return null;
        const chosen = kind === 'repeats' || kind === 'no-class';
        return (
          <details key={kind} class="card padded" open={chosen}>
            <summary>
              {say.kinds[kind]} · <strong>{say.count(its.length)}</strong>
            </summary>
            {chosen ? <Repeaters its={its} {...props} /> : <ByClass its={its} />}
          </details>
        );
      })}
    </>
  );
}

function ByClass({ its }: { its: readonly Exception[] }) {
  return (
    <ul>
      {[...Map.groupBy(its, (e) => e.className)].map(([className, pupils]) => (
        <li key={className}>
          <strong>{className}</strong>: {pupils.map((p) => p.fullName).join(', ')}
        </li>
      ))}
    </ul>
  );
}

function Repeaters(props: {
  its: readonly Exception[];
  plan: RollOverPlan;
  choices: RollOverChoices;
  set: (next: RollOverChoices) => void;
}) {
  const { plan: say } = words.years;
  const choose = (pupilId: string, className: string): void => {
    const others = props.choices.repeaters.filter((r) => r.pupilId !== pupilId);
    props.set({
      ...props.choices,
      repeaters: className === '' ? others : [...others, { pupilId, className }],
    });
  };
  return (
    <ul class="task-list">
      {props.its.map((pupil) => (
        <li key={pupil.pupilId}>
          <span>
            {pupil.fullName} · {pupil.className}
          </span>
          <select
            class="aside"
            value={pupil.to ?? ''}
            aria-label={say.repeatIn(pupil.fullName)}
            onChange={(e) => choose(pupil.pupilId, e.currentTarget.value)}
          >
            <option value="">{say.chooseClass}</option>
            {props.plan.classes
              .filter((c) => c.grade === pupil.grade || c.name === pupil.to)
              .map((c) => (
                <option key={c.name} value={c.name}>
                  {c.name}
                </option>
              ))}
          </select>
        </li>
      ))}
    </ul>
  );
}
