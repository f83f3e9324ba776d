import { CallError, SESSION_BACK } from '../../api/client.ts';
import { guardLeaving } from '../../parts/router.ts';
import { words } from '../../words/index.ts';
import type { SheetSession } from './session.ts';

/** Unsent cells are sent as soon as the network is back, and a page that still has some is not left without a word. */
export function keepUntilSent(session: SheetSession): () => void {
  const { outbox } = session;
  const flush = (): void => outbox.flush();
  const lost = (): void => outbox.lostNetwork();
  const hidden = (): void => {
    if (document.visibilityState === 'hidden' && outbox.waiting > 0) outbox.flush();
  };
  const ask = (event: BeforeUnloadEvent): void => {
    if (outbox.waiting === 0) return;
    outbox.flush();
    event.preventDefault();
    event.returnValue = true;
  };
  addEventListener('online', flush);
  addEventListener('offline', lost);
  addEventListener(SESSION_BACK, flush);
  addEventListener('beforeunload', ask);
  document.addEventListener('visibilitychange', hidden);
  guardLeaving(() => {
    commitFocused();
    if (outbox.waiting > 0 && navigator.onLine) outbox.flush();
    return outbox.stuck ? words.save.leave(outbox.waiting) : null;
  });
  return () => {
    if (outbox.waiting > 0) outbox.flush();
    guardLeaving(null);
    removeEventListener('online', flush);
    removeEventListener('offline', lost);
    removeEventListener(SESSION_BACK, flush);
    removeEventListener('beforeunload', ask);
    document.removeEventListener('visibilitychange', hidden);
  };
}

/** The cell in which somebody is still typing counts as entered when the page is left. */
function commitFocused(): void {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
}

const FOLLOW_MS = 30_000;

/** Looks every half minute at what colleagues have set, while the page is looked at. */
export function followOthers(session: SheetSession): () => void {
  const timer = setInterval(() => {
    if (document.visibilityState === 'hidden' || !navigator.onLine) return;
    session.follow().catch((error: unknown) => {
      // The next turn asks again; what this person writes is checked against the others' values anyway.
      if (!(error instanceof CallError)) throw error;
    });
  }, FOLLOW_MS);
  return () => clearInterval(timer);
}
