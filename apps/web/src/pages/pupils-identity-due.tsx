import type { Identity } from '../api/answers.ts';
import { post } from '../api/client.ts';
import { Refused, useAct } from '../parts/load.tsx';
import { words } from '../words/index.ts';

/** Records that say what is no longer so: the principal recalls each for its replacement. */
export function IdentityDue(props: { due: Identity['due']; isPrincipal: boolean; done: () => void }) {
  const say = words.identity;
  const { busy, error, run } = useAct();
  if (props.due.length === 0) return null;
  const recall = (recordId: string, reason: string): void =>
    run(async () => {
      if (!confirm(say.recallAsk)) return;
      await post('/api/records/:recordId/recall', {
        params: { recordId },
        body: { reasonCode: 'identity-change', reason, replace: true },
      });
      props.done();
    });
  return (
    <section class="notice wrong">
      <h2>{say.due}</h2>
      <p>{say.dueNote}</p>
      {error && <Refused error={error} />}
      <ul>
        {props.due.map((one) => (
          <li key={one.recordId}>
            {say.dueLine(one.schoolYear.replace('-', '–'), one.reason)}{' '}
            {props.isPrincipal && (
              <button
                type="button"
                class="small"
                disabled={busy}
                onClick={() => recall(one.recordId, one.reason)}
              >
                {say.recall}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
