import { type Answer, get } from '../api/client.ts';
import { Show, useLoaded } from '../parts/load.tsx';
import { words } from '../words/index.ts';

type Field = Answer<'GET', '/api/records/:recordId/fields'>['fields'][number];

export interface Correction {
  readonly item: string;
  readonly value: string;
}

/** Chosen at least; an empty value is a cell that is to be empty. */
export const complete = ({ item }: Correction): boolean => item !== '';

/**
 * Which cells of the record are wrong and what they are to say, beside what they say.
 * @param needed whether one at least has to be named, so that a line stands there from the start
 */
export function Corrections(props: {
  recordId: string;
  of: readonly Correction[];
  set: (corrections: readonly Correction[]) => void;
  needed: boolean;
}) {
  const { recordId, set, needed } = props;
  const say = words.issued.corrections;
  const { loaded, again } = useLoaded(recordId, () =>
    get('/api/records/:recordId/fields', { params: { recordId } }),
  );
  const lines = needed && props.of.length === 0 ? [{ item: '', value: '' }] : props.of;
  const change = (at: number, line: Correction): void => set(lines.map((old, n) => (n === at ? line : old)));
  return (
    <fieldset class="plain-set">
      <legend>{say.title}</legend>
      <p class="soft">{say.note}</p>
      <Show of={loaded} again={again}>
        {({ fields }) => (
          <>
            {lines.map((line, at) => (
              <Line
                key={at}
                n={at + 1}
                line={line}
                fields={fields.filter(
                  ({ item }) => item === line.item || !lines.some((other) => other.item === item),
                )}
                needed={needed && at === 0}
                set={(next) => change(at, next)}
                drop={() => set(lines.filter((_, n) => n !== at))}
              />
            ))}
            <button type="button" class="small" onClick={() => set([...lines, { item: '', value: '' }])}>
              {say.add}
            </button>
          </>
        )}
      </Show>
    </fieldset>
  );
}

function Line(props: {
  n: number;
  line: Correction;
  fields: readonly Field[];
  needed: boolean;
  set: (line: Correction) => void;
  drop: () => void;
}) {
  const { n, line, fields, needed, set, drop } = props;
  const say = words.issued.corrections;
  const field = fields.find(({ item }) => item === line.item);
  return (
    <div class="correction">
      <div class="field-row">
        <label for={`field-${n}`}>{say.field(n)}</label>
        <select
          id={`field-${n}`}
          required={needed}
          value={line.item}
          onChange={(e) => set({ item: e.currentTarget.value, value: '' })}
        >
          <option value="">{say.choose}</option>
          {fields.map(({ item, name }) => (
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
      {!needed && (
        <button type="button" class="plain" onClick={drop}>
          {say.drop(n)}
        </button>
      )}
    </div>
  );
}
