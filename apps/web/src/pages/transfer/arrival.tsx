import { useState } from 'preact/hooks';
import { type Answer, get, post } from '../../api/client.ts';
import { DayField } from '../../parts/day-field.tsx';
import { Refused, Show, useAct, useLoaded } from '../../parts/load.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { dayText } from '../../words/day.ts';
import { words } from '../../words/index.ts';
import { type Classes, useEntry } from './entry.tsx';
import { Papers } from './papers.tsx';

type Offer = Answer<'POST', '/api/transfers/find'>['offer'];
const say = (): typeof words.pupils.arrival => words.pupils.arrival;

/** Tiếp nhận: first what a school of this installation has let go, then, for a school that is not here, its papers. */
export function ArrivalPage() {
  const { loaded, again } = useLoaded('classes', () => get('/api/classes', {}));
  const [arrived, setArrived] = useState('');
  // One thing is to be done next: of the two ways in, the one that is open.
  const [byPapers, setByPapers] = useState(false);
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
            <Inherit classes={classes} done={setArrived} primary={!byPapers} />
            <details class="card padded" onToggle={(event) => setByPapers(event.currentTarget.open)}>
              <summary>{say().outside}</summary>
              <Papers classes={classes} done={setArrived} />
            </details>
          </>
        )}
      </Show>
    </>
  );
}

function Inherit(props: { classes: Classes; done: (pupilId: string) => void; primary: boolean }) {
  const { classes, done, primary } = props;
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
        <button
          type="submit"
          class={primary ? 'primary' : ''}
          disabled={busy || birthDate === '' || (!!offer && !ready)}
        >
          {offer ? say().inherit(offer.fullName) : say().find}
        </button>
      </div>
    </form>
  );
}
