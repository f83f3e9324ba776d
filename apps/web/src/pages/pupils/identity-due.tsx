import { useState } from 'preact/hooks';
import type { Identity } from '../../api/answers.ts';
import { post } from '../../api/client.ts';
import { Refused, useAct } from '../../parts/load.tsx';
import { words } from '../../words/index.ts';

/** Records that say what is no longer so: a recall for its replacement is asked for, and the principal agrees to it. */
export function IdentityDue(props: { due: Identity['due']; mayAsk: boolean; done: () => void }) {
  const say = words.identity;
  const { busy, error, run } = useAct();
  const [sent, setSent] = useState('');
  if (props.due.length === 0) return null;
  const recall = (recordId: string, reason: string): void =>
    run(async () => {
      if (!confirm(say.recallAsk)) return;
      // The decision on the civil status names its paper: it is the evidence.
      const { approvers } = await post('/api/approvals', {
        body: {
          act: { kind: 'recall', recordId, reasonCode: 'identity-change', replace: true },
          reason,
          evidence: reason,
        },
      });
      setSent(words.approvals.sent(say.recallWhat, approvers.join(words.approvals.or)));
      props.done();
    });
  return (
    <section class="notice wrong">
      <h2>{say.due}</h2>
      <p>{say.dueNote}</p>
      {error && <Refused error={error} />}
      {sent !== '' && <p role="status">{sent}</p>}
      <ul>
        {props.due.map((one) => (
          <li key={one.recordId}>
            {say.dueLine(one.schoolYear.replace('-', '–'), one.reason)}{' '}
            {props.mayAsk && (
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
