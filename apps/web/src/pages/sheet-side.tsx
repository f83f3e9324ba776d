import type { OutboxState } from '../api/outbox.ts';
import { words } from '../words/index.ts';
import type { Conflict, SheetSession } from './sheet-session.ts';

/** One sentence, always at the same place. */
export function SaveState({ state, flush }: { state: OutboxState; flush: () => void }) {
  const time =
    state.kind === 'saved' && state.at
      ? state.at.toLocaleTimeString('vi-VN', { hour: '2-digit', minute: '2-digit' })
      : null;
  const text =
    state.kind === 'saved'
      ? time === null
        ? words.save.ready
        : words.save.saved(time)
      : state.kind === 'sending'
        ? words.save.sending(state.waiting)
        : state.kind === 'offline'
          ? words.save.offline(state.waiting)
          : words.save.signedOut(state.waiting);
  return (
    <p
      class={state.kind === 'offline' || state.kind === 'signedOut' ? 'save-state waiting' : 'save-state'}
      role="status"
    >
      {text}
      {state.kind === 'signedOut' && (
        <>
          {' '}
          <a href="/dang-nhap" target="_blank" rel="noreferrer">
            {words.save.signInAgain}
          </a>{' '}
          <button type="button" class="plain" onClick={flush}>
            {words.save.sendNow}
          </button>
        </>
      )}
    </p>
  );
}

export function Gaps({
  session,
  goTo,
}: {
  session: SheetSession;
  goTo: (row: number, column: number) => void;
}) {
  const gaps = session.gaps();
  const shown = gaps.slice(0, 12);
  return (
    <section class="card padded" aria-label={words.sheet.missing}>
      <h2>{words.sheet.missing}</h2>
      {gaps.length === 0 && <p class="soft">{words.sheet.nothingMissing}</p>}
      <ul>
        {shown.map((gap) => (
          <li key={gap.column}>
            <button type="button" class="plain" onClick={() => goTo(gap.rows[0] ?? 0, gap.column)}>
              {words.sheet.gap(
                `${session.data.columns[gap.column]?.group ?? ''} ${gap.title}`,
                gap.rows.length,
              )}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Conflicts(props: {
  conflicts: readonly Conflict[];
  session: SheetSession;
  refresh: (row: number, column: number) => void;
}) {
  if (props.conflicts.length === 0) return null;
  const choose = (conflict: Conflict, mine: boolean): void => {
    props.session.resolve(conflict, mine);
    props.refresh(conflict.row, conflict.column);
  };
  return (
    <section class="notice wait" role="alert">
      <h2>{words.sheet.conflicts}</h2>
      <ul>
        {props.conflicts.map((conflict) => (
          <li key={`${conflict.row}:${conflict.column}`}>
            <strong>{props.session.sheet.rows[conflict.row]?.name}</strong>,{' '}
            {props.session.sheet.columns[conflict.column]?.title}:{' '}
            {words.sheet.conflict(conflict.by, conflict.theirs, conflict.mine)}
            <br />
            <button type="button" class="plain" onClick={() => choose(conflict, false)}>
              {words.sheet.keepTheirs(conflict.theirs)}
            </button>{' '}
            <button type="button" class="plain" onClick={() => choose(conflict, true)}>
              {words.sheet.useMine(conflict.mine)}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Keys() {
  return (
    <section class="card padded" style={{ marginTop: '12px' }}>
      <h2>{words.sheet.keys}</h2>
      <div class="keys">
        <span>
          <kbd>T</kbd> <kbd>H</kbd> <kbd>C</kbd> <kbd>Đ</kbd> {words.sheet.keyLevel}
        </span>
        <span>
          <kbd>Ctrl</kbd> <kbd>D</kbd> {words.sheet.keyFill}
        </span>
        <span>
          <kbd>Ctrl</kbd> <kbd>Z</kbd> {words.sheet.keyUndo}
        </span>
        <span>
          <kbd>Ctrl</kbd> <kbd>V</kbd> {words.sheet.keyPaste}
        </span>
        <span>
          <kbd>Ctrl</kbd> <kbd>␣</kbd> {words.sheet.keyBank}
        </span>
      </div>
    </section>
  );
}

export function Bank(props: {
  sentences: readonly string[];
  onPick: (sentence: string) => void;
  onFill: () => void;
  onClose: () => void;
}) {
  const keyed = (event: KeyboardEvent): void => {
    const sentence = /^[1-9]$/.test(event.key) ? props.sentences[Number(event.key) - 1] : undefined;
    if (sentence !== undefined) {
      event.preventDefault();
      props.onPick(sentence);
    } else if (event.key === 'Escape') {
      props.onClose();
    }
  };
  return (
    <section class="card padded bank" onKeyDown={keyed} aria-label={words.sheet.bank}>
      <strong>{words.sheet.bank}</strong> <span class="soft">{words.sheet.bankNote}</span>{' '}
      <button type="button" class="plain" onClick={props.onFill}>
        {words.sheet.fillBlanks}
      </button>
      <ol>
        {props.sentences.slice(0, 9).map((sentence, n) => (
          <li key={sentence}>
            <button type="button" onClick={() => props.onPick(sentence)}>
              <kbd>{n + 1}</kbd> {sentence}
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
