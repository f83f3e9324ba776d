import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { SheetData } from '../../api/answers.ts';
import { get, urlOf } from '../../api/client.ts';
import type { OutboxState } from '../../api/outbox.ts';
import { isComplete } from '../../grid/quick-entry.ts';
import { type Grid, mountGrid } from '../../grid/view.ts';
import { SheetExports } from '../../parts/export-links.tsx';
import { Show, useLoaded } from '../../parts/load.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { useMatches } from '../../parts/window-width.ts';
import { dayText } from '../../words/day.ts';
import { words } from '../../words/index.ts';
import { Bank } from './bank.tsx';
import { ColumnChoice, hiddenBy, type View } from './columns.tsx';
import { followOthers, keepUntilSent } from './keeping.ts';
import { PeriodChoice, PeriodState } from './period.tsx';
import { PupilForm } from './pupil.tsx';
import { Remarks } from './remarks.tsx';
import { SheetSession } from './session.ts';
import { Arrivals, Conflicts, Faults, Gaps, Keys, SaveState } from './side.tsx';
import { Sittings } from './sittings.tsx';

export interface SheetPlace {
  readonly classId: string;
  readonly subject: string;
  /** Empty for the period that is worked on now. */
  readonly period: string;
}

const SHEET = '/api/classes/:classId/sheet';
const carryOf = ({ classId, subject, period }: SheetPlace) => ({
  params: { classId },
  query: {
    period: period === '' ? undefined : (period as SheetData['period']),
    subject: subject === '' ? undefined : (subject as NonNullable<SheetQuery['subject']>),
  },
});
/** Where the API has what the page shows. */
export const sheetUrl = (place: SheetPlace): string => urlOf(SHEET, carryOf(place));

/** The class sheet of one subject, or, without a subject, the homeroom teacher's table of all columns. */
export function SheetPage(props: SheetPlace) {
  const { classId, subject, period } = props;
  const { loaded, again } = useLoaded(`${classId}/${subject}/${period}`, () => get(SHEET, carryOf(props)));
  return (
    <Show of={loaded} again={again}>
      {(data) => <OpenSheet classId={classId} subject={subject} data={data} again={again} />}
    </Show>
  );
}
type SheetQuery = NonNullable<Parameters<typeof get<typeof SHEET>>[1]['query']>;

