import { RESULT_NAMES } from '@hocba/record';
import { type Answer, post } from '../../api/client.ts';
import { FileDrop } from '../../parts/file-drop.tsx';
import { Refused, useAct } from '../../parts/load.tsx';
import { words } from '../../words/index.ts';

type Read = Answer<'POST', '/api/transfers/read'>;

/** A record as it is sent, with what the server read in it. */
export interface Sent {
  readonly file: { readonly name: string; readonly content: string };
  readonly read: Read;
}

/** The record that the former school issued: verified by the server, shown, and taken only with the pupil. */
export function RecordFileField(props: { sent: Sent | null; set: (sent: Sent) => void; drop: () => void }) {
  const { sent, set, drop } = props;
  const say = words.pupils.arrival.file;
  const { busy, error, run } = useAct();
  return (
    <>
      <FileDrop
        text={busy ? say.reading : say.choose}
        note={say.note}
        accept=".xml,.pdf"
        disabled={busy}
        onFiles={([file]) =>
          run(async () => {
            if (file === undefined) return;
            const body = { name: file.name, content: await base64Of(file) };
            set({ file: body, read: await post('/api/transfers/read', { body }) });
          })
        }
      />
      {error && <Refused error={error} />}
      {sent && <Stated sent={sent} drop={drop} />}
    </>
  );
}

function Stated({ sent, drop }: { sent: Sent; drop: () => void }) {
  const say = words.pupils.arrival.file;
  const { read } = sent;
  const { year } = read;
  return (
    <section class={read.verified ? 'notice' : 'notice wait'} role="status">
      <p>
        <strong>{read.verified ? say.verified : say.notVerified}</strong> {read.fileName}: {read.sentence}.
      </p>
      <p>
        {say.year(
          read.pupil.fullName ?? '?',
          year.schoolName ?? '?',
          year.className ?? '?',
          year.schoolYear === null ? '?' : words.schoolYear(year.schoolYear),
        )}
        {year.result !== null && ` ${RESULT_NAMES[year.result]}.`}
      </p>
      <details>
        <summary>{say.cells(read.cells.length)}</summary>
        <ul class="columns">
          {read.cells.map((cell) => (
            <li key={cell.item}>
              {cell.title}: <strong>{cell.value}</strong>
            </li>
          ))}
        </ul>
      </details>
      {read.unread.length > 0 && (
        <>
          <p>{say.unread}</p>
          <ul>
            {read.unread.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </>
      )}
      <button type="button" class="small" onClick={drop}>
        {say.drop}
      </button>
    </section>
  );
}

function base64Of(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(',')[1] ?? '');
    reader.onerror = () => reject(new Error(words.pupils.arrival.file.broken));
    reader.readAsDataURL(file);
  });
}
