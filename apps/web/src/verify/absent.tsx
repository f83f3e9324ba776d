import { words } from './words.ts';

/** A part of the page that did not come: what that means for the work at hand, and the way out. A browser asks again only for a page that is opened anew. */
export function Absent() {
  return (
    <div class="notice wrong" role="alert">
      <p>{words.absent}</p>
      <button type="button" onClick={() => location.reload()}>
        {words.reload}
      </button>
    </div>
  );
}
