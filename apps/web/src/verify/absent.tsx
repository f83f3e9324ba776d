import { words } from './words.ts';

/** A part of the page that did not come, or the whole of it that is too old: what that means for the work at hand, and the way out. A browser asks again only for a page that is opened anew. */
export function Absent({ text = words.absent }: { text?: string }) {
  return (
    <div class="notice wrong" role="alert">
      <p>{text}</p>
      <button type="button" onClick={() => location.reload()}>
        {words.reload}
      </button>
    </div>
  );
}
