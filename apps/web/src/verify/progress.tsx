import { words } from './words.ts';

/** How far many files are, and the way out; it is seen only by who has to wait. */
export function Progress({ done, of, onStop }: { done: number; of: number; onStop: () => void }) {
  return (
    <div class="card checking">
      <p>{words.checking(done, of)}</p>
      {/* Not known of how many while they are unpacked. */}
      <progress aria-label={words.checking(0, 1)} {...(of < 2 ? {} : { max: of, value: done })} />
      <button type="button" onClick={onStop}>
        {words.stop}
      </button>
    </div>
  );
}
