/** One labelled text of several lines. */
export function TextArea(props: {
  id: string;
  label: string;
  value: string;
  set: (text: string) => void;
  maxLength: number;
  rows?: number;
}) {
  return (
    <div class="field-row">
      <label for={props.id}>{props.label}</label>
      <textarea
        id={props.id}
        class="field"
        rows={props.rows ?? 3}
        maxLength={props.maxLength}
        value={props.value}
        onInput={(e) => props.set(e.currentTarget.value)}
      />
    </div>
  );
}
