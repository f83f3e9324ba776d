import { useState } from 'preact/hooks';
import { type Answer, get, post } from '../api/client.ts';
import { DayField } from '../parts/day-field.tsx';
import { Refused, Show, useAct, useLoaded } from '../parts/load.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { TextField } from '../parts/text-field.tsx';
import { dayText } from '../words/day.ts';
import { words } from '../words/index.ts';
import { ArrivalYears, type TypedYear, yearsOf } from './transfer-years.tsx';

type Classes = Answer<'GET', '/api/classes'>['classes'];
type Offer = Answer<'POST', '/api/transfers/find'>['offer'];
const say = (): typeof words.pupils.arrival => words.pupils.arrival;

/** Tiếp nhận: first what a school of this installation has let go, then, for a school that is not here, its papers. */
export function ArrivalPage() {
  const { loaded, again } = useLoaded('classes', () => get('/api/classes', {}));
  const [arrived, setArrived] = useState('');
  return (
    <>
      <PageTitle text={say().title} />
      {arrived !== '' && (
        <div class="notice" role="status">
          <a href={`/hoc-sinh/${arrived}`}>{say().done}</a>
        </div>
      )}
      <Show of={loaded} again={again}>
        {({ classes }) => (
          <>
            <p class="soft">{say().note}</p>
            <Inherit classes={classes} done={setArrived} />
            <details class="card padded">
              <summary>{say().outside}</summary>
              <Papers classes={classes} done={setArrived} />
            </details>
          </>
        )}
      </Show>
    </>
  );
}

/** Into which class, on which day, why: the same for both ways in. */
function useEntry(id: string, classes: Classes) {
  const [toClassId, setToClassId] = useState('');
  const [onDate, setOnDate] = useState('');
  const [reason, setReason] = useState('');
  const move = words.pupils.move;
  const fields = (
    <>
      <div class="field-row">
        <label for={`${id}-class`}>{move.toClass}</label>
        <select id={`${id}-class`} value={toClassId} onChange={(e) => setToClassId(e.currentTarget.value)}>
          <option value="">{move.choose}</option>
          {classes.map((one) => (
            <option key={one.classId} value={one.classId}>
              {one.name} · {words.schoolYear(one.schoolYear)}
            </option>
          ))}
        </select>
      </div>
      <DayField id={`${id}-day`} label={move.day} value="" set={setOnDate} />
      <TextField id={`${id}-reason`} label={move.reason} value={reason} set={setReason} maxLength={500} />
    </>
  );
  return { entry: { toClassId, onDate, reason }, ready: toClassId !== '' && onDate !== '', fields };
}

function Inherit({ classes, done }: { classes: Classes; done: (pupilId: string) => void }) {
  const [key, setKey] = useState('');
  const [birthDate, setBirthDate] = useState('');
  const [offer, setOffer] = useState<Offer | undefined>();
  const { entry, ready, fields } = useEntry('inherit', classes);
  const { busy, error, run } = useAct();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        run(async () => {
          const who = { key: key.trim(), birthDate };
          if (!offer) setOffer((await post('/api/transfers/find', { body: who })).offer);
          else done((await post('/api/transfers/take-over', { body: { ...who, ...entry } })).pupilId);
        });
      }}
    >
      {error && <Refused error={error} />}
      <div class="field-grid">
        <TextField
          id="key"
          label={say().key}
          value={key}
          set={(text) => {
            setKey(text);
            setOffer(undefined);
          }}
          maxLength={20}
        />
        <DayField
          id="key-born"
          label={say().birthDate}
          value=""
          set={(day) => {
            setBirthDate(day);
            setOffer(undefined);
          }}
        />
      </div>
      {offer === null && <div class="notice wait">{say().nothing}</div>}
      {offer && (
        <>
          <div class="notice" role="status">
            {say().found(
              offer.fullName,
              offer.results.schoolName,
              offer.results.className,
              dayText(offer.leftOn),
            )}
          </div>
          <div class="field-grid">{fields}</div>
        </>
      )}
      <div class="actions">
        <button type="submit" class="primary" disabled={busy || birthDate === '' || (!!offer && !ready)}>
          {offer ? say().inherit(offer.fullName) : say().find}
        </button>
      </div>
    </form>
  );
}

function Papers({ classes, done }: { classes: Classes; done: (pupilId: string) => void }) {
  const [pupilCode, setPupilCode] = useState('');
  const [personalId, setPersonalId] = useState('');
  const [fullName, setFullName] = useState('');
  const [sex, setSex] = useState<'male' | 'female'>('female');
  const [birthDate, setBirthDate] = useState('');
  const [schoolName, setSchoolName] = useState('');
  const [resultsNote, setResultsNote] = useState('');
  const [years, setYears] = useState<readonly TypedYear[]>([]);
  const { entry, ready, fields } = useEntry('papers', classes);
  const { busy, error, run } = useAct();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        run(async () => {
          const number = personalId.trim();
          const pupil = { pupilCode: pupilCode.trim(), fullName, sex, birthDate };
          const body = {
            ...entry,
            schoolName,
            resultsNote,
            studyYears: yearsOf(years, schoolName),
            pupil: number === '' ? pupil : { ...pupil, personalId: number },
          };
          done((await post('/api/transfers/in', { body })).pupilId);
        });
      }}
    >
      {error && <Refused error={error} />}
      <div class="field-grid">
        <TextField id="in-code" label={say().code} value={pupilCode} set={setPupilCode} maxLength={20} />
        <TextField
          id="in-number"
          label={say().personalId}
          value={personalId}
          set={setPersonalId}
          maxLength={12}
          optional
        />
        <TextField id="in-name" label={say().name} value={fullName} set={setFullName} maxLength={80} />
        <DayField id="in-born" label={say().birthDate} value="" set={setBirthDate} />
        <div class="field-row">
          <label for="in-sex">{words.pupils.sex}</label>
          <select
            id="in-sex"
            value={sex}
            onChange={(e) => setSex(e.currentTarget.value === 'male' ? 'male' : 'female')}
          >
            <option value="female">{words.pupils.sexes.female}</option>
            <option value="male">{words.pupils.sexes.male}</option>
          </select>
        </div>
        <TextField id="in-school" label={say().from} value={schoolName} set={setSchoolName} maxLength={200} />
        {fields}
      </div>
      <ArrivalYears years={years} set={setYears} />
      <div class="field-row">
        <label for="in-results">{say().results}</label>
        <textarea
          id="in-results"
          class="field"
          rows={4}
          maxLength={4000}
          value={resultsNote}
          onInput={(e) => setResultsNote(e.currentTarget.value)}
        />
      </div>
      <button type="submit" disabled={busy || birthDate === '' || !ready}>
        {say().enter}
      </button>
    </form>
  );
}
