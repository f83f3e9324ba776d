import { useState } from 'preact/hooks';
import { type Answer, get, post } from '../../api/client.ts';
import { Refused, Show, useAct, useLoaded } from '../../parts/load.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { clock } from '../../words/clock.ts';
import { words } from '../../words/index.ts';

type Ways = Answer<'GET', '/api/signers'>;
type HolderWays = Ways['holders'][number];
type Certificate = NonNullable<HolderWays['current']>;

/** With what one signs: the certificate in use, others, and how to add a token, a service or a key file. */
export function SigningWaysPage() {
  const { loaded, again } = useLoaded('signers', () => get('/api/signers', {}));
  return (
    <>
      <PageTitle text={words.ways.title} />
      <p class="soft">{words.ways.note}</p>
      <p>
        <a href="/ky/hinh-chu-ky">{words.pictures.door}</a>
      </p>
      <Show of={loaded} again={again}>
        {(ways) => (
          <>
            {ways.holders.map((one) => (
              <Holder key={one.holder} of={one} ways={ways} changed={again} />
            ))}
            <Agent of={ways.agent} />
          </>
        )}
      </Show>
    </>
  );
}

function Holder({ of, ways, changed }: { of: HolderWays; ways: Ways; changed: () => void }) {
  const { busy, error, run } = useAct();
  const [sent, setSent] = useState('');
  const choose = (certificateId: string): void =>
    run(async () => {
      if (of.holder === 'seal') {
        const { approvers } = await post('/api/approvals', {
          body: { act: { kind: 'seal-key', certificateId }, reason: words.ways.sealReason, evidence: '' },
        });
        setSent(words.approvals.sent(words.ways.sealReason, approvers.join(words.approvals.or)));
        return;
      }
      await post('/api/signers/choose', { body: { holder: of.holder, certificateId } });
      changed();
    });
  return (
    <section>
      <h2>{of.holder === 'seal' ? words.ways.seal(of.name) : words.ways.person(of.name)}</h2>
      {error && <Refused error={error} />}
      {sent !== '' && (
        <div class="notice" role="status">
          {sent}
        </div>
      )}
      {of.holder === 'seal' && <p class="soft">{words.ways.sealNote}</p>}
      <div class="card padded">
        {of.current ? (
          <p>
            <strong>{of.current.kindText}</strong>
            <br />
            <Facts of={of.current} />
          </p>
        ) : (
          <p>{ways.training ? words.ways.noneTraining : words.ways.none}</p>
        )}
        {of.earlier.length > 0 && (
          <details open={of.holder === 'seal' && of.current === null}>
            <summary>{words.ways.earlier(of.earlier.length)}</summary>
            <ul>
              {of.earlier.map((one) => (
                <li key={one.certificateId}>
                  {one.kindText}: <Facts of={one} />{' '}
                  <button type="button" disabled={busy} onClick={() => choose(one.certificateId)}>
                    {of.holder === 'seal' ? words.ways.chooseSeal : words.ways.choose}
                  </button>
                </li>
              ))}
            </ul>
          </details>
        )}
        <KeyFile holder={of.holder} changed={changed} />
        {ways.providers.map((provider) => (
          <Service key={provider.id} holder={of.holder} of={provider} changed={changed} />
        ))}
      </div>
    </section>
  );
}

function Facts({ of }: { of: Certificate }) {
  return (
    <span class="soft">
      {of.subject}, {words.signing.issuer} {of.issuer},{' '}
      {words.signing.validUntil(clock(of.notAfter).slice(6))}
    </span>
  );
}

/** A key file stays under its own password; the password is typed again for each batch. */
function KeyFile({ holder, changed }: { holder: HolderWays['holder']; changed: () => void }) {
  const { busy, error, run } = useAct();
  const [file, setFile] = useState<File | null>(null);
  const [password, setPassword] = useState('');
  const add = (event: Event): void => {
    event.preventDefault();
    run(async () => {
      if (file === null) return;
      await post('/api/signers/key-file', { body: { holder, file: await base64Of(file), password } });
      setPassword('');
      changed();
    });
  };
  return (
    <details>
      <summary>{words.ways.addFile}</summary>
      <form onSubmit={add}>
        <p class="soft">{words.ways.fileNote}</p>
        {error && <Refused error={error} />}
        <p>
          <label>
            {words.ways.file}{' '}
            <input
              type="file"
              accept=".p12,.pfx"
              required
              onChange={(e) => setFile(e.currentTarget.files?.[0] ?? null)}
            />
          </label>
        </p>
        <p>
          <label>
            {words.ways.filePassword}{' '}
            <input
              type="password"
              autocomplete="off"
              value={password}
              onInput={(e) => setPassword(e.currentTarget.value)}
            />
          </label>
        </p>
        <button type="submit" disabled={busy || file === null}>
          {words.ways.addFileButton}
        </button>
      </form>
    </details>
  );
}

async function base64Of(file: File): Promise<string> {
  let text = '';
  for (const octet of new Uint8Array(await file.arrayBuffer())) text += String.fromCharCode(octet);
  return btoa(text);
}

function Service({
  holder,
  of,
  changed,
}: {
  holder: HolderWays['holder'];
  of: Ways['providers'][number];
  changed: () => void;
}) {
  const { busy, error, run } = useAct();
  const [userId, setUserId] = useState('');
  const connect = (event: Event): void => {
    event.preventDefault();
    run(async () => {
      if (of.kind === 'csc') {
        const { url } = await post('/api/signers/link', { body: { holder, providerId: of.id } });
        location.assign(url);
        return;
      }
      await post('/api/signers/remote', { body: { holder, providerId: of.id, userId } });
      changed();
    });
  };
  return (
    <details>
      <summary>{words.ways.service(of.name)}</summary>
      <form onSubmit={connect}>
        <p class="soft">{of.kind === 'csc' ? words.ways.cscNote : words.ways.phoneNote}</p>
        {of.unconfirmed && <p class="notice wait">{words.ways.unconfirmed}</p>}
        {error && <Refused error={error} />}
        {of.kind !== 'csc' && (
          <p>
            <label>
              {words.ways.userId}{' '}
              <input
                inputmode="numeric"
                required
                value={userId}
                onInput={(e) => setUserId(e.currentTarget.value)}
              />
            </label>
          </p>
        )}
        <button type="submit" disabled={busy}>
          {words.ways.connect}
        </button>
      </form>
    </details>
  );
}

/** Pairing of the agent at the signer's own computer. */
function Agent({ of }: { of: Ways['agent'] }) {
  const { busy, error, run } = useAct();
  const [code, setCode] = useState<string | null>(null);
  const ask = (): void =>
    run(async () => {
      setCode((await post('/api/agent-codes', { body: {} })).code);
    });
  return (
    <section>
      <h2>{words.ways.agentTitle}</h2>
      {error && <Refused error={error} />}
      <div class="card padded">
        <p>{of ? words.ways.agentThere(of.name, of.connected) : words.ways.agentNone}</p>
        <p class="soft">{words.ways.agentNote}</p>
        {code && (
          <div class="notice" role="status">
            <p>
              {words.ways.codeIs} <strong>{code}</strong> ({words.ways.codeFor})
            </p>
            <p>
              <code>
                npm run agent -- --server {location.origin} --code {code} --register person
              </code>
            </p>
          </div>
        )}
        <button type="button" disabled={busy} onClick={ask}>
          {words.ways.pair}
        </button>
      </div>
    </section>
  );
}
