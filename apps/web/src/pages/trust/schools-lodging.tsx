import { type Answer, get, urlOf } from '../../api/client.ts';
import { Show, useLoaded } from '../../parts/load.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { clock } from '../../words/clock.ts';
import { words } from '../../words/index.ts';

type Lodging = Answer<'GET', '/api/schools-lodging'>;
type Log = Lodging['logs'][number];
type State = keyof typeof words.lodging.states;

const DAY_MS = 86_400_000;
const TAGS: Partial<Record<State, string>> = { forked: 'tag wrong', silent: 'tag wait', never: 'tag wait' };

/** Nhật ký các trường gửi lên: two histories first, then who is silent, then the others. */
export function SchoolsLodgingPage() {
  const { loaded, again } = useLoaded('schools-lodging', () => get('/api/schools-lodging', {}));
  return (
    <>
      <PageTitle text={words.lodging.title} />
      <p>{words.lodging.lead}</p>
      <Show of={loaded} again={again}>
        {(lodging) => (
          <>
            {lodging.logs.some(isForked) && <Forks logs={lodging.logs} />}
            <Logs lodging={lodging} now={Date.now()} />
          </>
        )}
      </Show>
    </>
  );
}

const isForked = ({ forks }: Log): boolean => forks.length > 0;

function Forks({ logs }: { logs: readonly Log[] }) {
  const { lodging } = words;
  return (
    <section class="notice wrong">
      <h2>{lodging.forks}</h2>
      <ul>
        {logs.filter(isForked).map((log) => (
          <li key={log.origin}>
            <strong>{lodging.school(log.schoolCode, log.schoolName)}</strong> ·{' '}
            {words.schoolYear(log.schoolYear)}
            {!log.registered && ` · ${lodging.states.removed}`}
            <br />
            <span class="soft long-name">{log.origin}</span>
            <ul>
              {log.forks.map((fork) => (
                <li key={fork.held}>
                  {lodging.fork(fork.held, fork.shown, clock(fork.keptAt))}
                  <br />
                  <Files origin={log.origin} fork={fork} />
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
      <h3>{lodging.todoTitle}</h3>
      <ol>
        {lodging.todo.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ol>
      <p>{lodging.until}</p>
    </section>
  );
}

function Files({ origin, fork: { held, larger } }: { origin: string; fork: Log['forks'][number] }) {
  const parts = (['held', 'shown', 'proof'] as const).filter((part) => part !== 'proof' || larger);
  return (
    <>
      {parts.map((part, at) => (
        <span key={part}>
          {at > 0 && ' · '}
          <a download href={urlOf('/api/schools-lodging/evidence', { query: { origin, held, part } })}>
            {words.lodging.files[part]}
          </a>
        </span>
      ))}
    </>
  );
}

function Logs({ lodging: { logs, silentDays }, now }: { lodging: Lodging; now: number }) {
  const { lodging } = words;
  const { columns } = lodging;
  if (logs.length === 0) return <p>{lodging.none}</p>;
  const silent = logs.filter((log) => log.silent).length;
  return (
    <>
      <p>{lodging.counts(logs.length, silent, silentDays)}</p>
      <table class="plain stacked">
        <thead>
          <tr>
            {Object.values(columns).map((title) => (
              <th key={title}>{title}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {logs.map((log) => {
            const state = stateOf(log, logs);
            return (
              <tr key={log.origin}>
                <td data-label={columns.school} title={log.origin}>
                  {lodging.school(log.schoolCode, log.schoolName)}
                </td>
                <td data-label={columns.year}>{log.schoolYear.replace('-', '–')}</td>
                <td data-label={columns.leaves}>
                  {log.last === null ? '–' : lodging.leaves(log.last.leaves)}
                </td>
                <td data-label={columns.last}>{log.last === null ? '–' : lastOf(log.last.at, now)}</td>
                <td data-label={columns.state}>
                  <span class={TAGS[state] ?? 'tag'}>{lodging.states[state]}</span>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}

function lastOf(at: string, now: number): string {
  return words.lodging.last(clock(at), Math.floor((now - Date.parse(at)) / DAY_MS));
}

function stateOf(log: Log, logs: readonly Log[]): State {
  if (!log.registered) return 'removed';
  if (isForked(log)) return 'forked';
  if (log.silent) return log.last === null ? 'never' : 'silent';
  // The server counts the newest of each school among the silent ones; an older one only waits for nothing.
  const later = logs.some(
    ({ registered, schoolCode, schoolYear }) =>
      registered && schoolCode === log.schoolCode && schoolYear > log.schoolYear,
  );
  return later ? 'older' : 'fine';
}
