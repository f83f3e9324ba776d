import type { MyFactors } from '../../api/answers.ts';
import { get, post } from '../../api/client.ts';
import type { Me } from '../../parts/frame.tsx';
import { Refused, Show, useAct, useLoaded } from '../../parts/load.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { ProveForm } from '../../parts/second-factor.tsx';
import { clock } from '../../words/clock.ts';
import { words } from '../../words/index.ts';
import { AddGenerator, AddPasskey, PaperCodes } from './second-factor-add.tsx';
import { FactorResets } from './second-factor-resets.tsx';

/** The password was right; the second factor is still to come. */
export function EnterBySecondFactor({ me, done }: { me: Me; done: () => void }) {
  return (
    <div class="sign-in">
      <section>
        <PageTitle text={words.factor.prove.title} />
        <p class="soft">{me.fullName}</p>
        <p>{words.factor.prove.entering}</p>
        <ProveForm id="enter" done={done} />
        <p class="actions">
          <button type="button" class="plain" onClick={signOut}>
            {words.signOut}
          </button>
        </p>
      </section>
    </div>
  );
}

function signOut(): void {
  void fetch('/api/session', { method: 'DELETE' }).finally(() => location.assign('/'));
}

/** What one has, how to add another, codes on paper, and for the office: resets by two. */
export function SecondFactorPage({ me, done }: { me: Me; done?: () => void }) {
  const say = words.factor;
  const { loaded, again } = useLoaded('second-factor', () => get('/api/second-factor', {}));
  const office = me.roles.some((role) => role !== 'teacher');
  return (
    <>
      <PageTitle text={say.title} />
      <p>{say.note}</p>
      <Show of={loaded} again={again}>
        {(mine) => (
          <>
            <Standing mine={mine} office={office} />
            {mine.state.enrolled && <Mine mine={mine} changed={again} />}
            {mine.enrolBy === 'vouched' ? (
              <p class="notice wait">{say.vouched(mine.passwordFrom ?? '')}</p>
            ) : (
              <>
                <AddPasskey mine={mine} done={done ?? again} />
                <AddGenerator mine={mine} done={done ?? again} />
              </>
            )}
            {mine.state.enrolled && <PaperCodes left={mine.paperCodesLeft} />}
            {office && mine.state.proven === mine.state.needed && <FactorResets me={me} />}
            {me.school.training && me.roles.includes('principal') && !done && (
              <Training enforced={mine.state.enforced} />
            )}
          </>
        )}
      </Show>
    </>
  );
}

function Standing({ mine, office }: { mine: MyFactors; office: boolean }) {
  const say = words.factor;
  if (!mine.state.enforced) return <p class="notice wait">{say.offNote}</p>;
  if (mine.state.enrolled) return null;
  return <p class={office ? 'notice wait' : 'notice'}>{office ? say.mustNote : say.optionalNote}</p>;
}

function Mine({ mine, changed }: { mine: MyFactors; changed: () => void }) {
  const say = words.factor;
  const { busy, error, run } = useAct();
  const remove = (factorId: string): void =>
    run(async () => {
      await post('/api/second-factor/:factorId/remove', { params: { factorId }, body: {} });
      changed();
    });
  const day = (at: string): string => clock(at).slice(6);
  return (
    <section>
      <h2>{say.mine}</h2>
      {error && <Refused error={error} />}
      <ul class="card task-list">
        {mine.factors.map((one) => (
          <li key={one.factorId}>
            <span>
              {one.name}
              <br />
              <span class="soft">
                {say.kind[one.kind]}, {say.added(day(one.createdAt))}
                {one.lastUsedAt !== null && `, ${say.used(day(one.lastUsedAt))}`}
              </span>
            </span>
            <button
              type="button"
              class="small"
              aria-label={say.removeOf(one.name)}
              disabled={busy}
              onClick={() => remove(one.factorId)}
            >
              {say.remove}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Practising it, and working without it, are both a training school's to choose. */
function Training({ enforced }: { enforced: boolean }) {
  const say = words.factor.training;
  const { busy, error, run } = useAct();
  const turn = (): void =>
    run(async () => {
      await post('/api/second-factor/training', { body: { on: !enforced } });
      location.reload();
    });
  return (
    <section>
      <h2>{say.title}</h2>
      {error && <Refused error={error} />}
      <p class="actions">
        <button type="button" disabled={busy} onClick={turn}>
          {enforced ? say.off : say.on}
        </button>
      </p>
    </section>
  );
}
