import { useState } from 'preact/hooks';
import { type Answer, get, post } from '../../api/client.ts';
import { DayField } from '../../parts/day-field.tsx';
import type { Me } from '../../parts/frame.tsx';
import { Refused, Show, useAct, useLoaded } from '../../parts/load.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { YearSelect } from '../../parts/year-select.tsx';
import { dayText } from '../../words/day.ts';
import { words } from '../../words/index.ts';

type Book = Answer<'GET', '/api/school-years/:schoolYear/record-books'>['books'][number];
interface Taker {
  readonly toName: string;
  readonly relation: string;
}

/** Trả học bạ: whose book goes out, and once it has, who took it on which day. */
export function BooksPage({ me }: { me: Me }) {
  const say = words.handOver.books;
  const [schoolYear, setYear] = useState(me.schoolYear);
  const { loaded, again } = useLoaded(schoolYear, () =>
    get('/api/school-years/:schoolYear/record-books', { params: { schoolYear } }),
  );
  return (
    <>
      <PageTitle text={say.title} />
      <p class="soft">{say.intro}</p>
      <YearSelect label={say.year} value={schoolYear} set={setYear} />
      <Show of={loaded} again={again}>
        {({ books }) =>
          books.length === 0 ? (
            <p>{say.none}</p>
          ) : (
            <Books
              key={`${schoolYear} ${books.filter((b) => b.handed).length}`}
              schoolYear={schoolYear}
              books={books}
              done={again}
            />
          )
        }
      </Show>
    </>
  );
}

function Books(props: { schoolYear: string; books: readonly Book[]; done: () => void }) {
  const { schoolYear, books, done } = props;
  const say = words.handOver.books;
  const head = say.columns;
  const [onDate, setOnDate] = useState('');
  const [takers, setTakers] = useState<Readonly<Record<string, Taker>>>({});
  const { busy, error, run } = useAct();
  const taker = (id: string): Taker => takers[id] ?? { toName: '', relation: '' };
  const change = (id: string, part: Partial<Taker>): void =>
    setTakers((all) => ({ ...all, [id]: { toName: '', relation: '', ...all[id], ...part } }));
  const ready = books.flatMap(({ pupilId, handed }) => {
    const { toName, relation } = taker(pupilId);
    return handed === null && toName.trim() !== '' && relation.trim() !== ''
      ? [{ pupilId, toName, relation }]
      : [];
  });
  const left = books.filter((b) => b.handed === null).length;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        run(async () => {
          await post('/api/school-years/:schoolYear/record-books', {
            params: { schoolYear },
            body: { onDate, books: ready },
          });
          done();
        });
      }}
    >
      <p>
        <strong>{say.left(left, books.length)}</strong> {left > 0 && <span class="soft">{say.hint}</span>}
      </p>
      {error && <Refused error={error} />}
      <table class="plain stacked">
        <thead>
          <tr>
            <th>{head.name}</th>
            <th>{head.klass}</th>
            <th>{head.why}</th>
            <th>{head.to}</th>
            <th>{head.relation}</th>
          </tr>
        </thead>
        <tbody>
          {books.map((book) => (
            <tr key={book.pupilId} class={book.handed ? 'gone' : ''}>
              <th scope="row">
                <a href={`/hoc-sinh/${book.pupilId}`}>{book.fullName}</a>
              </th>
              <td data-label={head.klass}>{book.className}</td>
              <td data-label={head.why}>{say.occasions[book.occasion]}</td>
              {book.handed ? (
                <td data-label={head.to} colSpan={2}>
                  {say.handed(book.handed.toName, book.handed.relation, dayText(book.handed.onDate))}
                </td>
              ) : (
                <>
                  <td data-label={head.to}>
                    <input
                      type="text"
                      aria-label={say.toOf(book.fullName)}
                      autocomplete="off"
                      maxLength={80}
                      value={taker(book.pupilId).toName}
                      onInput={(e) => change(book.pupilId, { toName: e.currentTarget.value })}
                    />
                  </td>
                  <td data-label={head.relation}>
                    <input
                      type="text"
                      class="short"
                      aria-label={say.relationOf(book.fullName)}
                      autocomplete="off"
                      maxLength={40}
                      value={taker(book.pupilId).relation}
                      onInput={(e) => change(book.pupilId, { relation: e.currentTarget.value })}
                    />
                  </td>
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {left > 0 && (
        <>
          <DayField id="day" label={say.day} value="" set={setOnDate} />
          <div class="actions">
            <button type="submit" class="primary" disabled={busy || onDate === '' || ready.length === 0}>
              {say.button(ready.length)}
            </button>
          </div>
        </>
      )}
    </form>
  );
}
