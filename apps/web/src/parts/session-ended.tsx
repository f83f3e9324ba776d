import { useEffect, useRef, useState } from 'preact/hooks';
import { del, post, SESSION_BACK, SESSION_ENDED } from '../api/client.ts';
import { words } from '../words/index.ts';
import type { Me } from './frame.tsx';
import { Refused, useAct } from './load.tsx';
import { SignInForm } from './sign-in-form.tsx';

/**
 * The session ended in the middle of work: one signs in again over the page, which keeps everything that was typed.
 * Only the same person may go on: what waits on this page was entered in his or her name.
 */
export function SessionEnded({ me }: { me: Me }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [other, setOther] = useState<string | null>(null);
  const { busy, error, run } = useAct();
  useEffect(() => {
    const open = (): void => {
      if (dialog.current && !dialog.current.open) dialog.current.showModal();
    };
    addEventListener(SESSION_ENDED, open);
    return () => removeEventListener(SESSION_ENDED, open);
  }, []);
  const enter = (username: string, password: string): void =>
    run(async () => {
      setOther(null);
      const who = await post('/api/session', { body: { username, password } });
      if (who.staffId !== me.staffId) {
        await del('/api/session', {});
        setOther(who.fullName);
        return;
      }
      dialog.current?.close();
      dispatchEvent(new Event(SESSION_BACK));
    });
  return (
    <dialog ref={dialog} aria-labelledby="session-ended">
      <h2 id="session-ended">{words.sessionEnded.title}</h2>
      <p>{words.sessionEnded.text(me.fullName)}</p>
      {error && <Refused error={error} />}
      {other !== null && (
        <div class="notice wrong" role="alert">
          {words.sessionEnded.other(other, me.fullName)}
        </div>
      )}
      <SignInForm id="again" busy={busy} enter={enter} />
    </dialog>
  );
}
