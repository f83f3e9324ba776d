import type { ComponentChildren } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { CallError, SESSION_BACK } from '../api/client.ts';
import { words } from '../words/index.ts';

export type Loaded<T> = { at: 'loading' } | { at: 'there'; value: T } | { at: 'failed'; error: CallError };

/** Loads when the key changes and on `again`. While loading, nothing is said about results being absent. */
export function useLoaded<T>(key: string, load: () => Promise<T>): { loaded: Loaded<T>; again: () => void } {
  const [loaded, setLoaded] = useState<Loaded<T>>({ at: 'loading' });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let current = true;
    load().then(
      (value) => current && setLoaded({ at: 'there', value }),
      (error: unknown) => current && setLoaded({ at: 'failed', error: asCallError(error) }),
    );
    return () => {
      current = false;
    };
  }, [key, turn]);
  const again = useCallback(() => setTurn((n) => n + 1), []);
  const failed = loaded.at === 'failed';
  useEffect(() => {
    if (!failed) return;
    addEventListener(SESSION_BACK, again);
    addEventListener('online', again);
    return () => {
      removeEventListener(SESSION_BACK, again);
      removeEventListener('online', again);
    };
  }, [failed, again]);
  return { loaded, again };
}

export function asCallError(error: unknown): CallError {
  return error instanceof CallError
    ? error
    : new CallError('internal', 0, String(error instanceof Error ? error.message : error));
}

/** Draws what has been loaded; loading and failing have their own looks. */
export function Show<T>({
  of,
  again,
  children,
}: {
  of: Loaded<T>;
  again: () => void;
  children: (value: T) => ComponentChildren;
}) {
  if (of.at === 'loading')
    return (
      <p class="soft" role="status">
        {words.loading}
      </p>
    );
  if (of.at === 'failed') return <Refused error={of.error} again={again} />;
  return <>{children(of.value)}</>;
}

export function Refused({ error, again }: { error: CallError; again?: () => void }) {
  // No right, or not there: nothing is broken and trying again does not help.
  const closed = again !== undefined && (error.status === 403 || error.status === 404);
  if (closed) {
    return (
      <div class="notice" role="alert">
        <p>{error.message}</p>
        <a class="button" href="/viec">
          {words.nav.work}
        </a>
      </div>
    );
  }
  return (
    <div class={error.status === 0 || error.status === 401 ? 'notice wait' : 'notice wrong'} role="alert">
      <strong>{error.message}</strong>
      {error.code === 'internal' && error.reference !== undefined && (
        <>
          {' '}
          <span class="soft">{words.reference(error.reference)}</span>
        </>
      )}
      {error.details.length > 0 && (
        <ul>
          {error.details.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      {again && error.status !== 401 && (
        <p class="actions">
          <button type="button" onClick={again}>
            {words.retry}
          </button>
        </p>
      )}
    </div>
  );
}

/** Runs one act of a button: disabled while it runs, its refusal shown in the page. */
export function useAct(): {
  busy: boolean;
  error: CallError | null;
  run: (act: () => Promise<void>) => void;
  clear: () => void;
} {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<CallError | null>(null);
  const running = useRef(false);
  const run = (act: () => Promise<void>): void => {
    // Set at once: the second click of a double click comes before the button is drawn as disabled.
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setError(null);
    act()
      .catch((cause: unknown) => setError(asCallError(cause)))
      .finally(() => {
        running.current = false;
        setBusy(false);
      });
  };
  return { busy, error, run, clear: () => setError(null) };
}
