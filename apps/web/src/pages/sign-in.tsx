import { useState } from 'preact/hooks';
import { get, post } from '../api/client.ts';
import { Refused, useAct, useLoaded } from '../parts/load.tsx';
import { words } from '../words/index.ts';

export function SignInPage({ onSignedIn }: { onSignedIn: () => void }) {
  const { loaded } = useLoaded('welcome', () => get('/api/welcome', {}));
  const welcome = loaded.at === 'there' ? loaded.value : null;
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const { busy, error, run } = useAct();
  const enter = (name: string, secret: string): void =>
    run(async () => {
      await post('/api/session', { body: { username: name.trim(), password: secret } });
      onSignedIn();
    });

  return (
    <>
      {welcome?.training && (
        <div class="notice wait">
          <strong>{words.training}</strong>
        </div>
      )}
      <h1>{words.signIn.title}</h1>
      <p class="soft">{welcome?.schoolName ?? words.app}</p>
      {error && <Refused error={error} />}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          enter(username, password);
        }}
      >
        <div class="field-row">
          <label for="username">{words.signIn.username}</label>
          <input
            id="username"
            type="text"
            autocomplete="username"
            autocapitalize="off"
            spellcheck={false}
            required
            value={username}
            onInput={(e) => setUsername(e.currentTarget.value)}
          />
        </div>
        <div class="field-row">
          <label for="password">{words.signIn.password}</label>
          <input
            id="password"
            type="password"
            autocomplete="current-password"
            required
            value={password}
            onInput={(e) => setPassword(e.currentTarget.value)}
          />
        </div>
        <button type="submit" class="primary" disabled={busy}>
          {words.signIn.button}
        </button>
      </form>
      {welcome && welcome.accounts.length > 0 && (
        <section>
          <h2>{words.signIn.accounts}</h2>
          <p class="soft">{words.signIn.accountsNote}</p>
          <ul class="card task-list">
            {welcome.accounts.map((account) => (
              <li key={account.username}>
                <span>
                  <strong>{account.who}</strong>
                  <br />
                  <span class="soft">
                    {account.username} · {account.password}
                  </span>
                </span>
                <button
                  type="button"
                  class="tag"
                  disabled={busy}
                  onClick={() => enter(account.username, account.password)}
                >
                  {words.signIn.use}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
