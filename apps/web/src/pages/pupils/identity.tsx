import { useEffect, useState } from 'preact/hooks';
import type { Identity } from '../../api/answers.ts';
import { get, post } from '../../api/client.ts';
import { DayField } from '../../parts/day-field.tsx';
import type { Me } from '../../parts/frame.tsx';
import { Refused, Show, useAct, useLoaded } from '../../parts/load.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { clock } from '../../words/clock.ts';
import { dayText } from '../../words/day.ts';
import { words } from '../../words/index.ts';
import { IdentityDue } from './identity-due.tsx';

type Problems = Identity['problems'];
const BEFORE = [
  ['fullName', 80],
  ['personalId', 12],
  ['registerNumber', 20],
] as const;
const AFTER = [
  ['birthPlace', 200],
  ['homeTown', 200],
  ['address', 300],
  ['ethnicity', 40],
  ['nationality', 60],
  ['fatherName', 80],
  ['motherName', 80],
  ['motherAbsence', 200],
  ['guardianName', 80],
] as const;

/** Lý lịch: edited by the office with its reason, checked while typed; after issue by a decision, with its correction. */
export function IdentityPage({ pupilId, me }: { pupilId: string; me: Me }) {
  const { loaded, again } = useLoaded(pupilId, () =>
    get('/api/pupils/:pupilId/identity', { params: { pupilId } }),
  );
  const say = words.identity;
  return (
    <Show of={loaded} again={again}>
      {(one) => (
        <>
          <PageTitle text={say.title(one.fullName)} />
          <p>
            <a href={`/hoc-sinh/${pupilId}`}>{say.back}</a> · <span class="soft">{say.intro}</span>
          </p>
          <IdentityDue due={one.due} mayAsk={me.roles.some((role) => role !== 'teacher')} done={again} />
          {one.issuedYears.length > 0 && (
            <p class="notice wait">
              {say.issued(one.issuedYears.map((y) => y.replace('-', '–')).join(', '))}
            </p>
          )}
          <Form key={one.history.length} pupilId={pupilId} one={one} done={again} />
          <History one={one} />
        </>
      )}
    </Show>
  );
}

function Form({ pupilId, one, done }: { pupilId: string; one: Identity; done: () => void }) {
  const say = words.identity;
  const [facts, setFacts] = useState(one.facts);
  const [birthDate, setBirthDate] = useState(one.facts.birthDate ?? '');
  const [reason, setReason] = useState('');
  const [number, setNumber] = useState('');
  const [date, setDate] = useState('');
  const { busy, error, run } = useAct();
  const typed = { ...facts, birthDate: birthDate || null };
  const problems = useProblems(pupilId, typed, one.problems);
  const field = ([key, maxLength]: (typeof BEFORE)[number] | (typeof AFTER)[number]) => (
    <TextField
      key={key}
      id={`pupil-${key}`}
      label={say.fields[key]}
      value={facts[key]}
      set={(text) => setFacts({ ...facts, [key]: text })}
      maxLength={maxLength}
      optional={key !== 'fullName'}
    />
  );
  return (
    <form
      class="card padded"
      onSubmit={(event) => {
        event.preventDefault();
        run(async () => {
          await post('/api/pupils/:pupilId/identity', {
            params: { pupilId },
            body: {
              facts: typed,
              reason,
              ...(number.trim() === '' ? {} : { decision: { number: number.trim(), date } }),
            },
          });
          done();
        });
      }}
    >
      {error && <Refused error={error} />}
      <div class="field-grid">
        {BEFORE.map(field)}
        <div class="field-row">
          <label for="pupil-sex">{say.sex}</label>
          <select
            id="pupil-sex"
            value={facts.sex ?? ''}
            onChange={(e) => {
              const { value } = e.currentTarget;
              setFacts({ ...facts, sex: value === 'male' || value === 'female' ? value : null });
            }}
          >
            <option value="">{say.noSex}</option>
            <option value="female">{words.pupils.sexes.female}</option>
            <option value="male">{words.pupils.sexes.male}</option>
          </select>
        </div>
        <DayField id="pupil-born" label={say.birthDate} value={birthDate} set={setBirthDate} />
        {AFTER.map(field)}
      </div>
      <div role="status">
        {problems.length === 0 ? (
          <p class="soft">{say.sound}</p>
        ) : (
          <div class="notice wait">
            <strong>{say.problems}</strong>
            <ul>
              {problems.map((problem) => (
                <li key={problem.code + problem.message}>
                  {problem.message} {problem.action}
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
      <div class="field-grid">
        <TextField id="pupil-reason" label={say.reason} value={reason} set={setReason} maxLength={500} />
        <TextField
          id="pupil-decision"
          label={say.decision}
          value={number}
          set={setNumber}
          maxLength={60}
          optional={one.issuedYears.length === 0}
        />
        {number.trim() !== '' && (
          <DayField id="pupil-decided" label={say.decisionDate} value="" set={setDate} />
        )}
      </div>
      <button type="submit" class="primary" disabled={busy || (number.trim() !== '' && date === '')}>
        {say.save}
      </button>
    </form>
  );
}

/** The server's own check of what is being typed, half a second after the last key. */
function useProblems(pupilId: string, facts: Identity['facts'], first: Problems): Problems {
  const [problems, setProblems] = useState(first);
  const body = JSON.stringify(facts);
  useEffect(() => {
    let current = true;
    const timer = setTimeout(() => {
      post('/api/pupils/:pupilId/identity/check', { params: { pupilId }, body: facts }).then(
        (answer) => current && setProblems(answer.problems),
        // Saving says what is wrong; a check that did not come through changes nothing.
        () => {},
      );
    }, 500);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [pupilId, body]);
  return problems;
}

function History({ one }: { one: Identity }) {
  const say = words.identity;
  if (one.history.length === 0) return null;
  return (
    <>
      <h2>{say.history}</h2>
      <ul>
        {one.history.map((act) => (
          <li key={act.at}>
            {say.line(act.fields.join(', '), act.reason)}
            {act.decision && `; ${say.decided(act.decision.number, dayText(act.decision.date))}`}{' '}
            <span class="soft">({words.handOver.status.recorded(act.by, clock(act.at))})</span>
          </li>
        ))}
      </ul>
    </>
  );
}
