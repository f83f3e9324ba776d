import { useEffect, useState } from 'preact/hooks';
import { type Answer, post } from '../../api/client.ts';
import { Refused, useAct } from '../../parts/load.tsx';
import { words } from '../../words/index.ts';

type Order = NonNullable<Answer<'GET', '/api/signing-batches/:batchId'>['order']>;

/** What is out at a signer: where to confirm it, until when, and how it is known there. */
export function OrderOut({ of, batchId, sent }: { of: Order; batchId: string; sent: () => void }) {
  const text = {
    phone: words.signing.waitPhone,
    page: words.signing.waitPage,
    agent: words.signing.waitAgent,
    secret: words.signing.waitSecret,
  };
  const note = of.note === null ? null : (words.signing.agentNote[of.note] ?? null);
  return (
    <div class="notice" role="status">
      <p>
        <strong>{text[of.at](of.count)}</strong> {of.at !== 'agent' && <Countdown until={of.secondsLeft} />}
      </p>
      {of.at === 'agent' && <p>{of.agentConnected ? note : words.signing.agentOff}</p>}
      {of.at === 'agent' && (
        <p class="soft">{words.signing.digest((of.digest.slice(0, 16).match(/.{4}/g) ?? []).join(' '))}</p>
      )}
      {of.at === 'secret' && <Secrets of={of.asks} batchId={batchId} sent={sent} />}
      {of.at === 'page' && of.url !== null && (
        <p>
          <a class="button primary" href={of.url} rel="noreferrer">
            {words.signing.openPage}
          </a>
        </p>
      )}
    </div>
  );
}

/** What the service asks for, typed here for this order and forgotten as it is sent. */
function Secrets({ of, batchId, sent }: { of: Order['asks']; batchId: string; sent: () => void }) {
  const { busy, error, run } = useAct();
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const secrets = of.flatMap(({ id }) => (typed[id] ? [{ id, value: typed[id] }] : []));
  const send = (event: Event): void => {
    event.preventDefault();
    run(async () => {
      setTyped({});
      await post('/api/signing-batches/:batchId/confirm', { params: { batchId }, body: { secrets } });
      sent();
    });
  };
  return (
    <form onSubmit={send}>
      {error && <Refused error={error} />}
      {of.map(({ id, label }) => (
        <p key={id}>
          <label>
            {label}{' '}
            <input
              type="password"
              autocomplete="one-time-code"
              value={typed[id] ?? ''}
              onInput={(e) => setTyped({ ...typed, [id]: e.currentTarget.value })}
            />
          </label>
        </p>
      ))}
      <p class="soft">{words.signing.secretNote}</p>
      <button type="submit" class="primary" disabled={busy || secrets.length === 0}>
        {words.signing.secretButton}
      </button>
    </form>
  );
}

/** Minutes and seconds, by the server's count; read aloud only when the page says something new. */
function Countdown({ until }: { until: number }) {
  const [left, setLeft] = useState(until);
  useEffect(() => {
    setLeft(until);
    const timer = setInterval(() => setLeft((seconds) => Math.max(0, seconds - 1)), 1000);
    return () => clearInterval(timer);
  }, [until]);
  const text = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
  return <span aria-hidden="true">{words.signing.left(text)}</span>;
}

/** The key file's password: typed for this batch, kept nowhere. */
export function KeyPassword({ value, change }: { value: string; change: (value: string) => void }) {
  return (
    <p>
      <label>
        {words.signing.password}{' '}
        <input
          type="password"
          autocomplete="off"
          value={value}
          onInput={(e) => change(e.currentTarget.value)}
        />
      </label>{' '}
      <span class="soft">{words.signing.passwordNote}</span>
    </p>
  );
}
