import type { RollOverPreview } from '../../api/answers.ts';
import { post } from '../../api/client.ts';
import { Refused, useAct } from '../../parts/load.tsx';
import { clock } from '../../words/clock.ts';
import { words } from '../../words/index.ts';

/** What has been rolled over, by whom and when; each can be taken back while the new year is empty. */
export function Runs({ runs, done }: { runs: RollOverPreview['runs']; done: () => void }) {
  const { busy, error, run } = useAct();
  const { plan: say } = words.years;
  if (runs.length === 0) return null;
  const undo = (rollOverId: string): void =>
    run(async () => {
      if (!confirm(say.undoAsk)) return;
      await post('/api/roll-overs/:rollOverId/undo', { params: { rollOverId } });
      done();
    });
  return (
    <>
      <h2>{say.runs}</h2>
      {error && <Refused error={error} />}
      <ul class="card task-list">
        {runs.map((one) => (
          <li key={one.rollOverId}>
            <span>
              {clock(one.appliedAt)} · {one.appliedBy}: {say.run(one.totals)}
            </span>
            {one.undoneAt ? (
              <span class="tag">{say.undone(clock(one.undoneAt))}</span>
            ) : (
              <button
                type="button"
                class="small"
                disabled={busy}
                aria-label={say.undoOf(clock(one.appliedAt))}
                onClick={() => undo(one.rollOverId)}
              >
                {say.undo}
              </button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
