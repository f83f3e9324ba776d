import { useEffect, useState } from 'preact/hooks';
import type { CallError } from '../api/client.ts';
import { asCallError } from './load.tsx';

/**
 * What goes on at the server, asked for again and again: a failed question is shown and asked again, leaving the page stops
 * only the asking.
 * @param key another one asks anew
 * @param every milliseconds between an answer and the next question
 * @param over the last answer that is asked for
 */
export function usePolled<T>(
  key: string,
  load: () => Promise<T>,
  { every, over }: { every: number; over: (now: T) => boolean },
): { now: T | null; trouble: CallError | null; put: (now: T) => void } {
  const [now, put] = useState<T | null>(null);
  const [trouble, setTrouble] = useState<CallError | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let left = false;
    const poll = async (): Promise<void> => {
      try {
        const answer = await load();
        if (left) return;
        put(answer);
        setTrouble(null);
        if (over(answer)) return;
      } catch (cause) {
        if (left) return;
        setTrouble(asCallError(cause));
      }
      timer = setTimeout(() => void poll(), every);
    };
    void poll();
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [key]);
  return { now, trouble, put };
}
