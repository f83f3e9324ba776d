import type { ComponentChildren } from 'preact';
import { type Answer, get } from '../../api/client.ts';
import type { Me } from '../../parts/frame.tsx';
import { usePolled } from '../../parts/polled.ts';
import { words } from '../../words/index.ts';

const EVERY_MS = 60_000;

/** Two histories of a log, for the office: there as long as it is so, and no click takes it away. */
export function LogAlarm({ me }: { me: Me }) {
  return me.roles.some((role) => role !== 'teacher') ? <Told /> : null;
}

function Told() {
  const { now } = usePolled('log-alarms', () => get('/api/log-alarms', {}), {
    every: EVERY_MS,
    over: () => false,
  });
  const { others } = words.lodging;
  if (now === null) return null;
  return (
    <>
      {now.own.length > 0 && (
        <ForkedHere years={now.own}>
          <p>
            <a href="/can-cu">{words.lodging.own.link}</a>
          </p>
        </ForkedHere>
      )}
      <StoppedHere stopped={now.stopped} />
      {now.others.length > 0 && (
        <section class="notice wrong" role="alert">
          <h2>{others.title}</h2>
          <p>{others.text}</p>
          <ul>
            {now.others.map(({ schoolCode, schoolYear }) => (
              <li key={schoolCode + schoolYear}>{others.line(schoolCode, schoolYear)}</li>
            ))}
          </ul>
          <p>
            <a href="/nhat-ky-gui-len">{others.link}</a>
          </p>
        </section>
      )}
    </>
  );
}

/** Own logs that write no more: a notice above everything else, gone when they go on. Of two histories `ForkedHere` tells. */
export function StoppedHere({ stopped }: { stopped: Answer<'GET', '/api/log-alarms'>['stopped'] }) {
  const told = stopped.filter(({ why }) => why !== 'other-history');
  if (told.length === 0) return null;
  const { title, text, why } = words.lodging.stopped;
  return (
    <section class="notice wrong" role="alert">
      <h2>{title(namesOf(told.map(({ schoolYear }) => schoolYear)))}</h2>
      <p>{text}</p>
      <ul>
        {[...new Set(told.map((one) => one.why))].map((reason) => (
          <li key={reason}>{why[reason]}</li>
        ))}
      </ul>
    </section>
  );
}

function namesOf(years: readonly string[]): string {
  return [...new Set(years)].map((year) => year.replace('-', '–')).join(', ');
}

/** Of the school's own logs: what happened, is the work safe, what to do. */
export function ForkedHere({ years, children }: { years: readonly string[]; children?: ComponentChildren }) {
  const { own } = words.lodging;
  return (
    <section class="notice wrong" role="alert">
      <h2>{own.title(namesOf(years))}</h2>
      <p>{own.text}</p>
      <ol>
        {own.todo.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ol>
      {children}
    </section>
  );
}
