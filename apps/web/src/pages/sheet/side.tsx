import type { OutboxState } from '../../api/outbox.ts';
import { dayText } from '../../words/day.ts';
import { words } from '../../words/index.ts';
import type { Conflict, SheetSession } from './session.ts';

type GoTo = (row: number, column: number) => void;
const LINES = 14;

/** One sentence, always at the same place. */
export function SaveState({ state, flush }: { state: OutboxState; flush: () => void }) {
  const waiting = state.kind === 'offline' || state.kind === 'signedOut' || state.kind === 'trouble';
  return (
    <p class={waiting ? 'save-state waiting' : 'save-state'} role="status">
      {sentenceOf(state)}
      {(state.kind === 'signedOut' || state.kind === 'trouble') && (
        <>
          {' '}
          <button type="button" class="plain" onClick={flush}>
            {words.save.sendNow}
          </button>
        </>
      )}
    </p>
  );
}

function sentenceOf(state: OutboxState): string {
  switch (state.kind) {
    case 'saved': {
      if (!state.at) return words.save.ready;
      return words.save.saved(
        state.at.toLocaleTimeString('vi-VN', {
          hour: '2-digit',
          minute: '2-digit',
          timeZone: 'Asia/Ho_Chi_Minh',
        }),
      );
    }
    case 'sending':
      return words.save.sending(state.waiting);
    case 'offline':
      return words.save.offline(state.waiting);
    case 'trouble':
      return words.save.trouble(state.waiting);
    case 'signedOut':
      return words.save.signedOut(state.waiting);
  }
}

/** In the sheet of one subject "Mức" says enough; in the class table it needs the subject. */
function shortName(session: SheetSession, column: number): string {
  const groups = new Set(session.data.columns.map((c) => c.group));
  return groups.size > 1 ? session.columnName(column) : (session.data.columns[column]?.title ?? '');
}

export function Gaps({ session, goTo, folded }: { session: SheetSession; goTo: GoTo; folded: boolean }) {
  const gaps = session.gaps();
  const twins = session.twins();
  const empty = gaps.reduce((sum, gap) => sum + gap.rows.length, 0);
  const name = (row: number): string => session.sheet.rows[row]?.name ?? '';
  const twin = ({ column, rows }: (typeof twins)[number]) => (
    <li key={`twins-${column}`}>
      <button type="button" class="plain" onClick={() => goTo(rows[0] ?? 0, column)}>
        {words.sheet.twins(rows.length, shortName(session, column))}
      </button>
    </li>
  );
  const list = (
    <>
      {gaps.length === 0 && <p class="soft">{words.sheet.nothingMissing}</p>}
      {(gaps.length > 0 || twins.length === 1) && (
        <ul>
          {gaps.slice(0, LINES).map(({ column, rows }) => (
            <li key={column}>
              <button type="button" class="plain" onClick={() => goTo(rows[0] ?? 0, column)}>
                {words.sheet.gap(shortName(session, column), rows.length, name(rows[0] ?? 0))}
              </button>
            </li>
          ))}
          {gaps.length > LINES && <li class="soft">{words.sheet.moreColumns(gaps.length - LINES)}</li>}
          {twins.length === 1 && twins.map(twin)}
        </ul>
      )}
      {twins.length > 1 && (
        <details>
          <summary class="light">{words.sheet.twinColumns(twins.length)}</summary>
          <ul>{twins.map(twin)}</ul>
        </details>
      )}
    </>
  );
  return (
    <details class="card padded" open={!folded}>
      <summary>{empty > 0 ? words.sheet.missingCount(empty) : words.sheet.missing}</summary>
      {list}
    </details>
  );
}

/** Texts that were not accepted stay in their cells, red, and are listed here in words. */
export function Faults({ session, goTo }: { session: SheetSession; goTo: GoTo }) {
  const faults = session.sheet.allFaults();
  if (faults.length === 0) return <div role="status" />;
  return (
    <div role="status">
      <section class="notice wrong">
        <h2>{words.sheet.faults}</h2>
        <ul>
          {faults.slice(0, LINES).map((fault) => (
            <li key={`${fault.row}:${fault.column}`}>
              <button type="button" class="plain" onClick={() => goTo(fault.row, fault.column)}>
                {session.sheet.rows[fault.row]?.name}
              </button>
              : {fault.message}
            </li>
          ))}
          {faults.length > LINES && <li>{words.sheet.moreCells(faults.length - LINES)}</li>}
        </ul>
        <p class="soft">{words.sheet.faultsNote}</p>
      </section>
    </div>
  );
}

export function Conflicts({ session }: { session: SheetSession }) {
  if (session.conflicts.length === 0) return null;
  const button = (conflict: Conflict, mine: boolean) => (
    <button type="button" class="small" onClick={() => session.resolve(conflict, mine)}>
      {mine
        ? words.sheet.useMine(conflict.mine || words.sheet.blank)
        : words.sheet.keepTheirs(conflict.theirs || words.sheet.blank)}
    </button>
  );
  return (
    <section class="notice wait" role="alert">
      <h2>{words.sheet.conflicts}</h2>
      <ul class="bare">
        {session.conflicts.map((conflict) => (
          <li key={`${conflict.row}:${conflict.column}`}>
            <p>
              <strong>{session.sheet.rows[conflict.row]?.name}</strong>, {session.columnName(conflict.column)}
              :{' '}
              {words.sheet.conflict(
                conflict.by,
                conflict.theirs || words.sheet.blank,
                conflict.mine || words.sheet.blank,
              )}
            </p>
            <div class="actions">
              {button(conflict, false)}
              {button(conflict, true)}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Who came in the course of the year, with what the former school's paper says. */
export function Arrivals({ session }: { session: SheetSession }) {
  const { arrived, pupils } = session.data;
  if (arrived.length === 0) return null;
  return (
    <details class="card padded">
      <summary>{words.sheet.arrivals(arrived.length)}</summary>
      <ul>
        {arrived.map((one) => (
          <li key={one.pupilId}>
            <strong>{pupils.find((p) => p.pupilId === one.pupilId)?.fullName}</strong>{' '}
            {words.sheet.arrival(dayText(one.onDate), one.schoolName)}
            {one.note !== '' && (
              <>
                <br />
                <span class="soft">{one.note}</span>
              </>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}

export function Keys() {
  return (
    <details class="card padded" open>
      <summary>{words.sheet.keys}</summary>
      <dl class="keys">
        <dt>
          <kbd>T</kbd> <kbd>H</kbd> <kbd>C</kbd> <kbd>Đ</kbd>
        </dt>
        <dd>{words.sheet.keyLevel}</dd>
        <dt>
          <kbd>Ctrl</kbd> <kbd>D</kbd>
        </dt>
        <dd>{words.sheet.keyFill}</dd>
        <dt>
          <kbd>Ctrl</kbd> <kbd>Z</kbd>
        </dt>
        <dd>{words.sheet.keyUndo}</dd>
        <dt>
          <kbd>Ctrl</kbd> <kbd>V</kbd>
        </dt>
        <dd>{words.sheet.keyPaste}</dd>
        <dt>
          <kbd>Ctrl</kbd> <kbd>{words.sheet.space}</kbd>
        </dt>
        <dd>{words.sheet.keyBank}</dd>
        <dt>
          <kbd>Tab</kbd>
        </dt>
        <dd>{words.sheet.keyLeave}</dd>
      </dl>
    </details>
  );
}
