import { useEffect, useState } from 'preact/hooks';
import { type Answer, CallError, post } from '../../api/client.ts';
import { type Loaded, Refused, useAct } from '../../parts/load.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { SignInForm } from '../../parts/sign-in-form.tsx';
import { words } from '../../words/index.ts';

export function SignInPage({
  welcome: loaded,
  onSignedIn,
}: {
  welcome: Loaded<Answer<'GET', '/api/welcome'>>;
  onSignedIn: () => void;
}) {
  const welcome = loaded.at === 'there' ? loaded.value : null;
  const { busy, error, run } = useAct();
  /** A password that was handed out: its holder chooses another before anything opens. */
  const [first, setFirst] = useState<{ username: string; password: string } | null>(null);
  const enter = (username: string, password: string): void =>
    run(async () => {
      setFirst(null);
      try {
        await post('/api/session', { body: { username, password } });
      } catch (cause) {
        if (cause instanceof CallError && cause.code === 'password-to-choose') {
          setFirst({ username, password });
        }
        throw cause;
      }
      onSignedIn();
    });
  const choose = (newPassword: string): void =>
    run(async () => {
      if (first === null) return;
      await post('/api/session/own-password', { body: { ...first, newPassword } });
      onSignedIn();
    });

  return (
    <div class="sign-in">
      <section>
        <PageTitle text={words.signIn.title} />
        <p class="soft">{welcome?.schoolName ?? words.app}</p>
        {error && error.code !== 'password-to-choose' && <Refused error={error} />}
        {first === null ? (
          <SignInForm id="sign-in" busy={busy} enter={enter} />
        ) : (
          <>
            <p class="notice wait" role="status">
              {words.signIn.own.lead}
            </p>
            <OwnPassword busy={busy} choose={choose} />
          </>
        )}
      </section>
      {first === null && welcome && welcome.accounts.length > 0 && (
        <section>
          <h2>{words.signIn.accounts}</h2>
          <p class="soft">{words.signIn.accountsNote}</p>
          <ul class="card task-list">
            {welcome.accounts.map((account) => (
              <li key={account.username}>
                <span>
                  {account.who}
                  <br />
                  <span class="soft">{account.username}</span>
                </span>
                <button
                  type="button"
                  class="small"
                  aria-label={words.signIn.useOf(account.who)}
                  disabled={busy}
                  onClick={() => enter(account.username, account.password)}
                >
                  {words.signIn.use}
                </button>
              </li>
            ))}
          </ul>
          <p class="soft">{words.signIn.passwordNote(welcome.accounts[0]?.password ?? '')}</p>
        </section>
      )}
    </div>
  );
}

function OwnPassword({ busy, choose }: { busy: boolean; choose: (password: string) => void }) {
  const say = words.signIn.own;
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [differ, setDiffer] = useState(false);
  // It takes the place of the form that was just sent.
  useEffect(() => document.getElementById('own-password')?.focus(), []);
  const field = (id: string, label: string, value: string, set: (text: string) => void) => (
    <div class="field-row">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="password"
        autocomplete="new-password"
        required
        maxLength={128}
        value={value}
        onInput={(e) => set(e.currentTarget.value)}
      />
    </div>
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        setDiffer(password !== again);
        if (password === again) choose(password);
      }}
    >
      <p class="soft">{say.note}</p>
      {field('own-password', say.password, password, setPassword)}
      {field('own-password-again', say.again, again, setAgain)}
      {differ && (
        <p class="said wrong" role="alert">
          {say.differ}
        </p>
      )}
      <button type="submit" class="primary" disabled={busy}>
        {say.button}
      </button>
    </form>
  );
}
