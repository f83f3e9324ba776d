import { useState } from 'preact/hooks';
import { type Answer, get, post } from '../../api/client.ts';
import { Refused, Show, useAct, useLoaded } from '../../parts/load.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { TextArea } from '../../parts/text-area.tsx';
import { clock } from '../../words/clock.ts';
import { dayText } from '../../words/day.ts';
import { words } from '../../words/index.ts';
import { HandedPupils } from './pupils.tsx';

type Minutes = Answer<'GET', '/api/hand-overs/:handOverId'>;

/** Minutes of one hand-over: what was given by whom, what the receiver says, the pupils as they were. */
export function HandOverPage({ handOverId }: { handOverId: string }) {
  const { loaded, again } = useLoaded(handOverId, () =>
    get('/api/hand-overs/:handOverId', { params: { handOverId } }),
  );
  const say = words.handOver.minutes;
  return (
    <Show of={loaded} again={again}>
      {(one) => (
        <>
          <PageTitle text={say.title(one.className, dayText(one.onDate))} />
          <p>
            {one.schoolName} · {words.schoolYear(one.schoolYear)} · {words.handOver.kinds[one.kind]}
          </p>
          <ul>
            <li>{say.gave(one.giver, clock(one.givenAt))}</li>
            <li>
              <Answered one={one} />
            </li>
          </ul>
          {one.answer?.remarks && <p class="notice">{one.answer.remarks}</p>}
          <Texts one={one} />
          {one.mine && <Reply handOverId={handOverId} done={again} />}
          <h2>{say.pupils(one.pupils.length)}</h2>
          <HandedPupils pupils={one.pupils} />
          <div class="actions">
            <button type="button" onClick={() => print()}>
              {say.print}
            </button>
          </div>
        </>
      )}
    </Show>
  );
}

function Answered({ one }: { one: Minutes }) {
  const say = words.handOver;
  if (one.answer === null)
    return (
      <>
        {one.receiver ?? say.school}: <span class="tag wait">{say.waiting}</span>
      </>
    );
  const { by, at, accepted } = one.answer;
  return <>{(accepted ? say.minutes.took : say.minutes.refused)(by, clock(at))}</>;
}

function Texts({ one }: { one: Minutes }) {
  const say = words.handOver.minutes;
  const rows = (['strengths', 'weaknesses', 'files', 'present'] as const).filter((key) => one[key] !== '');
  if (rows.length === 0) return null;
  return (
    <dl class="facts card padded">
      {rows.map((key) => (
        <div key={key}>
          <dt>{say[key]}</dt>
          <dd class="lines">{one[key]}</dd>
        </div>
      ))}
    </dl>
  );
}

function Reply({ handOverId, done }: { handOverId: string; done: () => void }) {
  const say = words.handOver.minutes;
  const [remarks, setRemarks] = useState('');
  const { busy, error, run } = useAct();
  const answer = (accepted: boolean): void =>
    run(async () => {
      await post('/api/hand-overs/:handOverId/answer', {
        params: { handOverId },
        body: { accepted, remarks },
      });
      done();
    });
  return (
    <section class="card padded">
      {error && <Refused error={error} />}
      <TextArea id="remarks" label={say.remarks} value={remarks} set={setRemarks} maxLength={2000} rows={2} />
      <div class="actions">
        <button type="button" class="primary" disabled={busy} onClick={() => answer(true)}>
          {say.accept}
        </button>
        <button type="button" disabled={busy || remarks.trim() === ''} onClick={() => answer(false)}>
          {say.decline}
        </button>
      </div>
    </section>
  );
}
