import { type CellItem, parseCell } from '@hocba/record';
import { useState } from 'preact/hooks';
import { type Answer, get, type post } from '../../api/client.ts';
import { Show, useLoaded } from '../../parts/load.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { words } from '../../words/index.ts';

type Items = Answer<'GET', '/api/transfers/items/:classId'>;
type Row = Items['periods'][number]['rows'][number];
type Period = Items['periods'][number]['period'];
type Stated = NonNullable<Parameters<typeof post<'/api/transfers/in'>>[1]['body']['results']>;

/** What was typed of a paper, by `PERIOD item`. */
export type Typed = ReadonlyMap<string, string>;

export function statedOf(typed: Typed): Stated {
  const periods = new Map<Period, { item: string; value: string }[]>();
  for (const [key, value] of typed) {
    const [period, item] = key.split(' ') as [Period, string];
    if (value.trim() === '') continue;
    periods.set(period, [...(periods.get(period) ?? []), { item, value: value.trim() }]);
  }
  return [...periods].map(([period, cells]) => ({ period, cells }));
}

/** Marks, levels and comments that a paper states, period by period: Enter and the arrows go down and up a column. */
export function PaperResults(props: {
  classId: string;
  typed: Typed;
  set: (typed: Typed) => void;
  document: string;
  setDocument: (text: string) => void;
}) {
  const { loaded, again } = useLoaded(props.classId, () =>
    get('/api/transfers/items/:classId', { params: { classId: props.classId } }),
  );
  const say = words.pupils.arrival.paper;
  return (
    <fieldset class="plain-set">
      <legend>{say.title}</legend>
      <p class="soft">{say.note}</p>
      <TextField
        id="in-document"
        label={say.document}
        value={props.document}
        set={props.setDocument}
        maxLength={200}
        optional={props.typed.size === 0}
      />
      <Show of={loaded} again={again}>
        {(items) => <ByPeriod {...props} items={items} />}
      </Show>
    </fieldset>
  );
}

function ByPeriod({ items, typed, set }: { items: Items; typed: Typed; set: (typed: Typed) => void }) {
  const say = words.pupils.arrival.paper;
  const [at, setAt] = useState<Period>('CHK1');
  const open = items.periods.find(({ period }) => period === at);
  const filled = (period: Period) => [...typed.keys()].filter((key) => key.startsWith(`${period} `)).length;
  const change = (item: string, value: string): void => {
    const next = new Map(typed);
    if (value === '') next.delete(`${at} ${item}`);
    else next.set(`${at} ${item}`, value);
    set(next);
  };
  return (
    <>
      <div class="actions" role="radiogroup" aria-label={say.period}>
        {items.periods.map(({ period, title }) => (
          <label key={period}>
            <input type="radio" name="paper-period" checked={period === at} onChange={() => setAt(period)} />{' '}
            {title}
            {filled(period) > 0 && <span class="tag"> {say.filled(filled(period))}</span>}
          </label>
        ))}
      </div>
      <table class="plain stacked paper" onKeyDown={upAndDown}>
        <caption class="visually-hidden">{open?.title}</caption>
        <thead>
          <tr>
            <th>{say.subject}</th>
            <th>{say.level}</th>
            <th>{say.mark}</th>
            <th>{say.comment}</th>
          </tr>
        </thead>
        <tbody key={at}>
          {open?.rows.map((row) => (
            <Line key={row.key} row={row} written={(item) => typed.get(`${at} ${item}`) ?? ''} set={change} />
          ))}
        </tbody>
      </table>
    </>
  );
}

function Line(props: {
  row: Row;
  written: (item: string) => string;
  set: (item: string, value: string) => void;
}) {
  const { row, written, set } = props;
  const say = words.pupils.arrival.paper;
  const cell = (item: string | null, head: string, column: string) => {
    if (item === null) return <td class="none" />;
    const value = written(item);
    const read = value === '' ? null : parseCell(item as CellItem, value);
    const wrong = read !== null && !read.ok;
    return (
      <td data-label={head}>
        <input
          type="text"
          class={column === 'comment' ? '' : 'short'}
          data-column={column}
          aria-label={say.cellOf(row.title, head)}
          aria-invalid={wrong}
          maxLength={column === 'comment' ? 2000 : 20}
          value={value}
          onInput={(e) => set(item, e.currentTarget.value)}
        />
        {wrong && <span class="wrong-text">{read.message}</span>}
      </td>
    );
  };
  return (
    <tr>
      <th scope="row">{row.title}</th>
      {cell(row.level, say.level, 'level')}
      {cell(row.mark, say.mark, 'mark')}
      {cell(row.comment, say.comment, 'comment')}
    </tr>
  );
}

/** Enter would send the form: here it goes on to the next cell of the column, as in a sheet. */
function upAndDown(event: KeyboardEvent & { currentTarget: HTMLTableElement }): void {
  const from = event.target;
  if (!(from instanceof HTMLInputElement) || event.isComposing) return;
  const step = event.key === 'Enter' || event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  event.preventDefault();
  const column = [
    ...event.currentTarget.querySelectorAll<HTMLInputElement>(`[data-column="${from.dataset.column}"]`),
  ];
  const next = column[column.indexOf(from) + step];
  next?.focus();
  next?.select();
}
