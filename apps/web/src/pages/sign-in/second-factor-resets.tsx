import { useState } from 'preact/hooks';
import { type Answer, get, post } from '../../api/client.ts';
import type { Me } from '../../parts/frame.tsx';
import { Refused, Show, useAct, useLoaded } from '../../parts/load.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { clock } from '../../words/clock.ts';
import { words } from '../../words/index.ts';

type Resets = Answer<'GET', '/api/second-factor/resets'>;
type Slip = { readonly fullName: string; readonly code: string; readonly until: string };

/** A lost factor is mended by two of the office: one asks, another one agrees. */
export function FactorResets({ me }: { me: Me }) {
  const say = words.factor.resets;
  const { loaded, again } = useLoaded('factor-resets', () => get('/api/second-factor/resets', {}));
  const [slip, setSlip] = useState<Slip | null>(null);
  return (
    <section>
      <h2>{say.title}</h2>
      <p class="soft">{say.note}</p>
      {slip !== null && (
        <div class="notice" role="status">
          <p>{say.slip(slip.fullName, clock(slip.until))}</p>
          <p>
            <code class="key-text">{slip.code}</code>
          </p>
          <p>{say.slipNote}</p>
        </div>
      )}
      <Show of={loaded} again={again}>
        {(resets) => (
          <>
            <Ask resets={resets} me={me} changed={again} />
            <h3>{say.open}</h3>
            <Open resets={resets} changed={again} show={setSlip} />
          </>
        )}
      </Show>
    </section>
  );
}

function Ask({ resets, me, changed }: { resets: Resets; me: Me; changed: () => void }) {
  const say = words.factor.resets;
  const [staffId, setStaffId] = useState('');
  const [reason, setReason] = useState('');
  const { busy, error, run } = useAct();
  const ask = (event: Event): void => {
    event.preventDefault();
    run(async () => {
      await post('/api/second-factor/resets', { body: { staffId, reason } });
      setStaffId('');
      setReason('');
      changed();
    });
  };
  return (
    <form class="card padded" onSubmit={ask}>
      {error && <Refused error={error} />}
      <div class="field-row">
        <label for="reset-who">{say.who}</label>
        <select id="reset-who" required value={staffId} onChange={(e) => setStaffId(e.currentTarget.value)}>
          <option value="">{say.choose}</option>
          {resets.people
            .filter((one) => one.staffId !== me.staffId && (one.enrolled || one.begins))
            .map((one) => (
              <option key={one.staffId} value={one.staffId}>
                {one.begins ? say.begins(one.fullName) : one.fullName}
              </option>
            ))}
        </select>
      </div>
      <TextField id="reset-reason" label={say.reason} value={reason} set={setReason} maxLength={300} />
      <button type="submit" disabled={busy || staffId === '' || reason.trim().length < 3}>
        {say.ask}
      </button>
    </form>
  );
}

function Open(props: { resets: Resets; changed: () => void; show: (slip: Slip) => void }) {
  const { resets, changed, show } = props;
  const say = words.factor.resets;
  const { busy, error, run } = useAct();
  const decide = (of: Resets['resets'][number], approve: boolean): void =>
    run(async () => {
      const { slip } = await post('/api/second-factor/resets/:resetId', {
        params: { resetId: of.resetId },
        body: { approve },
      });
      if (slip !== null) show({ fullName: of.fullName, ...slip });
      changed();
    });
  if (resets.resets.length === 0) return <p class="soft">{say.nobody}</p>;
  return (
    <>
      {error && <Refused error={error} />}
      <ul class="card task-list">
        {resets.resets.map((one) => (
          <li key={one.resetId}>
            <span>
              {say.line(one.fullName, one.requestedBy, clock(one.requestedAt))}
              <br />
              <span class="soft">{one.reason}</span>
            </span>
            {one.mayApprove && (
              <span class="actions">
                <button
                  type="button"
                  class="small"
                  aria-label={say.agreeOf(one.fullName)}
                  disabled={busy}
                  onClick={() => decide(one, true)}
                >
                  {say.agree}
                </button>
                <button
                  type="button"
                  class="small"
                  aria-label={say.refuseOf(one.fullName)}
                  disabled={busy}
                  onClick={() => decide(one, false)}
                >
                  {say.refuse}
                </button>
              </span>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
