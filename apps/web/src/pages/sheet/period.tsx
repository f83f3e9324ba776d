import { useState } from 'preact/hooks';
import type { SheetData } from '../../api/answers.ts';
import { post } from '../../api/client.ts';
import { Refused, useAct } from '../../parts/load.tsx';
import { go } from '../../parts/router.ts';
import { dayText } from '../../words/day.ts';
import { words } from '../../words/index.ts';

type Period = SheetData['period'];

/** Which of the year's periods the sheet shows. Each has an address of its own, so that a link can name it. */
export function PeriodChoice({ data, address }: { data: SheetData; address: string }) {
  return (
    <label class="choice">
      {words.period.choice}
      <select value={data.period} onChange={(event) => go(`${address}/${event.currentTarget.value}`)}>
        {data.periods.map(({ period, closed, lockedOn }) => (
          <option key={period} value={period}>
            {closed || lockedOn !== null
              ? words.period.closedOption(words.periods[period])
              : words.periods[period]}
          </option>
        ))}
      </select>
    </label>
  );
}

/** That the period is closed, by whom and why; and the act that its homeroom teacher or the principal has here. */
export function PeriodState(props: {
  classId: string;
  data: SheetData;
  whole: boolean;
  /** Before the act: what has been typed and not sent goes first. */
  settle: () => Promise<void>;
  again: () => void;
}) {
  const { classId, data, again } = props;
  const state = data.periods.find((p) => p.period === data.period);
  const [reason, setReason] = useState('');
  const { busy, error, run } = useAct();
  if (!state) return null;
  const name = words.periods[data.period];
  const act = (path: Act): void =>
    run(async () => {
      await props.settle();
      const body = { period: data.period as Period, reason: reason.trim() };
      if (path === REOPEN) await post(REOPEN, { params: { classId }, body });
      else {
        const { period } = body;
        await post(CLOSE, { params: { classId }, body: body.reason === '' ? { period } : body });
      }
      setReason('');
      again();
    });
  // The year's lock stands above the class's own: nothing here opens it.
  if (state.lockedOn !== null)
    return <p class="notice">{words.period.locked(name, dayText(state.lockedOn))}</p>;
  const mayAct = props.whole && (state.closed ? data.mayReopen : data.mayClose);
  if (!state.closed && !mayAct) return null;
  return (
    <details class="card padded" open={state.closed || error !== null}>
      <summary>{state.closed ? words.period.isClosed(name) : words.period.close(name)}</summary>
      {state.closed && (
        <p>
          {words.period.closedBy(state.by ?? '', state.at === null ? '' : dayOf(state.at))}{' '}
          {state.reason !== null && words.period.because(state.reason)}
        </p>
      )}
      {error && <Refused error={error} />}
      {mayAct && (
        <>
          <p class="soft">{state.closed ? words.period.reopenNote : words.period.closeNote}</p>
          <label for="period-reason">
            {state.closed ? words.period.reopenReason : words.period.closeReason}
          </label>
          <input
            id="period-reason"
            type="text"
            maxLength={500}
            value={reason}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
          <div class="actions">
            <button
              type="button"
              disabled={busy || (state.closed && reason.trim() === '')}
              onClick={() => act(state.closed ? REOPEN : CLOSE)}
            >
              {state.closed ? words.period.reopen(name) : words.period.close(name)}
            </button>
          </div>
        </>
      )}
    </details>
  );
}

const CLOSE = '/api/classes/:classId/periods/close';
const REOPEN = '/api/classes/:classId/periods/reopen';
type Act = typeof CLOSE | typeof REOPEN;

function dayOf(at: string): string {
  return new Date(at).toLocaleDateString('vi-VN', { timeZone: 'Asia/Ho_Chi_Minh' });
}
