import { useState } from 'preact/hooks';
import { words } from '../words/index.ts';

/** User name and password; password managers and pasting work. */
export function SignInForm({
  id,
  busy,
  enter,
}: {
  id: string;
  busy: boolean;
  enter: (username: string, password: string) => void;
}) {
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        enter(username.trim(), password);
      }}
    >
      <div class="field-row">
        <label for={`${id}-username`}>{words.signIn.username}</label>
        <input
          id={`${id}-username`}
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
        <label for={`${id}-password`}>{words.signIn.password}</label>
        <input
          id={`${id}-password`}
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
  );
}
