/** A group of check boxes, of which any number is on. */
export function Boxes(props: {
  legend: string;
  all: readonly { code: string; name: string }[];
  on: readonly string[];
  set: (codes: readonly string[]) => void;
}) {
  const { on } = props;
  return (
    <fieldset class="field-row">
      <legend>{props.legend}</legend>
      {props.all.map(({ code, name }) => (
        <label key={code} class="choice">
          <input
            type="checkbox"
            checked={on.includes(code)}
            onChange={() => props.set(on.includes(code) ? on.filter((c) => c !== code) : [...on, code])}
          />
          {name}
        </label>
      ))}
    </fieldset>
  );
}
