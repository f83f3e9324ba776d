import { useState } from 'preact/hooks';
import type { Pupil } from '../../api/answers.ts';
import { get, post } from '../../api/client.ts';
import { DayField } from '../../parts/day-field.tsx';
import { Refused, useAct, useLoaded } from '../../parts/load.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { words } from '../../words/index.ts';

type Place = NonNullable<Pupil['place']>;

/** The two ways out of a class: to another school, to another class of the grade. */
export function Moves({ pupil, place, done }: { pupil: Pupil; place: Place; done: () => void }) {
  const say = words.pupils.move;
  return (
    <>
      <h2>{words.pupils.transfers}</h2>
      <details class="card padded">
        <summary>{say.out}</summary>
        <Out pupilId={pupil.pupilId} done={done} />
      </details>
      <details class="card padded">
        <summary>{say.klass}</summary>
        <ClassChange pupilId={pupil.pupilId} place={place} done={done} />
      </details>
    </>
  );
}

function Out({ pupilId, done }: { pupilId: string; done: () => void }) {
  const say = words.pupils.move;
  const [schoolName, setSchoolName] = useState('');
  const [schoolCode, setSchoolCode] = useState('');
  const [onDate, setOnDate] = useState('');
  const [reason, setReason] = useState('');
  const { busy, error, run } = useAct();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        run(async () => {
          await post('/api/pupils/:pupilId/transfer-out', {
            params: { pupilId },
            body: {
              onDate,
              schoolName,
              reason,
              ...(schoolCode.trim() === '' ? {} : { schoolCode: schoolCode.trim() }),
            },
          });
          done();
        });
      }}
    >
      <p class="soft">{say.outNote}</p>
      {error && <Refused error={error} />}
      <div class="field-grid">
        <TextField
          id="out-school"
          label={say.school}
          value={schoolName}
          set={setSchoolName}
          maxLength={200}
        />
        <TextField
          id="out-code"
          label={say.schoolCode}
          value={schoolCode}
          set={setSchoolCode}
          maxLength={20}
          optional
        />
        <DayField id="out-day" label={say.day} value="" set={setOnDate} />
        <TextField id="out-reason" label={say.reason} value={reason} set={setReason} maxLength={500} />
      </div>
      <button type="submit" class="danger" disabled={busy || onDate === ''}>
        {say.out}
      </button>
    </form>
  );
}

function ClassChange({ pupilId, place, done }: { pupilId: string; place: Place; done: () => void }) {
  const say = words.pupils.move;
  const classes = useLoaded('classes', () => get('/api/classes', {}));
  const [toClassId, setToClassId] = useState('');
  const [onDate, setOnDate] = useState('');
  const [reason, setReason] = useState('');
  const { busy, error, run } = useAct();
  const fitting =
    classes.loaded.at === 'there'
      ? classes.loaded.value.classes.filter(
          (c) => c.schoolYear === place.schoolYear && c.grade <= place.grade && c.classId !== place.classId,
        )
      : [];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        run(async () => {
          await post('/api/pupils/:pupilId/class-change', {
            params: { pupilId },
            body: { toClassId, onDate, reason },
          });
          done();
        });
      }}
    >
      {error && <Refused error={error} />}
      <div class="field-grid">
        <div class="field-row">
          <label for="to-class">{say.toClass}</label>
          <select id="to-class" value={toClassId} onChange={(e) => setToClassId(e.currentTarget.value)}>
            <option value="">{say.choose}</option>
            {fitting.map((one) => (
              <option key={one.classId} value={one.classId}>
                {one.name}
              </option>
            ))}
          </select>
        </div>
        <DayField id="class-day" label={say.day} value="" set={setOnDate} />
        <TextField id="class-reason" label={say.reason} value={reason} set={setReason} maxLength={500} />
      </div>
      <button type="submit" disabled={busy || onDate === '' || toClassId === ''}>
        {say.klass}
      </button>
    </form>
  );
}
