import { useState } from 'preact/hooks';
import { type Answer, get, post } from '../../api/client.ts';
import { DayField } from '../../parts/day-field.tsx';
import { Refused, Show, useAct, useLoaded } from '../../parts/load.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { go } from '../../parts/router.ts';
import { TextArea } from '../../parts/text-area.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { words } from '../../words/index.ts';
import { HandedPupils } from './pupils.tsx';

type Draft = Answer<'GET', '/api/classes/:classId/hand-over'>;

/** The homeroom teacher hands the class over: to the next teacher, and grade 5 to the school. */
export function HandOverGivePage({ classId }: { classId: string }) {
  const { loaded, again } = useLoaded(classId, () =>
    get('/api/classes/:classId/hand-over', { params: { classId } }),
  );
  return (
    <Show of={loaded} again={again}>
      {(draft) => (
        <>
          <PageTitle text={words.handOver.give.title(draft.className)} />
          <p class="soft">{words.handOver.give.note}</p>
          {draft.parts.map((part) => (
            <Part key={part.kind} classId={classId} part={part} teachers={draft.teachers} />
          ))}
        </>
      )}
    </Show>
  );
}

function Part(props: { classId: string; part: Draft['parts'][number]; teachers: Draft['teachers'] }) {
  const { classId, part } = props;
  const say = words.handOver;
  return (
    <>
      <h2>
        {say.kinds[part.kind]} · {say.minutes.pupils(part.pupils.length)}
      </h2>
      {part.lacking.map((line) => (
        <p key={line} class="notice wait">
          {line} <a href={`/lop/${classId}/ket-qua`}>{words.table.results}</a>
        </p>
      ))}
      {part.current ? (
        <p class="notice">
          {say.give.again} <a href={`/ban-giao/${part.current.handOverId}`}>{say.give.open}</a>
        </p>
      ) : (
        part.lacking.length === 0 && <Give {...props} />
      )}
      <HandedPupils pupils={part.pupils} />
    </>
  );
}

function Give({ classId, part, teachers }: Parameters<typeof Part>[0]) {
  const say = words.handOver.give;
  const isClass = part.kind === 'class';
  const [toStaffId, setTo] = useState('');
  const [onDate, setOnDate] = useState('');
  const [strengths, setStrengths] = useState('');
  const [weaknesses, setWeaknesses] = useState('');
  const [files, setFiles] = useState(say.filesOf(part.pupils.length));
  const [present, setPresent] = useState('');
  const { busy, error, run } = useAct();
  const id = (name: string) => `${part.kind}-${name}`;
  return (
    <form
      class="card padded"
      onSubmit={(event) => {
        event.preventDefault();
        run(async () => {
          const { handOverId } = await post('/api/classes/:classId/hand-over', {
            params: { classId },
            body: {
              kind: part.kind,
              ...(isClass ? { toStaffId } : {}),
              onDate,
              strengths,
              weaknesses,
              files,
              present,
            },
          });
          go(`/ban-giao/${handOverId}`);
        });
      }}
    >
      {error && <Refused error={error} />}
      <div class="field-grid">
        {isClass && (
          <div class="field-row">
            <label for={id('to')}>{say.to}</label>
            <select id={id('to')} value={toStaffId} onChange={(e) => setTo(e.currentTarget.value)}>
              <option value="">{say.choose}</option>
              {teachers.map((one) => (
                <option key={one.staffId} value={one.staffId}>
                  {one.fullName}
                </option>
              ))}
            </select>
          </div>
        )}
        <DayField id={id('day')} label={say.day} value="" set={setOnDate} />
        <TextField
          id={id('present')}
          label={say.present}
          value={present}
          set={setPresent}
          maxLength={500}
          optional
        />
      </div>
      {isClass && (
        <>
          <TextArea
            id={id('good')}
            label={say.strengths}
            value={strengths}
            set={setStrengths}
            maxLength={4000}
          />
          <TextArea
            id={id('weak')}
            label={say.weaknesses}
            value={weaknesses}
            set={setWeaknesses}
            maxLength={4000}
          />
        </>
      )}
      <TextArea id={id('files')} label={say.files} value={files} set={setFiles} maxLength={4000} rows={2} />
      <button type="submit" class="primary" disabled={busy || onDate === '' || (isClass && toStaffId === '')}>
        {say.button}
      </button>
    </form>
  );
}