function OpenSheet(props: { classId: string; subject: string; data: SheetData; again: () => void }) {
  const { classId, subject, data, again } = props;
  const narrow = useMatches('(max-width: 600px)');
  const folded = useMatches('(max-width: 900px)');
  const [saving, setSaving] = useState<OutboxState>({ kind: 'saved', at: null });
  const [place, setPlace] = useState({ row: 0, column: 0 });
  const [quick, setQuick] = useState(true);
  const [view, setView] = useState<View>({ kind: 'all' });
  const [digits, setDigits] = useState(false);
  const [, setTick] = useState(0);
  const settled = (): void => setTick((n) => n + 1);
  const host = useRef<HTMLDivElement>(null);
  const grid = useRef<Grid | null>(null);
  const session = useMemo(
    () =>
      new SheetSession(classId, data, {
        cell: (row, column) => {
          grid.current?.refresh(row, column);
          settled();
        },
        comments: settled,
        saving: setSaving,
      }),
    [classId, data],
  );
  // The grid lives as long as its columns; what changes meanwhile it reads from here.
  const now = useRef({ quick, digits });
  now.current = { quick, digits };

  useEffect(() => {
    const container = host.current;
    if (!container) return;
    session.sheet.hide(hiddenBy(view, data));
    const mounted = mountGrid(container, session.sheet, {
      caption: words.sheet.caption(data.className),
      words: {
        ...words.sheet,
        cell: (pupil, column) => words.sheet.cell(pupil, session.columnName(column)),
      },
      gone: data.left.map((one) => ({
        name: one.fullName,
        note: words.sheet.left(words.sheet.leftAs[one.leftAs ?? 'class-changed'], dayText(one.leftOn)),
      })),
      groups: data.columns.map((column) => groupTitle(column)),
      wanted: (row, column) => session.isWanted(row, column),
      standingOf: (row, column) => session.standingOf(row, column),
      stateOf: (row, column) => session.stateOf(row, column),
      quick: () => now.current.quick,
      complete: (column, text) => isComplete(session.sheet.columns[column]?.kind ?? 'text', text),
      onChange: (changes, source) => session.changed(changes, source),
      onSettled: settled,
      onFocus: (row, column) => setPlace({ row, column }),
      onSuggest: () => setDigits((on) => !on),
      sentence: (digit, row, column) =>
        now.current.digits ? session.comments.sentences(row, column)[digit - 1]?.text : undefined,
      onTyped: (row, column, text) => session.typed(row, column, text),
    });
    grid.current = mounted;
    return () => {
      grid.current = null;
      mounted.destroy();
    };
  }, [session, data, narrow, view]);

  useEffect(() => keepUntilSent(session), [session]);
  useEffect(() => followOthers(session), [session]);
  useEffect(() => {
    const asked = linkedPlace(session);
    if (!asked) return;
    if (grid.current) grid.current.focus(asked.row, asked.column);
    else setPlace(asked);
  }, [session]);
  // The sentences take room at the foot: the cell in focus stays in sight.
  const bankOpen = !narrow && session.isOwnComment(place.row, place.column);
  useEffect(() => {
    const cell = document.activeElement?.closest('table.sheet td');
    if (bankOpen) cell?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [bankOpen]);

  const subjectName = data.columns[0]?.group ?? '';
  const goTo = (row: number, column: number): void => {
    if (!grid.current) return setPlace({ row, column });
    if (session.sheet.shown(column)) return grid.current.focus(row, column);
    setView({ kind: 'all' });
    requestAnimationFrame(() => requestAnimationFrame(() => grid.current?.focus(row, column)));
  };
  const title = subject
    ? words.sheet.title(data.className, subjectName, words.periods[data.period])
    : words.table.title(data.className, words.periods[data.period]);
  const address = subject ? `/lop/${classId}/mon/${subject}` : `/lop/${classId}/bang`;
  // Grey cells alone do not say why nothing can be typed.
  const allFrozen = !session.closed && data.pupils.length > 0 && data.pupils.every((pupil) => pupil.frozen);
  const period = (
    <PeriodState
      classId={classId}
      data={data}
      whole={subject === ''}
      settle={() => session.sent()}
      again={again}
    />
  );
  const doors = (
    <>
      {subject === '' && (data.mayClose || data.mayReopen) && (
        <p>
          <a href={`/lop/${classId}/ke-hoach`}>{words.plans.link}</a>
        </p>
      )}
      <SheetExports
        classId={classId}
        className={data.className}
        period={data.period}
        whole={subject === ''}
      />
    </>
  );
  const looks = (
    <>
      <Remarks session={session} goTo={goTo} />
      <Arrivals session={session} />
    </>
  );
  return (
    <>
      <PageTitle text={title} />
      <div class="actions sheet-actions">
        <SaveState state={saving} flush={() => session.outbox.flush()} />
        <span class="rest" />
        <PeriodChoice data={data} address={address} />
        {!narrow && !subject && <ColumnChoice data={data} view={view} choose={setView} />}
        {!narrow && (
          <button type="button" aria-pressed={quick} onClick={() => setQuick(!quick)}>
            {quick ? words.sheet.quickOn : words.sheet.quickOff}
          </button>
        )}
        {!subject && data.period === 'CN' && (
          <a class="button" href={`/lop/${classId}/nhap`}>
            {words.table.import}
          </a>
        )}
        {data.period === 'CN' && (
          <a class="button primary" href={subject ? `/lop/${classId}/kiem-tra` : `/lop/${classId}/ket-qua`}>
            {subject ? words.sheet.check : words.table.results}
          </a>
        )}
      </div>
      <div class="sheet-layout">
        <div class="sheet-main">
          {narrow ? (
            <PupilForm session={session} row={place.row} onRow={(row) => setPlace({ ...place, row })} />
          ) : (
            <div class="sheet-scroll" ref={host} />
          )}
          {bankOpen && (
            <Bank
              session={session}
              row={place.row}
              column={place.column}
              digits={digits}
              onPick={(sentence) => grid.current?.insert(sentence)}
              onFill={() => grid.current?.apply(session.fillBlanks(place.column), 'bank')}
            />
          )}
        </div>
        <aside>
          <Conflicts session={session} />
          <Faults session={session} goTo={goTo} />
          {!narrow && allFrozen && (
            <p class="notice">
              {words.sheet.allFrozen} <a href={`/lop/${classId}/hoc-ba`}>{words.check.toRecords}</a>
            </p>
          )}
          {(!narrow || session.closed) && period}
          {!narrow && (
            <>
              <Sittings
                session={session}
                row={place.row}
                column={place.column}
                settle={() => session.sent()}
              />
              {doors}
            </>
          )}
          <Gaps session={session} goTo={goTo} folded={folded} />
          {!narrow && (
            <>
              {looks}
              <Keys />
            </>
          )}
        </aside>
        {/* On a phone the pupil comes first; what is done once a period stands below. */}
        {narrow && (
          <aside class="after">
            {!session.closed && period}
            {doors}
            {looks}
          </aside>
        )}
      </div>
    </>
  );
}

/** A colleague's columns carry the colleague's name; one's own need none. */
function groupTitle(column: SheetData['columns'][number]): string {
  return column.editable || !column.owner ? column.group : `${column.group} · ${column.owner.fullName}`;
}

/** The cell that the address names (`#<pupilId>.<item>`), as the check page's links do. */
function linkedPlace(session: SheetSession): { row: number; column: number } | undefined {
  const [pupilId = '', ...item] = decodeURIComponent(location.hash.slice(1)).split('.');
  return session.placeOf(pupilId, item.join('.'));
}
