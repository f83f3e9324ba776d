import { useState } from 'preact/hooks';
import type { Answer } from '../../api/client.ts';
import { words } from '../../words/index.ts';
import { foundBy } from './recall-find.ts';

export type Field = Answer<'GET', '/api/records/:recordId/fields'>['fields'][number];

export interface Correction {
  readonly item: string;
  readonly value: string;
}

/** Chosen at least; an empty value is a cell that is to be empty. */
export const complete = ({ item }: Correction): boolean => item !== '';

/**
 * Which cells of the record are wrong and what they are to say, beside what they say.
 * @param offered whether a line stands there from the start
 * @param needed whether one at least has to be named
 */
export function Corrections(props: {
  fields: readonly Field[];
  of: readonly Correction[];
  set: (corrections: readonly Correction[]) => void;
  offered: boolean;
  needed: boolean;
}) {
  const { fields, set, offered, needed } = props;
  const say = words.issued.corrections;
  const lines = offered && props.of.length === 0 ? [{ item: '', value: '' }] : props.of;
  const change = (at: number, line: Correction): void => set(lines.map((old, n) => (n === at ? line : old)));
  return (
    <fieldset class="plain-set">
      <legend>{say.title}</legend>
      <p class="soft">{say.note}</p>
      {lines.map((line, at) => (
        <Line
          key={at}
          n={at + 1}
          line={line}
          fields={fields.filter(
            ({ item }) => item === line.item || !lines.some((other) => other.item === item),
          )}
          needed={needed && at === 0}
          mayDrop={!(needed && at === 0) && (lines.length > 1 || complete(line))}
          set={(next) => change(at, next)}
          drop={() => set(lines.filter((_, n) => n !== at))}
        />
      ))}
      <button type="button" class="small" onClick={() => set([...lines, { item: '', value: '' }])}>
        {say.add}
      </button>
    </fieldset>
  );
}

function Line(props: {
  n: number;
  line: Correction;
  fields: readonly Field[];
  needed: boolean;
  mayDrop: boolean;
  set: (line: Correction) => void;
  drop: () => void;
}) {
  const { n, line, fields, needed, mayDrop, set, drop } = props;
  const say = words.issued.corrections;
  const [typed, setTyped] = useState('');
  const found = foundBy(typed, fields);
  const field = fields.find(({ item }) => item === line.item);
  const find = (text: string): void => {
    setTyped(text);
    const left = foundBy(text, fields);
    const only = left.length === 1 ? left[0]?.item : undefined;
    const item = only ?? (left.some((one) => one.item === line.item) ? line.item : '');
    if (item !== line.item) set({ item, value: '' });
  };
  return (
    <div class="correction">
      <div class="field-row">
        <label for={`find-${n}`}>{say.find(n)}</label>
        <input
          id={`find-${n}`}
          type="text"
          autocomplete="off"
          maxLength={100}
          // With the first one a person who types goes straight to the wrong cell.
          autofocus={n === 1}
          aria-describedby={`found-${n}`}
          value={typed}
          onInput={(e) => find(e.currentTarget.value)}
        />
        <span id={`found-${n}`} class="soft small-print" role="status">
          {typed.trim() !== '' && say.found(found.length)}
        </span>
      </div>
      <div class="field-row">
        <label for={`field-${n}`}>{say.field(n)}</label>
        <select
          id={`field-${n}`}
          required={needed}
          value={line.item}
          onChange={(e) => set({ item: e.currentTarget.value, value: '' })}
        >
          <option value="">{say.choose}</option>
          {(found.length === 0 ? fields : found).map(({ item, name }) => (
            <option key={item} value={item}>
              {name}
            </option>
          ))}
        </select>
      </div>
      {field && (
        <div class="field-row">
          <label for={`value-${n}`}>{say.value(n)}</label>
          <p class="soft" id={`now-${n}`}>
            {say.now} {field.value === '' ? words.approvals.nothing : field.value}
          </p>
          {/\.(?:comment|text)$/.test(field.item) ? (
            <textarea
              id={`value-${n}`}
              class="field"
              rows={3}
              maxLength={2000}
              aria-describedby={`now-${n}`}
              value={line.value}
              onInput={(e) => set({ ...line, value: e.currentTarget.value })}
            />
          ) : (
            <input
              id={`value-${n}`}
              type="text"
              autocomplete="off"
              maxLength={20}
              aria-describedby={`now-${n}`}
              value={line.value}
              onInput={(e) => set({ ...line, value: e.currentTarget.value })}
            />
          )}
        </div>
      )}
      {mayDrop && (
        <button
          type="button"
          class="plain"
          onClick={() => {
            setTyped('');
            drop();
          }}
        >
          {say.drop(n)}
        </button>
      )}
    </div>
  );
}
