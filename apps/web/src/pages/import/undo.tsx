import { useState } from 'preact/hooks';
import { type Answer, post } from '../../api/client.ts';
import { Refused, useAct } from '../../parts/load.tsx';
import { words } from '../../words/index.ts';

export type Kind = Answer<'GET', '/api/imports'>['imports'][number]['kind'];

/** Takes one import back, and says what could not be. */
export function UndoButton({ importId, kind, done }: { importId: string; kind: Kind; done?: () => void }) {
  const { busy, error, run } = useAct();
  const [said, setSaid] = useState<{ text: string; kept: readonly string[] } | null>(null);
  const undo = (): void =>
    run(async () => {
      const call = { params: { importId }, body: {} };
      if (kind === 'results') {
        const answer = await post('/api/imports/results/:importId/undo', call);
        setSaid({ text: words.files.undone(answer.cells, answer.pupils), kept: answer.kept });
      } else {
        const answer = await post('/api/imports/people/:importId/undo', call);
        setSaid({ text: words.files.undone(answer.restored, answer.removed), kept: answer.kept });
      }
      done?.();
    });
  if (said !== null) {
    return (
      <div role="status">
        <p>{said.text}</p>
        {said.kept.length > 0 && (
          <>
            <p>{words.files.kept(said.kept.length)}</p>
            <ul>
              {said.kept.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </>
        )}
      </div>
    );
  }
  return (
    <>
      {error && <Refused error={error} />}
      <button type="button" disabled={busy} onClick={undo}>
        {words.files.undo}
      </button>
    </>
  );
}
