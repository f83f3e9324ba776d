import { subjectsOf, traitsOf } from '@hocba/record';
import { useState } from 'preact/hooks';
import { type Answer, post } from '../../api/client.ts';
import { Boxes } from '../../parts/boxes.tsx';
import { DayField } from '../../parts/day-field.tsx';
import { Refused, useAct } from '../../parts/load.tsx';
import { dayText } from '../../words/day.ts';
import { words } from '../../words/index.ts';

type Pupil = Answer<'GET', '/api/classes/:classId/results'>['pupils'][number];
type Grade = Parameters<typeof subjectsOf>[0];
const PROPOSE = '/api/classes/:classId/titles/proposals';
interface Act {
  readonly classId: string;
  readonly again: () => void;
}

/** Proposed, recognised by the class, and not decided. */
function isReady({ award, frozen }: Pupil): boolean {
  return !frozen && award.decision === null && award.open !== null && award.open.lacking.length === 0;
}

function stateOf({ award }: Pupil): { text: string; tag: string } {
  const { state } = words.awards;
  if (award.grounds === null) return { text: state.none, tag: 'tag' };
  if (award.decision?.granted) return { text: state.granted, tag: 'tag' };
  if (award.decision) return { text: state.refused, tag: 'tag wrong' };
  if (award.vote === null) return { text: state.vote, tag: 'tag todo' };
  return award.vote.recognised
    ? { text: state.decision, tag: 'tag wait' }
    : { text: state.notRecognised, tag: 'tag wrong' };
}

/** One pupil whose result allows the title: where the proposal stands, and what the reader may do about it. */
export function TitleRow(props: Act & { pupil: Pupil; homeroom: boolean; principal: boolean }) {
  const { classId, pupil, again } = props;
  const { award } = pupil;
  const say = words.awards;
  const state = stateOf(pupil);
  return (
    <li>
      <div>
        <strong>{pupil.fullName}</strong>
        {award.grounds && <p>{say.grounds(award.grounds.text)}</p>}
        {award.vote && <p class="soft">{say.voted(award.vote.recognised, dayText(award.vote.heldOn))}</p>}
        {award.decision?.reason && <p class="soft">{words.results.because(award.decision.reason)}</p>}
        {props.homeroom && !pupil.frozen && <Propose classId={classId} pupil={pupil} again={again} />}
        {props.principal && isReady(pupil) && <Refuse classId={classId} pupil={pupil} again={again} />}
      </div>
      <span class={state.tag}>{state.text}</span>
    </li>
  );
}

function Propose({ classId, pupil, again }: Act & { pupil: Pupil }) {
  const { grounds } = pupil.award;
  const [subjects, setSubjects] = useState<readonly string[]>(grounds?.subjects ?? []);
  const [traits, setTraits] = useState<readonly string[]>(grounds?.traits ?? []);
  const { busy, error, run } = useAct();
  const say = words.awards;
  const grade = pupil.grade as Grade;
  const propose = (): void =>
    run(async () => {
      type Body = Parameters<typeof post<typeof PROPOSE>>[1]['body'];
      const body = { pupilId: pupil.pupilId, subjects, traits } as Body;
      await post(PROPOSE, { params: { classId }, body });
      again();
    });
  const withdraw = (): void =>
    run(async () => {
      await post('/api/classes/:classId/titles/withdrawals', {
        params: { classId },
        body: { pupilId: pupil.pupilId },
      });
      again();
    });
  return (
    <details>
      <summary aria-label={say.proposeOf(pupil.fullName)}>{grounds ? say.change : say.propose}</summary>
      {error && <Refused error={error} />}
      <Boxes
        legend={say.subjects}
        all={subjectsOf(grade).map((s) => ({ code: s.code, name: s.shortName }))}
        on={subjects}
        set={setSubjects}
      />
      <Boxes
        legend={say.traits}
        all={traitsOf(grade).map((t) => ({ code: t.code, name: t.name }))}
        on={traits}
        set={setTraits}
      />
      <div class="actions">
        <button type="button" disabled={busy || subjects.length + traits.length === 0} onClick={propose}>
          {say.send}
        </button>
        {grounds && (
          <button type="button" disabled={busy} onClick={withdraw}>
            {say.withdraw}
          </button>
        )}
      </div>
    </details>
  );
}

/** What the class said of those who were proposed: one day, a box for each; unticked means not recognised. */
export function Vote({ classId, pupils, again }: Act & { pupils: readonly Pupil[] }) {
  const waiting = pupils.filter((p) => !p.frozen && p.award.grounds && p.award.decision === null);
  const [heldOn, setHeldOn] = useState('');
  const [yes, setYes] = useState<readonly string[]>(
    waiting.filter((p) => p.award.vote?.recognised !== false).map((p) => p.pupilId),
  );
  const { busy, error, run } = useAct();
  const say = words.awards;
  if (waiting.length === 0) return null;
  const record = (): void =>
    run(async () => {
      const votes = waiting.map(({ pupilId }) => ({ pupilId, recognised: yes.includes(pupilId) }));
      await post('/api/classes/:classId/titles/votes', { params: { classId }, body: { heldOn, votes } });
      again();
    });
  return (
    <details class="card padded">
      <summary>{say.vote}</summary>
      {error && <Refused error={error} />}
      <div class="field-grid">
        <DayField id="vote-day" label={say.voteDay} value="" set={setHeldOn} />
      </div>
      <Boxes
        legend={say.voteFor}
        all={waiting.map((p) => ({ code: p.pupilId, name: p.fullName }))}
        on={yes}
        set={setYes}
      />
      <div class="actions">
        <button type="button" disabled={busy || heldOn === ''} onClick={record}>
          {say.voteButton(waiting.length)}
        </button>
      </div>
    </details>
  );
}

/** The principal grants all that lack nothing, at once. */
export function Decide({ classId, pupils, again }: Act & { pupils: readonly Pupil[] }) {
  const { busy, error, run } = useAct();
  const ready = pupils.filter(isReady);
  if (ready.length === 0) return null;
  const grant = (): void =>
    run(async () => {
      const decisions = ready.map(({ pupilId }) => ({ pupilId, granted: true }));
      await post('/api/classes/:classId/titles/decisions', { params: { classId }, body: { decisions } });
      again();
    });
  return (
    <>
      {error && <Refused error={error} />}
      <div class="actions">
        <button type="button" disabled={busy} onClick={grant}>
          {words.awards.grant(ready.length)}
        </button>
      </div>
    </>
  );
}

function Refuse({ classId, pupil, again }: Act & { pupil: Pupil }) {
  const [reason, setReason] = useState('');
  const { busy, error, run } = useAct();
  const say = words.awards;
  const refuse = (): void =>
    run(async () => {
      await post('/api/classes/:classId/titles/decisions', {
        params: { classId },
        body: { decisions: [{ pupilId: pupil.pupilId, granted: false, reason: reason.trim() }] },
      });
      again();
    });
  return (
    <details>
      <summary aria-label={say.refuseOf(pupil.fullName)}>{say.refuse}</summary>
      {error && <Refused error={error} />}
      <label for={`refuse-${pupil.pupilId}`}>{words.results.decideReason}</label>
      <input
        id={`refuse-${pupil.pupilId}`}
        type="text"
        maxLength={500}
        value={reason}
        onInput={(e) => setReason(e.currentTarget.value)}
      />
      <div class="actions">
        <button type="button" disabled={busy || reason.trim() === ''} onClick={refuse}>
          {say.refuse}
        </button>
      </div>
    </details>
  );
}
