import { get, post } from '../../api/client.ts';
import { Refused, Show, useAct, useLoaded } from '../../parts/load.tsx';
import { words } from '../../words/index.ts';

/** The principal's decision whether electives can lower a result; undecided, they are recorded and do not. */
export function Electives({ again }: { again: () => void }) {
  const settings = useLoaded('assessment-settings', () => get('/api/assessment-settings', {}));
  const { busy, error, run } = useAct();
  const choose = (electivesLower: boolean): void =>
    run(async () => {
      await post('/api/assessment-settings', { body: { electivesLower } });
      settings.again();
      again();
    });
  return (
    <details>
      <summary>{words.electives.title}</summary>
      <Show of={settings.loaded} again={settings.again}>
        {({ electivesLower }) => (
          <fieldset class="field-row">
            <legend class="soft">{words.electives.note}</legend>
            {[false, true].map((value) => (
              <label key={String(value)} class="choice">
                <input
                  type="radio"
                  name="electives"
                  disabled={busy}
                  checked={(electivesLower ?? false) === value}
                  onChange={() => choose(value)}
                />
                {value ? words.electives.lower : words.electives.keep}
              </label>
            ))}
          </fieldset>
        )}
      </Show>
      {error && <Refused error={error} />}
    </details>
  );
}
