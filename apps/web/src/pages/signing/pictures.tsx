import { useState } from 'preact/hooks';
import { type Answer, CallError, get, post } from '../../api/client.ts';
import { FileDrop } from '../../parts/file-drop.tsx';
import { Refused, Show, useAct, useLoaded } from '../../parts/load.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { clock } from '../../words/clock.ts';
import { words } from '../../words/index.ts';
import { asPng } from './picture-file.ts';

type Own = Answer<'GET', '/api/pictures'>['holders'][number];

/** Pictures that prints show of one's signature and, for the clerk, of the school's seal. */
export function SigningPicturesPage() {
  const { loaded, again } = useLoaded('pictures', () => get('/api/pictures', {}));
  return (
    <>
      <PageTitle text={words.pictures.title} />
      <p class="soft">{words.pictures.note}</p>
      <Show of={loaded} again={again}>
        {({ holders }) => (
          <>
            {holders.map((one) => (
              <Holder key={one.holder} of={one} changed={again} />
            ))}
          </>
        )}
      </Show>
    </>
  );
}

function Holder({ of, changed }: { of: Own; changed: () => void }) {
  const say = words.pictures;
  const { busy, error, run } = useAct();
  const [chosen, setChosen] = useState<{ file: string; image: string } | null>(null);
  const [done, setDone] = useState('');
  const { holder } = of;
  const look = (files: readonly File[]): void =>
    run(async () => {
      const [picked] = files;
      if (picked === undefined) return;
      setDone('');
      setChosen(null);
      const file = await asPng(picked);
      if (file === null) throw new CallError('picture', 0, say.notAPicture);
      const { image } = await post('/api/pictures/look', { body: { holder, file } });
      setChosen({ file, image });
    });
  const settle = (path: '/api/pictures' | '/api/pictures/remove', told: string): void =>
    run(async () => {
      if (path === '/api/pictures/remove') await post(path, { body: { holder } });
      else if (chosen !== null) await post(path, { body: { holder, file: chosen.file } });
      setChosen(null);
      setDone(told);
      changed();
    });
  return (
    <section>
      <h2>{holder === 'seal' ? say.seal(of.name) : say.person(of.name)}</h2>
      {error && <Refused error={error} />}
      <p role="status">{done}</p>
      <div class="card padded">
        {chosen !== null ? (
          <>
            <p>{say.look}</p>
            <AsPrinted of={of} image={chosen.image} />
            <p class="actions">
              <button
                type="button"
                class={holder === 'person' ? 'primary' : ''}
                disabled={busy}
                onClick={() => settle('/api/pictures', say.kept)}
              >
                {say.use}
              </button>
              <button type="button" disabled={busy} onClick={() => setChosen(null)}>
                {say.drop}
              </button>
            </p>
          </>
        ) : of.image === null ? (
          <p>{say.none}</p>
        ) : (
          <>
            <p>{say.inUse}</p>
            <AsPrinted of={of} image={of.image} />
            <p class="actions">
              <button
                type="button"
                disabled={busy}
                onClick={() => settle('/api/pictures/remove', say.removed)}
              >
                {say.remove}
              </button>
            </p>
          </>
        )}
        <FileDrop
          text={of.image === null && chosen === null ? say.choose : say.chooseOther}
          note={say.chooseNote}
          accept="image/*"
          disabled={busy}
          onFiles={look}
        />
        <History of={of.history} />
      </div>
    </section>
  );
}

/** The place of the signature on the form, in the form's own measures: name below, the seal over the signature's left third. */
function AsPrinted({ of, image }: { of: Own; image: string }) {
  const picture = <img src={`data:image/png;base64,${image}`} alt={words.pictures.imageOf(of.name)} />;
  return (
    <div class="as-printed">
      {of.title !== '' && <strong>{of.title.toLocaleUpperCase('vi')}</strong>}
      <div class={of.holder}>
        {of.holder === 'seal' && <span class="soft">{words.pictures.signatureHere}</span>}
        {picture}
      </div>
      {of.holder === 'person' && <strong>{of.name}</strong>}
    </div>
  );
}

function History({ of }: { of: Own['history'] }) {
  const say = words.pictures;
  if (of.length === 0) return null;
  return (
    <details>
      <summary>{say.history}</summary>
      <ul>
        {of.map(({ at, removed, by }) => (
          <li key={at}>{removed ? say.removedOn(clock(at), by) : say.setOn(clock(at), by)}</li>
        ))}
      </ul>
    </details>
  );
}
