import { useState } from 'preact/hooks';
import type { MyFactors } from '../../api/answers.ts';
import { type Answer, post } from '../../api/client.ts';
import { Refused, useAct } from '../../parts/load.tsx';
import { makePasskey } from '../../parts/passkey.ts';
import { passkeyFailed } from '../../parts/second-factor.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { words } from '../../words/index.ts';

/** What a first factor asks for: the password again, or the slip of a reset. Nothing where a factor confirms. */
function useSecret(mine: MyFactors, id: string) {
  const [secret, setSecret] = useState('');
  const needed = mine.enrolBy !== 'fresh';
  return {
    carried: needed ? { secret } : {},
    given: !needed || secret !== '',
    field: !needed ? null : mine.enrolBy === 'slip' ? (
      <TextField id={id} label={words.factor.slip} value={secret} set={setSecret} maxLength={20} />
    ) : (
      <div class="field-row">
        <label for={id}>{words.factor.password}</label>
        <input
          id={id}
          type="password"
          autocomplete="current-password"
          required
          value={secret}
          onInput={(e) => setSecret(e.currentTarget.value)}
        />
      </div>
    ),
  };
}

export function AddPasskey({ mine, done }: { mine: MyFactors; done: () => void }) {
  const say = words.factor;
  const secret = useSecret(mine, 'passkey-secret');
  const [name, setName] = useState(say.nameOf.passkey);
  const { busy, error, run } = useAct();
  const add = (event: Event): void => {
    event.preventDefault();
    run(async () => {
      const { options } = await post('/api/second-factor/passkey-options', { body: secret.carried });
      const passkey = await makePasskey(options).catch(passkeyFailed);
      await post('/api/second-factor/passkeys', {
        body: { name, passkey: passkey as never, ...secret.carried },
      });
      done();
    });
  };
  return (
    <section class="card padded">
      <h2>{say.addPasskey}</h2>
      {mine.passkeysHere ? (
        <form onSubmit={add}>
          <p class="soft">{say.passkeyNote}</p>
          {error && <Refused error={error} />}
          <TextField id="passkey-name" label={say.name} value={name} set={setName} maxLength={60} />
          {secret.field}
          <button type="submit" disabled={busy || !secret.given}>
            {say.addPasskey}
          </button>
        </form>
      ) : (
        <p>{say.passkeyNotHere}</p>
      )}
    </section>
  );
}

type Begun = Answer<'POST', '/api/second-factor/generator'>;

export function AddGenerator({ mine, done }: { mine: MyFactors; done: () => void }) {
  const say = words.factor;
  const secret = useSecret(mine, 'generator-secret');
  const [name, setName] = useState(say.nameOf.totp);
  const [code, setCode] = useState('');
  const [begun, setBegun] = useState<Begun | null>(null);
  const { busy, error, run } = useAct();
  const next = (event: Event): void => {
    event.preventDefault();
    run(async () => {
      if (begun === null) {
        setBegun(await post('/api/second-factor/generator', { body: secret.carried }));
        return;
      }
      await post('/api/second-factor/generators', { body: { name, code: code.trim(), ...secret.carried } });
      setBegun(null);
      setCode('');
      done();
    });
  };
  return (
    <section class="card padded">
      <h2>{say.addGenerator}</h2>
      <p class="soft">{say.generatorNote}</p>
      {error && <Refused error={error} />}
      <form onSubmit={next}>
        {begun === null ? (
          secret.field
        ) : (
          <>
            <p>{say.scan}</p>
            <Qr rows={begun.qr} />
            <p>
              {say.key} <code class="key-text">{begun.secret.match(/.{1,4}/g)?.join(' ')}</code>
            </p>
            <TextField id="generator-name" label={say.name} value={name} set={setName} maxLength={60} />
            <TextField
              id="generator-code"
              label={say.code}
              value={code}
              set={setCode}
              maxLength={6}
              autocomplete="one-time-code"
            />
          </>
        )}
        <button
          type="submit"
          disabled={busy || (begun === null ? !secret.given : !/^\d{6}$/.test(code.trim()))}
        >
          {begun === null ? say.begin : say.finish}
        </button>
      </form>
    </section>
  );
}

function Qr({ rows }: { rows: readonly string[] }) {
  const dark = rows.flatMap((row, y) =>
    [...row].flatMap((module, x) => (module === '1' ? [`M${x} ${y}h1v1h-1z`] : [])),
  );
  return (
    <svg
      class="qr"
      role="img"
      aria-label={words.factor.qr}
      viewBox={`0 0 ${rows.length} ${rows.length}`}
      shape-rendering="crispEdges"
    >
      <rect width={rows.length} height={rows.length} fill="#fff" />
      <path d={dark.join('')} fill="#000" />
    </svg>
  );
}

export function PaperCodes({ left }: { left: number }) {
  const say = words.factor;
  const [codes, setCodes] = useState<readonly string[]>([]);
  const { busy, error, run } = useAct();
  const make = (): void =>
    run(async () => {
      setCodes((await post('/api/second-factor/paper-codes', { body: {} })).codes);
    });
  return (
    <section class="card padded">
      <h2>{say.paper}</h2>
      <p class="soft">{say.paperNote(codes.length > 0 ? codes.length : left)}</p>
      {error && <Refused error={error} />}
      {codes.length > 0 && (
        <>
          <p>{say.paperShown}</p>
          <ol class="paper-codes">
            {codes.map((code) => (
              <li key={code}>
                <code>{code}</code>
              </li>
            ))}
          </ol>
        </>
      )}
      <button type="button" disabled={busy} onClick={make}>
        {say.paperNew}
      </button>
    </section>
  );
}
