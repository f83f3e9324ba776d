import type { Answer } from '../../api/client.ts';
import { words } from '../../words/index.ts';

type Check = Answer<'GET', '/api/classes/:classId/check'>;
type Problem = Check['classProblems'][number];
interface Concerned {
  readonly pupilId: string;
  readonly name: string;
}
/** One thing to be mended and everybody whom it concerns; nobody means the class as a whole. */
export interface Gathered {
  readonly problem: Problem;
  readonly pupils: readonly Concerned[];
}
const NAMED = 4;

/**
 * The same fault of thirty-five pupils is one line, not thirty-five. What must be mended comes first, and of that what
 * concerns most.
 */
export function gather(check: Check): Gathered[] {
  const found = new Map<string, { problem: Problem; pupils: Concerned[] }>();
  for (const problem of check.classProblems) found.set(keyOf(problem), { problem, pupils: [] });
  for (const pupil of check.pupils) {
    for (const problem of pupil.problems) {
      if (problem.severity === 'note') continue;
      const key = keyOf(problem);
      const entry = found.get(key) ?? { problem, pupils: [] };
      entry.pupils.push({ pupilId: pupil.pupilId, name: `${pupil.ordinal}. ${pupil.fullName}` });
      found.set(key, entry);
    }
  }
  const weight = ({ problem, pupils }: Gathered): number =>
    (problem.severity === 'blocking' ? 1_000_000 : 0) + (pupils.length || 1_000);
  return [...found.values()].sort((a, b) => weight(b) - weight(a));
}

function keyOf(problem: Problem): string {
  return JSON.stringify([problem.code, problem.item, problem.field, problem.message, problem.action]);
}

export function ProblemList({ classId, problems }: { classId: string; problems: readonly Gathered[] }) {
  return (
    <ul class="card task-list problems">
      {problems.map(({ problem, pupils }) => (
        <li key={keyOf(problem)}>
          <div>
            <strong>{problem.message}</strong>
            <br />
            <span class="soft">{problem.action}</span> <Way classId={classId} problem={problem} />
            <Names classId={classId} problem={problem} pupils={pupils} />
          </div>
          <span class={problem.severity === 'blocking' ? 'tag wrong' : 'tag wait'}>
            {problem.severity === 'blocking' ? words.check.blocking : words.check.warning} ·{' '}
            {pupils.length > 0 ? words.check.pupils(pupils.length) : words.check.wholeClass}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Results and promotion are decided on their own page; cells link to themselves, name by name. */
export function isOfResult(problem: Problem): boolean {
  return ['result', 'promoted', 'completed', 'award'].includes(problem.field ?? '');
}

function Way({ classId, problem }: { classId: string; problem: Problem }) {
  return isOfResult(problem) ? <a href={`/lop/${classId}/ket-qua`}>{words.check.toResults}</a> : null;
}

function Names({
  classId,
  problem,
  pupils,
}: {
  classId: string;
  problem: Problem;
  pupils: readonly Concerned[];
}) {
  if (pupils.length === 0) return null;
  const name = (pupil: Concerned) => (
    <li key={pupil.pupilId}>
      {problem.item === undefined ? (
        pupil.name
      ) : (
        <a href={`/lop/${classId}/bang#${pupil.pupilId}.${problem.item}`}>{pupil.name}</a>
      )}
    </li>
  );
  if (pupils.length <= NAMED) return <ul class="names">{pupils.map(name)}</ul>;
  return (
    <details>
      <summary>{words.check.pupils(pupils.length)}</summary>
      <ul class="names">{pupils.map(name)}</ul>
    </details>
  );
}
