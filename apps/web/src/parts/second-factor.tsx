import { useEffect, useRef, useState } from 'preact/hooks';
import { CallError, CONFIRM_AGAIN, type Confirmation, post } from '../api/client.ts';
import { words } from '../words/index.ts';
import { Refused, useAct } from './load.tsx';
import { askPasskey } from './passkey.ts';
import { TextField } from './text-field.tsx';

/** Confirms the session by a passkey of this address, or by a code. */
export function ProveForm({ id, done }: { id: string; done: () => void }) {
  const say = words.factor.prove;
  const [code, setCode] = useState('');
  const [passkeys, setPasskeys] = useState(true);
  const { busy, error, run } = useAct();
  const byPasskey = (): void =>
    run(async () => {
      const { options } = await post('/api/second-factor/challenge', { body: {} });
      if (options === null) {
        setPasskeys(false);
        return;
      }
      const passkey = await askPasskey(options).catch(passkeyFailed);
      await post('/api/second-factor/prove', { body: { passkey: passkey as never } });
      done();
    });
  const byCode = (event: Event): void => {
    event.preventDefault();
    run(async () => {
      await post('/api/second-factor/prove', { body: { code: code.trim() } });
      setCode('');
      done();
    });
  };
  return (
    <>
      {error && <Refused error={error} />}
      <p class="actions">
        <button type="button" disabled={busy || !passkeys} onClick={byPasskey}>
          {say.passkey}
        </button>
      </p>
      <form onSubmit={byCode}>
        <TextField
          id={`${id}-code`}
          label={say.code}
          value={code}
          set={setCode}
          maxLength={20}
          autocomplete="one-time-code"
        />
        <p class="actions">
          <button type="submit" class="primary" disabled={busy || code.trim().length < 6}>
            {say.button}
          </button>
        </p>
      </form>
      <p class="soft">{say.lost}</p>
    </>
  );
}

/** The browser's own words are in its language and about itself; ours say what to do. */
export function passkeyFailed(): never {
  throw new CallError('passkey', 0, words.factor.passkeyFailed);
}

/** Asked over the page when an act wants its person confirmed; the act then goes on by itself. */
export function ConfirmAgain() {
  const dialog = useRef<HTMLDialogElement>(null);
  const waiting = useRef<Confirmation | null>(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const open = (event: Event): void => {
      waiting.current = (event as CustomEvent<Confirmation>).detail;
      setTurn((n) => n + 1);
      dialog.current?.showModal();
    };
    addEventListener(CONFIRM_AGAIN, open);
    return () => removeEventListener(CONFIRM_AGAIN, open);
  }, []);
  const settle = (confirmed: boolean): void => {
    waiting.current?.settle(confirmed);
    waiting.current = null;
    dialog.current?.close();
  };
  const say = words.factor.prove;
  return (
    <dialog ref={dialog} aria-labelledby="confirm-again" onCancel={() => settle(false)}>
      <h2 id="confirm-again">{say.title}</h2>
      <p>{say.text}</p>
      <ProveForm key={turn} id="confirm" done={() => settle(true)} />
      <p class="actions">
        <button type="button" onClick={() => settle(false)}>
          {say.cancel}
        </button>
      </p>
    </dialog>
  );
}
