import { useState } from 'preact/hooks';
import { type Answer, post } from '../../api/client.ts';
import { DayField } from '../../parts/day-field.tsx';
import { Refused, useAct } from '../../parts/load.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { clock } from '../../words/clock.ts';
import { dayText } from '../../words/day.ts';
import { words } from '../../words/index.ts';

type Year = Answer<'GET', '/api/school-years'>['years'][number];

/** The principal moves the locks of a year, or two of the office once something of it is issued; every move before stands below. */
export function MoveLocks({ year, done }: { year: Year; done: () => void }) {
  const [main, setMain] = useState(year.mainLockOn);
  const [later, setLater] = useState(year.supplementaryLockOn);
  const [reason, setReason] = useState('');
  const [evidence, setEvidence] = useState('');
  const [sent, setSent] = useState('');
  const { busy, error, run } = useAct();
  const say = words.years.move;
  const changed = main !== year.mainLockOn || later !== year.supplementaryLockOn;
  return (
    <details class="card padded" open={error !== null}>
      <summary>{say.title(year.schoolYear.replace('-', '–'))}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          run(async () => {
            const days = { mainLockOn: main, supplementaryLockOn: later };
            if (year.issued) {
              const { approvers } = await post('/api/approvals', {
                body: { act: { kind: 'year-lock', schoolYear: year.schoolYear, ...days }, reason, evidence },
              });
              const what = say.what(year.schoolYear.replace('-', '–'));
              setSent(words.approvals.sent(what, approvers.join(words.approvals.or)));
              return;
            }
            await post('/api/school-years/:schoolYear/locks', {
              params: { schoolYear: year.schoolYear },
              body: { ...days, reason: reason.trim() },
            });
            done();
          });
        }}
      >
        <p class="soft">
          {say.note} {year.issued && say.two}
        </p>
        {sent !== '' && (
          <div class="notice" role="status">
            {sent}
          </div>
        )}
        {error && <Refused error={error} />}
        <div class="field-grid">
          <DayField
            id={`main-${year.schoolYear}`}
            label={words.years.open.mainLockOn}
            value={year.mainLockOn}
            set={setMain}
          />
          <DayField
            id={`later-${year.schoolYear}`}
            label={words.years.open.supplementaryLockOn}
            value={year.supplementaryLockOn}
            set={setLater}
          />
          <TextField
            id={`reason-${year.schoolYear}`}
            label={say.reason}
            value={reason}
            set={setReason}
            maxLength={500}
          />
          {year.issued && (
            <TextField
              id={`evidence-${year.schoolYear}`}
              label={say.evidence}
              value={evidence}
              set={setEvidence}
              maxLength={500}
              optional
            />
          )}
        </div>
        <div class="actions">
          <button
            type="submit"
            disabled={
              busy ||
              !changed ||
              sent !== '' ||
              main === '' ||
              later === '' ||
              reason.trim().length < (year.issued ? 3 : 1)
            }
          >
            {year.issued ? say.ask : say.button}
          </button>
        </div>
      </form>
      {year.lockMoves.length > 0 && (
        <>
          <h3>{say.history}</h3>
          <ul>
            {year.lockMoves.map((m) => (
              <li key={m.at}>
                {say.moved(
                  m.by,
                  clock(m.at),
                  dayText(m.mainLockOn),
                  dayText(m.supplementaryLockOn),
                  m.reason,
                )}
              </li>
            ))}
          </ul>
        </>
      )}
    </details>
  );
}
