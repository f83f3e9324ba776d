import type { ComponentChildren } from 'preact';
import { get } from '../api/client.ts';
import type { Me } from '../parts/frame.tsx';
import { usePolled } from '../parts/polled.ts';
import { words } from '../words/index.ts';

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

/** Of the school's own logs: what happened, is the work safe, what to do. */
export function ForkedHere({ years, children }: { years: readonly string[]; children?: ComponentChildren }) {
  const { own } = words.lodging;
  const named = [...new Set(years)].map((year) => year.replace('-', '–')).join(', ');
  return (
    <section class="notice wrong" role="alert">
      <h2>{own.title(named)}</h2>
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
