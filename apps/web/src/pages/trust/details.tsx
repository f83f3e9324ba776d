import { clock } from '../../words/clock.ts';
import { words } from '../../words/index.ts';
import { type Standing, yearOf } from './due.ts';

type List = NonNullable<Standing['list']>;

/** The day of an instant, in Vietnam. */
export function dayIn(iso: string): string {
  return clock(iso).split(' ')[1] ?? '';
}

/** Each log of the school: what has been confirmed and dated of it, and when. */
export function LogsOf({ list: { logs, statusDays } }: { list: List }) {
  const { trust } = words;
  return (
    <>
      <h2>{trust.logs}</h2>
      {logs.length === 0 && <p>{trust.noLogs}</p>}
      {logs.map(({ origin, from, here }) => (
        <section key={origin}>
          <h3>{words.schoolYear(yearOf(origin))}</h3>
          <p class="soft long-name">
            {origin} · {trust.log.from(dayIn(from))}
            {here !== null && ` · ${trust.log.leaves(here.leaves)}`}
          </p>
          {here === null ? (
            <p>{trust.elsewhere}</p>
          ) : (
            <ul>
              <li>
                {trust.log.witness[here.witness]}
                {here.witnesses.length > 0 && (
                  <ul>
                    {here.witnesses.map(({ name, seenAt }) => (
                      <li key={name}>
                        {seenAt === null ? trust.log.notSeen(name) : trust.log.seen(name, clock(seenAt))}
                      </li>
                    ))}
                  </ul>
                )}
              </li>
              <li>
                {here.dated === null
                  ? trust.log.notDated
                  : trust.log.dated(dayIn(here.dated.at), dayIn(here.dated.renewBefore))}
              </li>
              <li>
                {trust.log.status(clock(here.statusAsOf))}; {trust.log.statusDays(statusDays)}
              </li>
              <li>
                <CloseOf here={here} />
              </li>
              {here.lodged !== null && (
                <li>
                  {here.lodged.leaves === 0
                    ? trust.log.notLodged
                    : trust.log.lodged(here.lodged.leaves, here.leaves)}
                  {here.lodged.problem !== null && ` · ${trust.log.lodging[here.lodged.problem]}`}
                </li>
              )}
            </ul>
          )}
        </section>
      ))}
    </>
  );
}

/** Whether the log takes more, from when on it is closed by itself, and what would keep it open past that day. */
function CloseOf({ here }: { here: NonNullable<List['logs'][number]['here']> }) {
  const { log } = words.trust;
  const { life, closes } = here;
  if (life !== 'open') return <>{log.life[life]}</>;
  if (closes === null) return <>{log.closedByHand}</>;
  const obstacles = [
    ...(closes.unlockedYears > 0 ? [log.keptOpen.unlockedYears] : []),
    ...(closes.unfinishedRecords > 0 ? [log.keptOpen.unfinishedRecords(closes.unfinishedRecords)] : []),
    ...(closes.unclosedClasses > 0 ? [log.keptOpen.unclosedClasses(closes.unclosedClasses)] : []),
    ...(closes.noLaterLog ? [log.keptOpen.noLaterLog] : []),
  ];
  const day = closes.on.split('-').reverse().join('/');
  return (
    <>
      {log.closes(day)}
      {obstacles.length > 0 && (
        <>
          {' '}
          {log.keptOpenBy}
          <ul>
            {obstacles.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

/** Names of keys and certificates: folded, for who lays the files down. */
export function OperatorsDetails({ standing, list }: { standing: Standing; list: List }) {
  const { trust } = words;
  const ends = ({ subject, notAfter }: List['roots'][number]): string =>
    trust.until(subject, dayIn(notAfter));
  return (
    <details>
      <summary>{trust.details}</summary>
      <Lines title={trust.key} lines={[list.key]} />
      <Lines
        title={trust.claimKeys}
        lines={list.claimKeys.map(({ origin, from, until }) =>
          trust.claimKey(origin, dayIn(from), dayIn(until)),
        )}
      />
      <Lines title={trust.roots} lines={list.roots.map(ends)} />
      <Lines title={trust.authorities} lines={list.authorityRoots.map(ends)} />
      <Lines
        title={trust.stamps}
        lines={standing.timestampAuthorities.map(({ host, notAfter }) => trust.until(host, dayIn(notAfter)))}
      />
    </details>
  );
}

function Lines({ title, lines }: { title: string; lines: readonly string[] }) {
  return (
    <>
      <h3>{title}</h3>
      {lines.length === 0 ? (
        <p>{words.trust.empty}</p>
      ) : (
        <ul class="long-name">
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </>
  );
}
