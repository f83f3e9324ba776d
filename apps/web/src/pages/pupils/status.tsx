import { useState } from 'preact/hooks';
import type { Pupil } from '../../api/answers.ts';
import { get, post } from '../../api/client.ts';
import { DayField } from '../../parts/day-field.tsx';
import { Refused, useAct, useLoaded } from '../../parts/load.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { clock } from '../../words/clock.ts';
import { dayText } from '../../words/day.ts';
import { words } from '../../words/index.ts';

type Next = Pupil['mayBecome'][number];

/** Pauses, returns and ends of schooling: what was noted, and what may be noted now. */
export function Statuses({ pupil, done }: { pupil: Pupil; done: () => void }) {
  const say = words.handOver.status;
  if (pupil.statuses.length === 0 && pupil.mayBecome.length === 0) return null;
  return (
    <>
      <h2>{say.title}</h2>
      {pupil.statuses.length > 0 && (
        <ul>
          {pupil.statuses.map((one) => (
            <li key={one.recordedAt + one.name}>
              {say.line(one.name, dayText(one.since))}
              {one.reason !== null && `: ${one.reason}`}{' '}
              <span class="soft">({say.recorded(one.recordedBy, clock(one.recordedAt))})</span>
            </li>
          ))}
        </ul>
      )}
      {pupil.mayBecome.length > 0 && (
        <details class="card padded">
          <summary>{say.set}</summary>
          <Change pupil={pupil} done={done} />
        </details>
      )}
    </>
  );
}

function Change({ pupil, done }: { pupil: Pupil; done: () => void }) {
  const say = words.handOver.status;
  const [status, setStatus] = useState<Next | ''>('');
  const [onDate, setOnDate] = useState('');
  const [reason, setReason] = useState('');
  const [toClassId, setToClassId] = useState('');
  const { busy, error, run } = useAct();
  const needsClass = status === 'returned' && pupil.place === null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (status === '') return;
        run(async () => {
          await post('/api/pupils/:pupilId/status', {
            params: { pupilId: pupil.pupilId },
            body: { status, onDate, reason, ...(needsClass ? { toClassId } : {}) },
          });
          done();
        });
      }}
    >
      {error && <Refused error={error} />}
      <div class="field-grid">
        <div class="field-row">
          <label for="status">{say.kind}</label>
          <select id="status" value={status} onChange={(e) => setStatus(e.currentTarget.value as Next | '')}>
            <option value="">{say.choose}</option>
            {pupil.mayBecome.map((one) => (
              <option key={one} value={one}>
                {say.names[one]}
              </option>
            ))}
          </select>
        </div>
        <DayField id="status-day" label={say.day} value="" set={setOnDate} />
        <TextField id="status-reason" label={say.reason} value={reason} set={setReason} maxLength={500} />
        {needsClass && <ClassField value={toClassId} set={setToClassId} />}
      </div>
      <button
        type="submit"
        disabled={busy || status === '' || onDate === '' || (needsClass && toClassId === '')}
      >
        {say.set}
      </button>
    </form>
  );
}

function ClassField({ value, set }: { value: string; set: (id: string) => void }) {
  const classes = useLoaded('classes', () => get('/api/classes', {}));
  const all = classes.loaded.at === 'there' ? classes.loaded.value.classes : [];
  return (
    <div class="field-row">
      <label for="status-class">{words.handOver.status.toClass}</label>
      <select id="status-class" value={value} onChange={(e) => set(e.currentTarget.value)}>
        <option value="">{words.handOver.status.choose}</option>
        {all.map((one) => (
          <option key={one.classId} value={one.classId}>
            {one.name} · {words.schoolYear(one.schoolYear)}
          </option>
        ))}
      </select>
    </div>
  );
}
