import { useState } from 'preact/hooks';

/** A place to choose files or drop them; the browser's own words for it, in whatever language, stay hidden. */
export function FileDrop(props: {
  text: string;
  note?: string;
  accept: string;
  multiple?: boolean;
  disabled: boolean;
  /** What was chosen is being worked on: nothing is taken, and who came here by keyboard stays here. */
  busy?: boolean;
  onFiles: (files: readonly File[]) => void;
  /** Takes what was dropped itself, where a folder may be among it. */
  onDropped?: (dropped: DataTransfer) => void;
}) {
  const [over, setOver] = useState(false);
  const closed = props.disabled || props.busy === true;
  return (
    <label
      class={over ? 'drop over' : 'drop'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const dropped = event.dataTransfer;
        if (props.onDropped !== undefined && dropped !== null && !closed) return props.onDropped(dropped);
        const files = [...(dropped?.files ?? [])];
        if (!closed && files.length > 0) props.onFiles(props.multiple ? files : files.slice(0, 1));
      }}
    >
      <input
        class="visually-hidden"
        type="file"
        multiple={props.multiple ?? false}
        accept={props.accept}
        disabled={props.disabled}
        aria-disabled={props.busy ? 'true' : undefined}
        onClick={(event) => {
          if (closed) event.preventDefault();
        }}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          // Choosing the same file again, mended meanwhile, must count as a choice.
          event.currentTarget.value = '';
          if (files.length > 0 && !closed) props.onFiles(files);
        }}
      />
      <strong>{props.text}</strong>
      {props.note !== undefined && <span class="soft">{props.note}</span>}
    </label>
  );
}
