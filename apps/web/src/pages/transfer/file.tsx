import { RESULT_NAMES } from '@hocba/record';
import { type Answer, post } from '../../api/client.ts';
import { FileDrop } from '../../parts/file-drop.tsx';
import { Refused, useAct } from '../../parts/load.tsx';
import { words } from '../../words/index.ts';

type Read = Answer<'POST', '/api/transfers/read'>;

/** A record or package as it is sent, with what the server read in it. */
export interface Sent {
  readonly file: { readonly name: string; readonly content: string };
  readonly read: Read;
}

/** More is not read by the server: nobody waits for it to be sent. */
const MAX_BYTES = 4_200_000;

/** What the former school issued, a record or a package of all years: verified by the server, shown, and taken only with the pupil. */
export function RecordFileField(props: { sent: Sent | null; set: (sent: Sent) => void; drop: () => void }) {
  const { sent, set, drop } = props;
  const say = words.pupils.arrival.file;
  const { busy, error, run } = useAct();
  return (
    <>
      <FileDrop
        text={busy ? say.reading : say.choose}
        note={say.note}
        accept=".xml,.pdf,.zip"
        disabled={busy}
        onFiles={([file]) =>
          run(async () => {
            if (file === undefined) return;
            if (file.size > MAX_BYTES) throw new Error(say.tooLarge);
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
  return (
    <section class={read.verified ? 'notice' : 'notice wait'} role="status">
      <p>
        <strong>{read.verified ? say.verified : say.notVerified}</strong> {say.of(read.fileName)}
        {read.pupil.fullName !== null && ` ${read.pupil.fullName}.`}
      </p>
      <ul class="bare spaced">
        {read.years.map((year) => (
          <li key={year.schoolYear}>
            <Year year={year} several={read.years.length > 1} />
          </li>
        ))}
      </ul>
      {read.missing.length > 0 && (
        <p>
          <strong>{say.missing(read.missing.map((year) => words.schoolYear(year)).join(', '))}</strong>
        </p>
      )}
      {read.judgedBy !== null && <p class="soft">{say.judgedBy(read.judgedBy)}</p>}
      <button type="button" class="small" onClick={drop}>
        {say.drop}
      </button>
    </section>
  );
}

/** One year: what was found of it before what it states. Of several years at most one becomes cells, and what is left out of the others is of no matter. */
function Year({ year, several }: { year: Read['years'][number]; several: boolean }) {
  const say = words.pupils.arrival.file;
  const left = year.unread.length > 0 && (
    <>
      <p>{say.unread}</p>
      <ul>
        {year.unread.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
    </>
  );
  return (
    <>
      <p>
        <strong>
          {say.year(
            year.schoolYear === null ? '?' : words.schoolYear(year.schoolYear),
            year.className ?? '?',
            year.schoolName ?? '?',
          )}
        </strong>
        {year.result !== null && ` ${RESULT_NAMES[year.result]}.`}
        <br />
        {year.sentence}.
      </p>
      {(year.cells.length > 0 || (several && left)) && (
        <details>
          <summary>{say.cells(year.cells.length)}</summary>
          <ul class="columns">
            {year.cells.map((cell) => (
              <li key={cell.item}>
                {cell.title}: <strong>{cell.value}</strong>
              </li>
            ))}
          </ul>
          {several && left}
        </details>
      )}
      {!several && left}
    </>
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
