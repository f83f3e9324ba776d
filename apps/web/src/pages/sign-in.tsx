import { type Answer, post } from '../api/client.ts';
import { type Loaded, Refused, useAct } from '../parts/load.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { SignInForm } from '../parts/sign-in-form.tsx';
import { words } from '../words/index.ts';

export function SignInPage({
  welcome: loaded,
  onSignedIn,
}: {
  welcome: Loaded<Answer<'GET', '/api/welcome'>>;
  onSignedIn: () => void;
}) {
  const welcome = loaded.at === 'there' ? loaded.value : null;
  const { busy, error, run } = useAct();
  const enter = (username: string, password: string): void =>
    run(async () => {
      await post('/api/session', { body: { username, password } });
      onSignedIn();
    });

  return (
    <div class="sign-in">
      <section>
        <PageTitle text={words.signIn.title} />
        <p class="soft">{welcome?.schoolName ?? words.app}</p>
        {error && <Refused error={error} />}
        <SignInForm id="sign-in" busy={busy} enter={enter} />
      </section>
      {welcome && welcome.accounts.length > 0 && (
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
