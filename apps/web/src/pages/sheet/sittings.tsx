import { useState } from 'preact/hooks';
import { post } from '../../api/client.ts';
import { DayField } from '../../parts/day-field.tsx';
import { Refused, useAct } from '../../parts/load.tsx';
import { dayText } from '../../words/day.ts';
import { words } from '../../words/index.ts';
import type { SheetSession } from './session.ts';

/**
 * The sittings of a pupil's test, and the act that records one more (TT 27/2020 Điều 7): all are kept, the last counts.
 * Offered for a mark that is there, at the end of a semester.
 */
export function Sittings(props: {
  session: SheetSession;
  row: number;
  column: number;
  settle: () => Promise<void>;
}) {
  const { session, row, column } = props;
  const pupil = session.sheet.rows[row];
  const spec = session.data.columns[column];
  const { period } = session.data;
  if (!pupil || spec?.kind !== 'mark' || (period !== 'CHK1' && period !== 'CN')) return null;
  const its = session.sittings.filter((s) => s.pupilId === pupil.pupilId && s.item === spec.item);
  const may = session.sheet.editable(row, column) && session.sheet.value(row, column) !== '';
  if (its.length === 0 && !may) return null;
  return (
    <details class="card padded" open={its.length > 0}>
      <summary>{words.sitting.title}</summary>
      <p>
        <strong>{pupil.name}</strong>, {session.columnName(column)}
      </p>
      {its.length > 0 && (
        <ol>
          {its.map((sitting) => (
            <li key={sitting.attempt}>
              {words.sitting.mark(sitting.value ?? words.sheet.blank)}
              {sitting.takenOn !== null && ` · ${dayText(sitting.takenOn)}`}
              {sitting.reason !== null && ` · ${sitting.reason}`}
              {sitting.by !== null && <span class="soft"> · {sitting.by}</span>}
            </li>
          ))}
        </ol>
      )}
      {its.length > 0 && <p class="soft">{words.sitting.lastCounts}</p>}
      {may && <OneMore key={`${row}:${column}`} {...props} count={Math.max(1, its.length)} />}
    </details>
  );
}

function OneMore(props: {
  session: SheetSession;
  row: number;
  column: number;
  count: number;
  settle: () => Promise<void>;
}) {
  const { session, row, column, count } = props;
  const [mark, setMark] = useState('');
  const [takenOn, setTakenOn] = useState('');
  const [reason, setReason] = useState('');
  const { busy, error, run } = useAct();
  const save = (): void =>
    run(async () => {
      await props.settle();
      await post('/api/classes/:classId/retests', {
        params: { classId: session.classId },
        body: {
          pupilId: session.sheet.rows[row]?.pupilId ?? '',
          period: session.data.period === 'CHK1' ? 'CHK1' : 'CN',
          item: session.data.columns[column]?.item ?? '',
          attempt: count + 1,
          mark,
          takenOn,
          reason,
        },
      });
      await session.follow();
    });
  const ready = mark.trim() !== '' && takenOn !== '' && reason.trim() !== '';
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) save();
      }}
    >
      {error && <Refused error={error} />}
      <label for="sitting-mark">{words.sitting.newMark(count + 1)}</label>
      <input
        id="sitting-mark"
        type="text"
        inputMode="numeric"
        maxLength={3}
        autocomplete="off"
        value={mark}
        onInput={(e) => setMark(e.currentTarget.value)}
      />
      <DayField id="sitting-day" label={words.sitting.day} value={takenOn} set={setTakenOn} />
      <label for="sitting-reason">{words.sitting.reason}</label>
      <input
        id="sitting-reason"
        type="text"
        maxLength={500}
        value={reason}
        onInput={(e) => setReason(e.currentTarget.value)}
      />
      <div class="actions">
        <button type="submit" disabled={busy || !ready}>
          {words.sitting.save}
        </button>
      </div>
    </form>
  );
}
