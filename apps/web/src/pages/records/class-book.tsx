import { useState } from 'preact/hooks';
import { type Answer, get, post } from '../../api/client.ts';
import { CountedFile } from '../../parts/counted-file.tsx';
import { Refused, useAct } from '../../parts/load.tsx';
import { usePolled } from '../../parts/polled.ts';
import { clock } from '../../words/clock.ts';
import { words } from '../../words/index.ts';

type Book = Answer<'GET', '/api/classes/:classId/book'>;
const POLL_MS = 1000;
const isUnderWay = ({ state }: Book): boolean => state === 'collecting' || state === 'typesetting';

/** The class's records in one file: asked for, followed, stopped, resumed, opened. It goes on at the server. */
export function ClassBook({ classId, className }: { classId: string; className: string }) {
  const say = words.records.book;
  const [round, setRound] = useState(0);
  const {
    now: book,
    trouble,
    put,
  } = usePolled(`${classId}/${round}`, () => get('/api/classes/:classId/book', { params: { classId } }), {
    every: POLL_MS,
    over: (now) => !isUnderWay(now),
  });
  const { busy, error, run } = useAct();
  const ask = (act: () => Promise<Book>): void =>
    run(async () => {
      put(await act());
      setRound((n) => n + 1);
    });
  const make = (): void => ask(() => post('/api/classes/:classId/book', { params: { classId }, body: {} }));
  const stop = (): void =>
    ask(() => post('/api/classes/:classId/book/stop', { params: { classId }, body: {} }));
  if (trouble) return <Refused error={trouble} />;
  if (book === null) return <p class="soft">{words.loading}</p>;
  const { state, total, collected } = book;
  const underWay = isUnderWay(book);
  return (
    <section class="card padded">
      <h2>{say.title}</h2>
      <p role="status">
        {state === 'none' && (total === 0 ? say.nothing : say.about(total))}
        {state === 'collecting' && say.collecting(collected, total)}
        {state === 'typesetting' && say.typesetting(total)}
        {state === 'stopped' && say.stopped(collected, total)}
        {state === 'failed' && say.failed}
        {state === 'ready' && say.ready(total, book.keptUntil === null ? '' : clock(book.keptUntil))}
      </p>
      {underWay && <progress value={collected} max={total} aria-label={say.title} />}
      {error && <Refused error={error} />}
      <p class="actions">
        {state === 'ready' && book.takesSecond && (
          <CountedFile
            classId={classId}
            className={className}
            period="CN"
            file="book"
            text={say.open}
            name={say.title}
            look="button"
          />
        )}
        {state === 'ready' && !book.takesSecond && (
          <a class="button" href={`/api/classes/${classId}/book/file`} target="_blank" rel="noreferrer">
            {say.open}
          </a>
        )}
        {underWay ? (
          <button type="button" disabled={busy} onClick={stop}>
            {say.stop}
          </button>
        ) : (
          <button type="button" disabled={busy || (state === 'none' && total === 0)} onClick={make}>
            {state === 'ready' ? say.anew : state === 'none' ? say.make : say.goOn}
          </button>
        )}
      </p>
    </section>
  );
}
