import { useEffect, useState } from 'preact/hooks';
import { words } from './words.ts';

/** More files than these are printed a line each, and in full only what is false or what the reader has opened. */
const MOST_IN_FULL = 10;

/**
 * A verdict to lay in a folder or send on: printed, or as text for a mail. What stands folded on the page is printed too, since nobody
 * can open it on paper.
 */
export function Keep({ text }: { text: () => string }) {
  const [state, setState] = useState<'open' | 'copied' | 'refused'>('open');
  useEffect(() => {
    const unfolded: HTMLDetailsElement[] = [];
    const unfold = (): void => {
      const isFew = (which: string): boolean => document.querySelectorAll(which).length <= MOST_IN_FULL;
      // Of a long list the grave ones, where they are few.
      const inFull = isFew('.parts > li') ? '.parts' : isFew('.parts > .wrong') ? '.parts > .wrong' : '.none';
      for (const one of document.querySelectorAll<HTMLDetailsElement>('.checked details:not([open])')) {
        const part = one.closest<HTMLDetailsElement>('.parts > li > details');
        if (part !== null && part.closest(inFull) === null && (part === one || !part.open)) continue;
        one.open = true;
        unfolded.push(one);
      }
    };
    const fold = (): void => {
      for (const one of unfolded.splice(0)) one.open = false;
    };
    addEventListener('beforeprint', unfold);
    addEventListener('afterprint', fold);
    return () => {
      removeEventListener('beforeprint', unfold);
      removeEventListener('afterprint', fold);
    };
  }, []);
  const copy = (): void => {
    navigator.clipboard.writeText(text()).then(
      () => setState('copied'),
      () => setState('refused'),
    );
  };
  return (
    <>
      <div class="actions">
        <button type="button" onClick={() => print()}>
          {words.keep.print}
        </button>
        {/* Browsers give a page that came without TLS from another machine no clipboard. */}
        {'clipboard' in navigator && (
          <button type="button" onClick={copy}>
            {words.keep.copy}
          </button>
        )}
      </div>
      <p class="soft screen-only" role="status">
        {state === 'copied' ? words.keep.copied : state === 'refused' ? words.keep.refused : ''}
      </p>
      <p class="print-only">{words.keep.noProof}</p>
    </>
  );
}

/** Where and when something was checked: a verdict is of that moment. */
export const checkedAt = (time: string): string => words.keep.at(time, location.origin + location.pathname);
