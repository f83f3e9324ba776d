import { RESULT_NAMES, RESULTS } from '@hocba/record';
import { useState } from 'preact/hooks';
import { type Answer, post } from '../../api/client.ts';
import { Refused, useAct } from '../../parts/load.tsx';
import { words } from '../../words/index.ts';

type Pupil = Answer<'GET', '/api/classes/:classId/results'>['pupils'][number];

/** The homeroom teacher states another result than the rules give, with a reason; the check names it before the freeze. */
export function Differ(props: { classId: string; pupil: Pupil; again: () => void }) {
  const { pupil } = props;
  const [result, setResult] = useState('');
  const [reason, setReason] = useState('');
  const { busy, error, run } = useAct();
  const others = RESULTS.filter((one) => one !== pupil.proposed);
  const chosen = others.find((one) => one === result);
  const say = words.results.differ;
  if (pupil.proposed === null || pupil.frozen) return null;
  const state = (): void =>
    run(async () => {
      if (!chosen) return;
      await post('/api/classes/:classId/results', {
        params: { classId: props.classId },
        body: { results: [{ pupilId: pupil.pupilId, result: chosen, reason: reason.trim() }] },
      });
      props.again();
    });
  return (
    <details>
      <summary aria-label={say.of(pupil.fullName)}>{say.title}</summary>
      <p class="soft">{say.note}</p>
      {error && <Refused error={error} />}
      <div class="field-row">
        <label for={`differ-${pupil.pupilId}`}>{say.result}</label>
        <select
          id={`differ-${pupil.pupilId}`}
          value={result}
          onChange={(e) => setResult(e.currentTarget.value)}
        >
          <option value="">{say.choose}</option>
          {others.map((one) => (
            <option key={one} value={one}>
              {RESULT_NAMES[one]}
            </option>
          ))}
        </select>
      </div>
      <div class="field-row">
        <label for={`why-${pupil.pupilId}`}>{words.results.decideReason}</label>
        <input
          id={`why-${pupil.pupilId}`}
          type="text"
          maxLength={500}
          value={reason}
          onInput={(e) => setReason(e.currentTarget.value)}
        />
      </div>
      <div class="actions">
        <button type="button" disabled={busy || !chosen || reason.trim() === ''} onClick={state}>
          {say.button}
        </button>
      </div>
    </details>
  );
}
