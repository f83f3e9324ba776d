import { useState } from 'preact/hooks';
import { type Answer, get, post } from '../../api/client.ts';
import { Refused, Show, useAct, useLoaded } from '../../parts/load.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { clock } from '../../words/clock.ts';
import { words } from '../../words/index.ts';

type Closing = Answer<'GET', '/api/classes/:classId/closing'>;
type Pupil = Closing['pupils'][number];
type Reason = NonNullable<Pupil['reason']>;
interface Given {
  readonly reason: Reason | '';
  readonly note: string;
}

/** The close of a class's year: each pupil with a record or a reason; homeroom teacher signs the list, then the school. */
export function ClosingPage({ classId }: { classId: string }) {
  const { loaded, again } = useLoaded(classId, async () => {
    const [closing, of] = await Promise.all([
      get('/api/classes/:classId/closing', { params: { classId } }),
      get('/api/classes/:classId', { params: { classId } }),
    ]);
    return { closing, name: of.name };
  });
  return (
    <Show of={loaded} again={again}>
      {({ closing, name }) => (
        <>
          <PageTitle text={words.closing.title(name)} />
          <p>{words.closing.about}</p>
          <State closing={closing} />
          <List key={`${closing.version}${closing.state}`} classId={classId} closing={closing} done={again} />
        </>
      )}
    </Show>
  );
}

function State({ closing }: { closing: Closing }) {
  const { state, closedAt, preparedAt, leafIndex, outdated } = closing;
  if (state === 'closed' && closedAt !== null) {
    return (
      <div class="notice" role="status">
        <strong>{words.closing.closed(clock(closedAt))}</strong>{' '}
        {leafIndex === null ? words.closing.leafWaits : words.closing.leaf(leafIndex)}
      </div>
    );
  }
  if (state === 'prepared' && preparedAt !== null) {
    return (
      <div class="notice wait" role="status">
        {words.closing.prepared(clock(preparedAt))}
      </div>
    );
  }
  return outdated ? (
    <div class="notice wait" role="status">
      {words.closing.outdated}
    </div>
  ) : null;
}

function List({ classId, closing, done }: { classId: string; closing: Closing; done: () => void }) {
  const { pupils, state, mayPrepare, maySeal } = closing;
  const [given, setGiven] = useState<ReadonlyMap<string, Given>>(
    new Map(pupils.map((one) => [one.pupilId, { reason: one.reason ?? '', note: one.note }])),
  );
  const { busy, error, run } = useAct();
  const open = state === 'open' && mayPrepare;
  const without = pupils.filter((one) => one.state === 'none');
  const waiting = pupils.filter((one) => one.state === 'waiting').length;
  const missing = without.filter((one) => !given.get(one.pupilId)?.reason).length;
  const change = (pupilId: string, over: Partial<Given>): void =>
    setGiven((before) => {
      const own = before.get(pupilId) ?? { reason: '', note: '' };
      return new Map(before).set(pupilId, { ...own, ...over });
    });
  const prepare = (): void =>
    run(async () => {
      const none = without.flatMap(({ pupilId }) => {
        const { reason = '', note = '' } = given.get(pupilId) ?? {};
        return reason === '' ? [] : [{ pupilId, reason, note }];
      });
      await post('/api/classes/:classId/closing/prepare', { params: { classId }, body: { none } });
      done();
    });
  const seal = (): void =>
    run(async () => {
      await post('/api/classes/:classId/closing/seal', { params: { classId }, body: {} });
      done();
    });
  return (
    <>
      <p>
        {words.closing.counts(pupils.filter((one) => one.state === 'issued').length, without.length, waiting)}
      </p>
      <table class="plain stacked">
        <thead>
          <tr>
            <th>{words.sheet.name}</th>
            <th>{words.closing.record}</th>
            <th>{words.closing.reason}</th>
          </tr>
        </thead>
        <tbody>
          {pupils.map((pupil) => (
            <tr key={pupil.pupilId}>
              <th scope="row">{pupil.fullName}</th>
              <td data-label={words.closing.record}>
                <span class={pupil.state === 'waiting' ? 'tag wait' : ''}>
                  {pupil.obstacle ?? words.closing.states[pupil.state]}
                </span>
              </td>
              <td class={pupil.state === 'none' ? '' : 'none'} data-label={words.closing.reason}>
                {pupil.state === 'none' && (
                  <WhyNone
                    pupil={pupil}
                    given={given.get(pupil.pupilId) ?? { reason: '', note: '' }}
                    change={open ? (over) => change(pupil.pupilId, over) : null}
                  />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {error && <Refused error={error} />}
      {open && (
        <>
          {(waiting > 0 || missing > 0) && <p class="soft">{words.closing.inTheWay(waiting, missing)}</p>}
          <p class="actions">
            <button
              type="button"
              class="primary"
              disabled={busy || waiting > 0 || missing > 0}
              onClick={prepare}
            >
              {words.closing.prepare}
            </button>
          </p>
        </>
      )}
      {state === 'prepared' && maySeal && (
        <p class="actions">
          <button type="button" class="primary" disabled={busy} onClick={seal}>
            {words.closing.seal}
          </button>
        </p>
      )}
    </>
  );
}

function WhyNone({
  pupil,
  given,
  change,
}: {
  pupil: Pupil;
  given: Given;
  change: ((over: Partial<Given>) => void) | null;
}) {
  if (change === null) {
    return (
      <>
        {given.reason !== '' && words.closing.reasons[given.reason]}
        {given.note !== '' && `: ${given.note}`}
      </>
    );
  }
  return (
    <>
      <select
        aria-label={`${words.closing.reason}: ${pupil.fullName}`}
        value={given.reason}
        onChange={(e) => change({ reason: e.currentTarget.value as Reason | '' })}
      >
        <option value="">{words.closing.chooseReason}</option>
        {Object.entries(words.closing.reasons).map(([code, text]) => (
          <option key={code} value={code}>
            {text}
          </option>
        ))}
      </select>
      {given.reason === 'other' && (
        <input
          type="text"
          required
          maxLength={300}
          aria-label={`${words.closing.note}: ${pupil.fullName}`}
          placeholder={words.closing.note}
          value={given.note}
          onInput={(e) => change({ note: e.currentTarget.value })}
        />
      )}
    </>
  );
}
