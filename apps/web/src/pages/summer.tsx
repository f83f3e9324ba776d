import { RESULT_NAMES } from '@hocba/record';
import { useState } from 'preact/hooks';
import { type Answer, get, post } from '../api/client.ts';
import { DayField } from '../parts/day-field.tsx';
import { Refused, Show, useAct, useLoaded } from '../parts/load.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { TextArea } from '../parts/text-area.tsx';
import { dayText } from '../words/day.ts';
import { words } from '../words/index.ts';

const PATH = '/api/classes/:classId/summer';
type Summer = Answer<'GET', typeof PATH>;
type Pupil = Summer['pupils'][number];

/** Rèn luyện trong hè: who is supported and assessed again, in what, by which plan (TT 27/2020 Điều 11). */
export function SummerPage({ classId }: { classId: string }) {
  const { loaded, again } = useLoaded(classId, () => get(PATH, { params: { classId } }));
  const say = words.summer;
  return (
    <Show of={loaded} again={again}>
      {(summer) => (
        <>
          <PageTitle text={say.title(summer.className)} />
          <p class="soft">{say.intro}</p>
          <p>
            {summer.open ? say.open(dayText(summer.untilOn)) : say.notOpen}{' '}
            {!summer.open && <a href={`/lop/${classId}/bang`}>{words.check.toSheet}</a>}
          </p>
          {summer.pupils.length === 0 && <p>{say.none}</p>}
          {summer.open && summer.pupils.length > 0 && (
            <div class="actions">
              <a class="button primary" href={`/lop/${classId}/bang/BS`}>
                {say.toSheet}
              </a>
            </div>
          )}
          <ul class="bare">
            {summer.pupils.map((pupil) => (
              <li key={pupil.pupilId} class="card padded">
                <One classId={classId} pupil={pupil} mayPlan={summer.mayPlan} again={again} />
              </li>
            ))}
          </ul>
          <p>
            <a href={`/lop/${classId}/ket-qua`}>{say.toResults}</a>
          </p>
        </>
      )}
    </Show>
  );
}

function One(props: { classId: string; pupil: Pupil; mayPlan: boolean; again: () => void }) {
  const { pupil } = props;
  const { plan } = pupil;
  const say = words.summer;
  return (
    <>
      <h2>
        {pupil.ordinal}. {pupil.fullName}
      </h2>
      <table class="plain">
        <thead>
          <tr>
            <th>{say.cell}</th>
            <th>{say.atYearEnd}</th>
            <th>{say.inSummer}</th>
          </tr>
        </thead>
        <tbody>
          {pupil.cells.map((cell) => (
            <tr key={cell.item}>
              <th scope="row">{cell.title}</th>
              <td>{cell.atYearEnd}</td>
              <td>{cell.inSummer ?? <span class="soft">{say.notYet}</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {pupil.proposed !== null && <p>{say.result(RESULT_NAMES[pupil.proposed])}</p>}
      {plan ? (
        <p>
          <strong>{say.plan(dayText(plan.fromOn), dayText(plan.untilOn))}</strong> {plan.content}{' '}
          <span class="soft">({plan.by})</span>
        </p>
      ) : (
        <p class="soft">{say.noPlan}</p>
      )}
      {props.mayPlan && !pupil.frozen && (
        <Make key={plan?.at ?? ''} classId={props.classId} pupil={pupil} again={props.again} />
      )}
    </>
  );
}

function Make(props: { classId: string; pupil: Pupil; again: () => void }) {
  const { classId, pupil } = props;
  const { plan } = pupil;
  const [content, setContent] = useState(plan?.content ?? '');
  const [fromOn, setFrom] = useState(plan?.fromOn ?? '');
  const [untilOn, setUntil] = useState(plan?.untilOn ?? '');
  const { busy, error, run } = useAct();
  const say = words.summer;
  const id = pupil.pupilId;
  return (
    <details>
      <summary aria-label={say.makeOf(pupil.fullName)}>{plan ? say.change : say.make}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          run(async () => {
            const body = { pupilId: id, content: content.trim(), fromOn, untilOn };
            await post('/api/classes/:classId/summer/plans', { params: { classId }, body });
            props.again();
          });
        }}
      >
        {error && <Refused error={error} />}
        <TextArea id={`plan-${id}`} label={say.content} value={content} set={setContent} maxLength={2000} />
        <div class="field-grid">
          <DayField id={`from-${id}`} label={say.fromOn} value={fromOn} set={setFrom} />
          <DayField id={`until-${id}`} label={say.untilOn} value={untilOn} set={setUntil} />
        </div>
        <div class="actions">
          <button type="submit" disabled={busy || content.trim() === '' || fromOn === '' || untilOn === ''}>
            {say.save}
          </button>
        </div>
      </form>
    </details>
  );
}
