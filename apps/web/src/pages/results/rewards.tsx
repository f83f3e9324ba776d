import { useState } from 'preact/hooks';
import { type Answer, post } from '../../api/client.ts';
import { DayField } from '../../parts/day-field.tsx';
import { Refused, useAct } from '../../parts/load.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { dayText } from '../../words/day.ts';
import { words } from '../../words/index.ts';

type Pupil = Answer<'GET', '/api/classes/:classId/results'>['pupils'][number];
type Kind = Pupil['award']['rewards'][number]['kind'];
interface Props {
  readonly classId: string;
  readonly pupils: readonly Pupil[];
  /** What the reader records: the principal everything, the homeroom teacher letters. */
  readonly may: 'all' | 'letter' | 'none';
  readonly again: () => void;
}

/** Rewards beside the titles, and letters, which stand here and in no record. */
export function Rewards(props: Props) {
  const { classId, pupils, may, again } = props;
  const say = words.awards;
  const given = pupils.flatMap((pupil) => pupil.award.rewards.map((reward) => ({ pupil, reward })));
  return (
    <>
      <h3>{say.others}</h3>
      {given.length === 0 && <p class="soft">{say.noOthers}</p>}
      {given.length > 0 && (
        <ul class="card task-list">
          {given.map(({ pupil, reward }) => (
            <li key={reward.rewardId}>
              <div>
                <strong>{pupil.fullName}</strong>
                <p>
                  {reward.text} <span class="soft">({dayText(reward.givenOn)})</span>
                </p>
                {may === 'all' && <Withdraw classId={classId} rewardId={reward.rewardId} again={again} />}
              </div>
              <span class={reward.kind === 'letter' ? 'tag' : 'tag todo'}>{say.kinds[reward.kind]}</span>
            </li>
          ))}
        </ul>
      )}
      {may !== 'none' && <Give key={given.length} {...props} />}
    </>
  );
}

function Give({ classId, pupils, may, again }: Props) {
  const [pupilId, setPupil] = useState('');
  const [kind, setKind] = useState<Kind>(may === 'all' ? 'sudden' : 'letter');
  const [text, setText] = useState('');
  const [givenOn, setGivenOn] = useState('');
  const { busy, error, run } = useAct();
  const say = words.awards;
  const kinds: readonly Kind[] = may === 'all' ? ['sudden', 'higher', 'letter'] : ['letter'];
  const give = (): void =>
    run(async () => {
      const body = { pupilId, text: text.trim(), givenOn };
      if (may === 'all') {
        await post('/api/classes/:classId/rewards', { params: { classId }, body: { ...body, kind } });
      } else await post('/api/classes/:classId/letters', { params: { classId }, body });
      again();
    });
  return (
    <details class="card padded">
      <summary>{may === 'all' ? say.give : say.sendLetter}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          give();
        }}
      >
        <p class="soft">{say.letterNote}</p>
        {error && <Refused error={error} />}
        <div class="field-grid">
          <div class="field-row">
            <label for="reward-pupil">{words.sheet.name}</label>
            <select id="reward-pupil" value={pupilId} onChange={(e) => setPupil(e.currentTarget.value)}>
              <option value="">{words.plans.choosePupil}</option>
              {pupils.map((p) => (
                <option key={p.pupilId} value={p.pupilId}>
                  {p.ordinal}. {p.fullName}
                </option>
              ))}
            </select>
          </div>
          <div class="field-row">
            <label for="reward-kind">{say.kind}</label>
            <select
              id="reward-kind"
              value={kind}
              onChange={(e) => setKind(kinds.find((k) => k === e.currentTarget.value) ?? kind)}
            >
              {kinds.map((one) => (
                <option key={one} value={one}>
                  {say.kinds[one]}
                </option>
              ))}
            </select>
          </div>
          <TextField id="reward-text" label={say.text} value={text} set={setText} maxLength={500} />
          <DayField id="reward-day" label={say.givenOn} value="" set={setGivenOn} />
        </div>
        <div class="actions">
          <button type="submit" disabled={busy || pupilId === '' || text.trim() === '' || givenOn === ''}>
            {say.record}
          </button>
        </div>
      </form>
    </details>
  );
}

function Withdraw(props: { classId: string; rewardId: string; again: () => void }) {
  const [reason, setReason] = useState('');
  const { busy, error, run } = useAct();
  const say = words.awards;
  const withdraw = (): void =>
    run(async () => {
      await post('/api/classes/:classId/rewards/withdrawals', {
        params: { classId: props.classId },
        body: { rewardId: props.rewardId, reason: reason.trim() },
      });
      props.again();
    });
  return (
    <details>
      <summary>{say.mistake}</summary>
      {error && <Refused error={error} />}
      <TextField
        id={`mistake-${props.rewardId}`}
        label={words.results.decideReason}
        value={reason}
        set={setReason}
        maxLength={500}
      />
      <div class="actions">
        <button type="button" disabled={busy || reason.trim() === ''} onClick={withdraw}>
          {say.mistakeButton}
        </button>
      </div>
    </details>
  );
}
