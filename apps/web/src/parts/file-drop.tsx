import { useState } from 'preact/hooks';

/** A place to choose files or drop them; the browser's own words for it, in whatever language, stay hidden. */
export function FileDrop(props: {
  text: string;
  note?: string;
  accept: string;
  multiple?: boolean;
  disabled: boolean;
  onFiles: (files: readonly File[]) => void;
  /** Takes what was dropped itself, where a folder may be among it. */
  onDropped?: (dropped: DataTransfer) => void;
}) {
  const [over, setOver] = useState(false);
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
        if (props.onDropped !== undefined && dropped !== null && !props.disabled)
          return props.onDropped(dropped);
        const files = [...(dropped?.files ?? [])];
        if (!props.disabled && files.length > 0) props.onFiles(props.multiple ? files : files.slice(0, 1));
      }}
    >
      <input
        class="visually-hidden"
        type="file"
        multiple={props.multiple ?? false}
        accept={props.accept}
        disabled={props.disabled}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          // Choosing the same file again, mended meanwhile, must count as a choice.
          event.currentTarget.value = '';
          if (files.length > 0) props.onFiles(files);
        }}
      />
      <strong>{props.text}</strong>
      {props.note !== undefined && <span class="soft">{props.note}</span>}
    </label>
  );
}
