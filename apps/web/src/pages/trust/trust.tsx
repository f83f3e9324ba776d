import { get } from '../../api/client.ts';
import { Show, useLoaded } from '../../parts/load.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { clock } from '../../words/clock.ts';
import { words } from '../../words/index.ts';
import { dayIn, LogsOf, OperatorsDetails } from './details.tsx';
import { type Due, type Standing, whatIsDue } from './due.ts';
import { ForkedHere, StoppedHere } from './log-alarm.tsx';

type List = NonNullable<Standing['list']>;
/** All but what stands in red above the list. */
type Listed = Exclude<Due, { code: 'log-forked' }>;

/** Căn cứ kiểm tra: what whoever verifies a record believes, and first of all what has to be done about it. */
export function TrustPage() {
  const { loaded, again } = useLoaded('trust', () => get('/api/trust/standing', {}));
  return (
    <>
      <PageTitle text={words.trust.title} />
      <Show of={loaded} again={again}>
        {(standing) => {
          const due = whatIsDue(standing, Date.now());
          const forked = due.filter((one) => one.code === 'log-forked');
          return (
            <>
              {forked.length > 0 && <ForkedHere years={forked.map(({ name }) => name)} />}
              <StoppedHere stopped={standing.stopped} />
              <p>{words.trust.lead}</p>
              {standing.keepsOthers && (
                <p>
                  <a href="/nhat-ky-gui-len">{words.lodging.title}</a>
                </p>
              )}
              <p>{standing.list === null ? absent(standing) : whose(standing.training, standing.list)}</p>
              {(due.length === 0 && standing.stopped.length === 0 && !standing.unreadable) ||
              due.length > forked.length ? (
                <DueList due={due.filter((one) => one.code !== 'log-forked')} />
              ) : null}
              {standing.list && <SealsOf list={standing.list} />}
              {standing.list && <LogsOf list={standing.list} />}
              {standing.list && <SuspicionsOf list={standing.list} />}
              {standing.list && <OperatorsDetails standing={standing} list={standing.list} />}
            </>
          );
        }}
      </Show>
    </>
  );
}

function absent({ unreadable }: Standing): string {
  return unreadable ? words.trust.unreadable : words.trust.none;
}

function whose(training: boolean, { fromAbove, signedBy, asOf }: List): string {
  if (fromAbove) return words.trust.from.above(signedBy, clock(asOf));
  return (training ? words.trust.from.training : words.trust.from.own)(clock(asOf));
}

function DueList({ due }: { due: readonly Listed[] }) {
  return (
    <>
      <h2>{words.trust.due}</h2>
      {due.length === 0 ? (
        <p>{words.trust.nothingDue}</p>
      ) : (
        <ul class="card task-list">
          {due.map((one) => (
            <li key={JSON.stringify(one)} class="whole">
              {sentenceOf(one)}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function sentenceOf(due: Listed): string {
  const { what } = words.trust;
  switch (due.code) {
    case 'list-out-of-date':
    case 'seal-ends':
    case 'evidence-late':
      return what[due.code](dayIn(due.day));
    case 'root-ends':
    case 'authority-ends':
      return what[due.code](due.name, dayIn(due.day));
    case 'log-stopped':
    case 'lodging-stuck':
    case 'witness-missing':
    case 'suspected':
      return what[due.code](due.name);
    case 'witness-silent':
      return what[due.code](due.witnesses, due.name);
    case 'log-undated':
      return what[due.code](due.name, dayIn(due.day));
    default:
      return what[due.code];
  }
}

function SealsOf({ list: { school } }: { list: List }) {
  const { trust } = words;
  const of = (): string | null => {
    if (school === null) return trust.sealsUnknown;
    return school.seals.length === 0 ? trust.noSeals : null;
  };
  const nothing = of();
  return (
    <>
      <h2>{trust.seals}</h2>
      {nothing !== null ? (
        <p>{nothing}</p>
      ) : (
        <table class="plain stacked">
          <thead>
            <tr>
              {[trust.seal.from, trust.seal.until, trust.seal.ours, trust.seal.ends].map((title) => (
                <th key={title}>{title}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {school?.seals.map(({ from, until, ours, notAfter }) => (
              <tr key={from + (until ?? '')}>
                <th scope="row">
                  <span class="stacked-only">{trust.seal.from} </span>
                  {dayIn(from)}
                </th>
                <td data-label={trust.seal.until}>{until === null ? trust.now : dayIn(until)}</td>
                <td data-label={trust.seal.ours}>{ours ? trust.yes : trust.no}</td>
                <td data-label={trust.seal.ends}>{notAfter === null ? '–' : dayIn(notAfter)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {school?.successor && <p>{trust.successor(school.successor)}</p>}
    </>
  );
}

function SuspicionsOf({ list: { suspicions } }: { list: List }) {
  const { trust } = words;
  return (
    <>
      <h2>{trust.suspicions}</h2>
      {suspicions.length === 0 ? (
        <p>{trust.noSuspicions}</p>
      ) : (
        <ul>
          {suspicions.map(({ decision, from, to, ours }) => (
            <li key={decision + from}>
              {trust.suspicion(decision, dayIn(from), to === null ? null : dayIn(to))}
              {ours && <strong> · {trust.ofOurs}</strong>}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
