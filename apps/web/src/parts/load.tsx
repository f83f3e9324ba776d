import type { ComponentChildren } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { CallError } from '../api/client.ts';
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
  return { loaded, again: useCallback(() => setTurn((n) => n + 1), []) };
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
  return (
    <div class="notice wrong" role="alert">
      <strong>{error.message}</strong>
      {error.details.length > 0 && (
        <ul>
          {error.details.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      {again && (
        <p>
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
  const run = (act: () => Promise<void>): void => {
    setBusy(true);
    setError(null);
    act()
      .catch((cause: unknown) => setError(asCallError(cause)))
      .finally(() => setBusy(false));
  };
  return { busy, error, run, clear: () => setError(null) };
}
