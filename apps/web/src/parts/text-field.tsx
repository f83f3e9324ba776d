/** One labelled line of text. */
export function TextField(props: {
  id: string;
  label: string;
  value: string;
  set: (text: string) => void;
  minLength?: number;
  maxLength: number;
  optional?: boolean;
  /** What a password manager or a phone may fill in; nothing unless said. */
  autocomplete?: 'one-time-code';
}) {
  return (
    <div class="field-row">
      <label for={props.id}>{props.label}</label>
      <input
        id={props.id}
        type="text"
        autocomplete={props.autocomplete ?? 'off'}
        required={!props.optional}
        minLength={props.minLength}
        maxLength={props.maxLength}
        value={props.value}
        onInput={(e) => props.set(e.currentTarget.value)}
      />
    </div>
  );
}
