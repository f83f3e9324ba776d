import type { Answer } from '../../api/client.ts';
import { words } from '../../words/index.ts';
import { Rewards } from './rewards.tsx';
import { Decide, TitleRow, Vote } from './titles.tsx';

type Results = Answer<'GET', '/api/classes/:classId/results'>;

/** Rewards of the year (TT 27/2020 Điều 13): what is due by itself, what is proposed, what was given besides. */
export function Awards(props: { classId: string; results: Results; principal: boolean; again: () => void }) {
  const { classId, results, principal, again } = props;
  const { pupils, mayConfirm } = results;
  const say = words.awards;
  // A title that is due without any act follows from the result alone.
  const bySelf = Map.groupBy(
    pupils.filter((p) => p.award.title !== null && p.award.grounds === null),
    (p) => p.award.title ?? '',
  );
  const proposable = pupils.filter((p) => p.award.open !== null || p.award.grounds !== null);
  const names = new Set(proposable.flatMap((p) => p.award.open?.title ?? p.award.title ?? []));
  return (
    <section>
      <h2>{say.title}</h2>
      <p class="soft">{say.intro}</p>
      {[...bySelf].map(([title, due]) => (
        <p key={title}>
          <strong>{say.due(title, due.length)}</strong> {due.map((p) => p.fullName).join(', ')}.
        </p>
      ))}
      {proposable.length > 0 && (
        <>
          <h3>{[...names].join(', ') || say.proposals}</h3>
          {principal && <Decide classId={classId} pupils={proposable} again={again} />}
          <ul class="card task-list">
            {proposable.map((pupil) => (
              <TitleRow
                key={pupil.pupilId}
                classId={classId}
                pupil={pupil}
                homeroom={mayConfirm}
                principal={principal}
                again={again}
              />
            ))}
          </ul>
          {mayConfirm && <Vote classId={classId} pupils={proposable} again={again} />}
        </>
      )}
      <Rewards
        classId={classId}
        pupils={pupils}
        may={principal ? 'all' : mayConfirm ? 'letter' : 'none'}
        again={again}
      />
    </section>
  );
}
