import { useState } from 'preact/hooks';
import { dayOf, dayText } from '../words/day.ts';
import { words } from '../words/index.ts';

/** A day as dd/mm/yyyy in text: a native date field follows the browser's language and not the school's. */
export function DayField(props: { id: string; label: string; value: string; set: (iso: string) => void }) {
  const [typed, setTyped] = useState(props.value === '' ? '' : dayText(props.value));
  const wrong = typed !== '' && dayOf(typed) === undefined;
  return (
    <div class="field-row">
      <label for={props.id}>{props.label}</label>
      <input
        id={props.id}
        type="text"
        inputMode="numeric"
        autocomplete="off"
        value={typed}
        aria-invalid={wrong}
        aria-describedby={`${props.id}-form`}
        onInput={(e) => {
          setTyped(e.currentTarget.value);
          props.set(dayOf(e.currentTarget.value) ?? '');
        }}
      />
      <span id={`${props.id}-form`} class={wrong ? 'tag wrong' : 'soft small-print'}>
        {words.years.open.day}
      </span>
    </div>
  );
}
