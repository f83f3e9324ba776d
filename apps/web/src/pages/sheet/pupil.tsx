import { SUBJECT_LEVEL_NAMES, TRAIT_LEVEL_NAMES } from '@hocba/record';
import { useEffect, useRef, useState } from 'preact/hooks';
import { words } from '../../words/index.ts';
import { FaultList, KeepSentence, Origin } from './bank.tsx';
import type { SheetSession } from './session.ts';
import { Sittings } from './sittings.tsx';

const SCALES: Readonly<Record<'level' | 'trait', Readonly<Record<string, string>>>> = {
  level: SUBJECT_LEVEL_NAMES,
  trait: TRAIT_LEVEL_NAMES,
};

/** On a phone pupils come one by one: the same cells as fields of a form. */
export function PupilForm({
  session,
  row,
  onRow,
}: {
  session: SheetSession;
  row: number;
  onRow: (row: number) => void;
}) {
  const { data, sheet } = session;
  const heading = useRef<HTMLHeadingElement>(null);
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    heading.current?.focus({ preventScroll: true });
    heading.current?.scrollIntoView({ block: 'start' });
  }, [row]);
  const grouped = new Set(data.columns.map((column) => column.group)).size > 1;
  const move = (
    <div class="actions pupil-move">
      <button type="button" disabled={row === 0} onClick={() => onRow(row - 1)}>
        {words.sheet.previous}
      </button>
      <button type="button" disabled={row + 1 >= data.pupils.length} onClick={() => onRow(row + 1)}>
        {words.sheet.next}
      </button>
    </div>
  );
  return (
    <section class="card padded pupil-form">
      <label class="choice">
        {words.sheet.name}
        <select value={String(row)} onChange={(event) => onRow(Number(event.currentTarget.value))}>
          {sheet.rows.map((pupil, n) => (
            <option key={pupil.pupilId} value={String(n)}>
              {n + 1}. {pupil.name}
            </option>
          ))}
        </select>
      </label>
      <h2 ref={heading} tabIndex={-1}>
        {row + 1}/{data.pupils.length} · {sheet.rows[row]?.name}
      </h2>
      {data.pupils[row]?.suspendedOn != null && <p class="soft">{words.sheet.standings.paused}</p>}
      {sheet.rows[row]?.frozen && (
        <p class="soft">{session.closed ? words.sheet.closed : words.sheet.frozen}</p>
      )}
      {sheet.columns.map((column, n) => {
        const spec = data.columns[n];
        // In a combined class a colleague's column may not be for this pupil.
        if (!session.takes(row, n)) return null;
        const newGroup = grouped && spec?.group !== data.columns[n - 1]?.group;
        return (
          <div key={`${row}:${column.item}`}>
            {newGroup && (
              <h3>
                {spec?.group}
                {!spec?.editable && spec?.owner && <span class="soft"> · {spec.owner.fullName}</span>}
              </h3>
            )}
            <Cell session={session} row={row} column={n} />
            {column.kind === 'mark' && (
              <Sittings session={session} row={row} column={n} settle={() => session.sent()} />
            )}
          </div>
        );
      })}
      {move}
    </section>
  );
}

function Cell({ session, row, column }: { session: SheetSession; row: number; column: number }) {
  const { sheet } = session;
  const spec = sheet.columns[column];
  const [draft, setDraft] = useState<string | null>(null);
  const [, setTick] = useState(0);
  const kind = spec?.kind ?? 'text';
  const fault = sheet.fault(row, column);
  const { state, note } = session.stateOf(row, column);
  const shown = draft ?? fault?.raw ?? sheet.value(row, column);
  const id = `cell-${row}-${column}`;
  const editable = sheet.editable(row, column);
  const write = (raw: string, source: 'key' | 'bank' = 'key'): void => {
    setDraft(null);
    session.changed(sheet.set([{ row, column, raw }]), source);
    setTick((n) => n + 1);
  };
  // That a cell waits to be sent is said once, above; here it would only make the form jump.
  const quiet = state === 'saved' || state === 'pending';
  const said = fault?.message ?? (quiet ? undefined : (note ?? words.sheet.states[state]));
  const description = said === undefined ? {} : { 'aria-describedby': `${id}-said` };
  const message = said !== undefined && (
    <p id={`${id}-said`} class={fault || state === 'refused' ? 'said wrong' : 'said'}>
      {said}
    </p>
  );
  if (kind === 'level' || kind === 'trait') {
    return (
      <fieldset class="field-row levels" {...description}>
        <legend>{spec?.title}</legend>
        <div>
          {Object.entries(SCALES[kind]).map(([letter, name]) => (
            <label key={letter}>
              <input
                type="radio"
                name={id}
                value={letter}
                disabled={!editable}
                checked={shown === letter}
                onChange={() => write(letter)}
              />
              <span>
                <strong>{letter}</strong> {name}
              </span>
            </label>
          ))}
        </div>
        {message}
      </fieldset>
    );
  }
  const shared = {
    id,
    autocomplete: 'off',
    spellcheck: false,
    readOnly: !editable,
    'aria-invalid': fault !== undefined,
    ...description,
    value: shown,
  } as const;
  const leave = (): void => {
    if (draft !== null) write(draft);
  };
  return (
    <div class="field-row">
      <label for={id}>{spec?.title}</label>
      {kind === 'text' ? (
        <textarea
          class="field"
          rows={3}
          {...shared}
          onInput={(e) => setDraft(e.currentTarget.value)}
          onBlur={leave}
        />
      ) : (
        <input
          type="text"
          inputMode="decimal"
          {...shared}
          onInput={(e) => setDraft(e.currentTarget.value)}
          onBlur={leave}
        />
      )}
      {message}
      {session.isOwnComment(row, column) && (
        <>
          <FaultList faults={session.comments.faults(row, column, draft ?? undefined)} />
          <Sentences session={session} row={row} column={column} pick={(text) => write(text, 'bank')} />
        </>
      )}
    </div>
  );
}

function Sentences(props: {
  session: SheetSession;
  row: number;
  column: number;
  pick: (text: string) => void;
}) {
  const { session, row, column } = props;
  const [open, setOpen] = useState(false);
  return (
    <details class="pupil-bank" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.sheet.bank}</summary>
      {open && (
        <>
          <ul>
            {session.comments
              .sentences(row, column)
              .slice(0, 9)
              .map((sentence) => (
                <li key={sentence.id}>
                  <button type="button" onClick={() => props.pick(sentence.text)}>
                    {sentence.text} <Origin sentence={sentence} />
                  </button>
                </li>
              ))}
          </ul>
          <KeepSentence session={session} row={row} column={column} />
        </>
      )}
    </details>
  );
}
