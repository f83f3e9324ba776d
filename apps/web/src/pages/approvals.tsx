import { useEffect, useRef, useState } from 'preact/hooks';
import { type Answer, get, post } from '../api/client.ts';
import { Refused, useAct, useLoaded } from '../parts/load.tsx';
import { TextField } from '../parts/text-field.tsx';
import { clock } from '../words/clock.ts';
import { words } from '../words/index.ts';

type Asked = Answer<'GET', '/api/approvals'>['requests'][number];
const tagOf: Record<Asked['state'], string> = {
  open: 'tag wait',
  approved: 'tag',
  refused: 'tag wrong',
  withdrawn: 'tag',
  expired: 'tag wrong',
  outdated: 'tag wrong',
};
const whatOf = (one: Asked): string => one.summary[0] ?? '';

/**
 * On the work page: what waits for this person of the office, and what became of this person's own requests.
 * @param alone whether the page has no other work, which is said unless something waits here
 */
export function Approvals({ alone }: { alone: boolean }) {
  const say = words.approvals;
  const { loaded, again } = useLoaded('approvals', () => get('/api/approvals', {}));
  const [looking, setLooking] = useState<Asked | null>(null);
  const [done, setDone] = useState('');
  if (loaded.at === 'failed') return <Refused error={loaded.error} again={again} />;
  if (loaded.at === 'loading') return null;
  const waiting = loaded.value.requests.filter((one) => one.mayDecide);
  const mine = loaded.value.requests.filter((one) => one.mine);
  return (
    <>
      {done !== '' && (
        <div class="notice" role="status">
          {done}
        </div>
      )}
      {looking && (
        <Decide
          key={looking.requestId}
          of={looking}
          close={() => {
            setLooking(null);
            // Somebody else may have decided, or what it stands on may have changed.
            again();
          }}
          done={(state) => {
            setDone(say.done[state](whatOf(looking)));
            setLooking(null);
            again();
          }}
        />
      )}
      {waiting.length > 0 && (
        <section>
          <h2>{say.title}</h2>
          <p class="soft">{say.note}</p>
          <ul class="card task-list">
            {waiting.map((one) => (
              <li key={one.requestId}>
                <span>
                  <strong>{whatOf(one)}</strong>
                  <br />
                  {say.reason}: {one.reason}
                  <br />
                  <span class="soft">
                    {say.asked(one.askedBy, say.roles[one.askedRole], clock(one.askedAt))}
                  </span>
                </span>
                <button
                  type="button"
                  class="small"
                  aria-label={say.lookOf(whatOf(one))}
                  onClick={() => setLooking(one)}
                >
                  {say.look}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      {alone && waiting.length === 0 && <p>{words.work.empty}</p>}
      {mine.length > 0 && (
        <section>
          <h2>{say.mine}</h2>
          <ul class="card task-list">
            {mine.map((one) => (
              <Mine key={one.requestId} of={one} changed={again} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Mine({ of, changed }: { of: Asked; changed: () => void }) {
  const say = words.approvals;
  const { busy, error, run } = useAct();
  const withdraw = (): void =>
    run(async () => {
      await post('/api/approvals/:requestId/withdrawal', { params: { requestId: of.requestId }, body: {} });
      changed();
    });
  return (
    <li>
      <span>
        <strong>{whatOf(of)}</strong>
        <br />
        <span class={of.fetchAt === null ? tagOf[of.state] : 'tag todo'}>
          {say.states[of.fetchAt === null ? of.state : 'fetchable']}
        </span>{' '}
        <span class="soft">
          {of.state === 'outdated'
            ? say.outdated
            : of.decidedAt !== null && of.state !== 'withdrawn'
              ? say.decided(of.decidedBy ?? '', clock(of.decidedAt))
              : of.state === 'open' && say.until(clock(of.openUntil))}
        </span>
        {of.note !== '' && (
          <>
            <br />
            {of.note}
          </>
        )}
        {of.changes.length > 0 && (
          <details>
            <summary>{say.changes(of.changes.length)}</summary>
            <Changes of={of.changes} />
          </details>
        )}
        {error && <Refused error={error} />}
      </span>
      {of.fetchAt !== null && (
        <a
          class="button small"
          href={of.fetchAt}
          download
          aria-label={say.fetchOf(whatOf(of))}
          onClick={() => setTimeout(changed, 2000)}
        >
          {say.fetch}
        </a>
      )}
      {of.state === 'open' && (
        <button
          type="button"
          class="small"
          disabled={busy}
          aria-label={say.withdrawOf(whatOf(of))}
          onClick={withdraw}
        >
          {say.withdraw}
        </button>
      )}
    </li>
  );
}

/** Every datum that changes, with what it is now and what it will be. */
function Changes({ of }: { of: Asked['changes'] }) {
  const say = words.approvals;
  const head = say.columns;
  return (
    <table class="plain stacked changes">
      <thead>
        <tr>
          {Object.values(head).map((title) => (
            <th key={title}>{title}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {of.map((one) => (
          <tr key={one.what}>
            <th scope="row">{one.what}</th>
            <td data-label={head.before}>{one.before || say.nothing}</td>
            <td data-label={head.after}>
              <strong>{one.after || say.nothing}</strong>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Decide(props: { of: Asked; close: () => void; done: (state: 'approved' | 'refused') => void }) {
  const { of, close, done } = props;
  const say = words.approvals;
  const [note, setNote] = useState('');
  const { busy, error, run } = useAct();
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    // Reading comes first: a browser would go to the first field, and past what is to be read.
    heading.current?.focus();
  }, []);
  const decide = (approve: boolean): void =>
    run(async () => {
      const { state } = await post('/api/approvals/:requestId/decision', {
        params: { requestId: of.requestId },
        body: { approve, digest: of.digest, note },
      });
      done(state);
    });
  const [what, ...lines] = of.summary;
  return (
    <dialog ref={dialog} aria-labelledby="approval-title" onClose={close}>
      <h2 id="approval-title" ref={heading} tabIndex={-1}>
        {what}
      </h2>
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
      {of.changes.length > 0 && <Changes of={of.changes} />}
      <p>
        {say.reason}: {of.reason}
        {of.evidence !== '' && (
          <>
            <br />
            {say.evidenceShort}: {of.evidence}
          </>
        )}
      </p>
      <p class="soft">
        {say.asked(of.askedBy, say.roles[of.askedRole], clock(of.askedAt))}. {say.until(clock(of.openUntil))}
      </p>
      {error && <Refused error={error} />}
      <TextField id="approval-note" label={say.remark} value={note} set={setNote} maxLength={500} optional />
      <div class="actions">
        <button type="button" class="primary" disabled={busy} onClick={() => decide(true)}>
          {of.kind.startsWith('export-') ? say.approveFetch : say.approve}
        </button>
        <button type="button" disabled={busy} onClick={() => decide(false)}>
          {say.refuse}
        </button>
        <button type="button" onClick={() => dialog.current?.close()}>
          {say.close}
        </button>
      </div>
    </dialog>
  );
}
