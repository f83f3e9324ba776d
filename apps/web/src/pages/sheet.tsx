import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { get } from '../api/client.ts';
import type { OutboxState } from '../api/outbox.ts';
import { isComplete } from '../grid/quick-entry.ts';
import { type Grid, mountGrid } from '../grid/view.ts';
import { Show, useLoaded } from '../parts/load.tsx';
import { guardLeaving } from '../parts/router.ts';
import { words } from '../words/index.ts';
import { PupilForm } from './sheet-pupil.tsx';
import { type Conflict, type SheetData, SheetSession } from './sheet-session.ts';
import { Bank, Conflicts, Gaps, Keys, SaveState } from './sheet-side.tsx';

/** The class sheet of one subject, or, without a subject, the homeroom teacher's table of all columns. */
export function SheetPage({ classId, subject }: { classId: string; subject: string }) {
  const { loaded, again } = useLoaded(`${classId}/${subject}`, () =>
    get('/api/classes/:classId/sheet', {
      params: { classId },
      query: subject
        ? { period: 'CN', subject: subject as NonNullable<SheetQuery['subject']> }
        : { period: 'CN' },
    }),
  );
  return (
    <Show of={loaded} again={again}>
      {(data) => <OpenSheet classId={classId} subject={subject} data={data} />}
    </Show>
  );
}
type SheetQuery = NonNullable<Parameters<typeof get<'/api/classes/:classId/sheet'>>[1]['query']>;

function OpenSheet({ classId, subject, data }: { classId: string; subject: string; data: SheetData }) {
  const narrow = useNarrow();
  const [saving, setSaving] = useState<OutboxState>({ kind: 'saved', at: null });
  const [conflicts, setConflicts] = useState<readonly Conflict[]>([]);
  const [place, setPlace] = useState({ row: 0, column: 0 });
  const [quick, setQuick] = useState(true);
  const [, setTick] = useState(0);
  const quickNow = useRef(quick);
  quickNow.current = quick;
  const host = useRef<HTMLDivElement>(null);
  const bank = useRef<HTMLDivElement>(null);
  const grid = useRef<Grid | null>(null);
  const session = useMemo(
    () =>
      new SheetSession(classId, data, {
        cell: (row, column, state, note) => {
          grid.current?.state(row, column, state, note);
          setTick((n) => n + 1);
        },
        conflicts: setConflicts,
        saving: setSaving,
      }),
    [classId, data],
  );

  useEffect(() => {
    const container = host.current;
    if (!container) return;
    const mounted = mountGrid(container, session.sheet, {
      caption: words.sheet.caption(data.className),
      words: { ...words.sheet, cell: (pupil, title) => words.sheet.cell(pupil, title) },
      groups: groupsOf(data),
      required: (_, column) => session.isRequired(column),
      quick: () => quickNow.current,
      complete: (column, text) => isComplete(session.sheet.columns[column]?.kind ?? 'text', text),
      onChange: (changes, source) => session.changed(changes, source),
      onFocus: (row, column) => setPlace({ row, column }),
      onSuggest: () => bank.current?.querySelector('button')?.focus(),
    });
    grid.current = mounted;
    return () => {
      grid.current = null;
      mounted.destroy();
    };
  }, [session, data, narrow]);

  useEffect(() => leaveOnlySent(session), [session]);

  const suggestions = session.suggestions(place.row, place.column);
  const subjectName = data.columns[0]?.group ?? '';
  const goTo = (row: number, column: number): void =>
    grid.current ? grid.current.focus(row, column) : setPlace({ row, column });
  return (
    <>
      <h1>
        {subject
          ? words.sheet.title(data.className, subjectName, words.periods[data.period])
          : words.table.title(data.className)}
      </h1>
      <div class="actions">
        <SaveState state={saving} flush={() => session.outbox.flush()} />
        <span style={{ flex: 1 }} />
        {!subject && (
          <a class="button" href={`/lop/${classId}/nhap`}>
            {words.table.import}
          </a>
        )}
        <button type="button" aria-pressed={quick} onClick={() => setQuick(!quick)}>
          {quick ? words.sheet.quickOn : words.sheet.quickOff}
        </button>
        <a class="button primary" href={subject ? `/lop/${classId}/kiem-tra` : `/lop/${classId}/ket-qua`}>
          {subject ? words.sheet.check : words.table.results}
        </a>
      </div>
      <div class="sheet-layout">
        <div>
          {narrow ? (
            <PupilForm
              session={session}
              row={place.row}
              onRow={(row) => setPlace({ row, column: place.column })}
            />
          ) : (
            <div class="sheet-scroll" ref={host} />
          )}
          {!narrow && suggestions.length > 0 && (
            <div ref={bank}>
              <Bank
                sentences={suggestions}
                onPick={(sentence) => grid.current?.insert(sentence)}
                onFill={() => grid.current?.apply(session.fillBlanks(place.column), 'bank')}
                onClose={() => grid.current?.focus(place.row, place.column)}
              />
            </div>
          )}
        </div>
        <aside>
          <Conflicts
            conflicts={conflicts}
            session={session}
            refresh={(row, column) => grid.current?.refresh(row, column)}
          />
          <Gaps session={session} goTo={goTo} />
          {!narrow && <Keys />}
        </aside>
      </div>
    </>
  );
}

function groupsOf(data: SheetData): { title: string; span: number }[] {
  const groups: { title: string; span: number }[] = [];
  for (const column of data.columns) {
    const last = groups.at(-1);
    const title = column.owner ? `${column.group} · ${column.owner.fullName}` : column.group;
    if (last?.title === title) last.span++;
    else groups.push({ title, span: 1 });
  }
  return groups;
}

function useNarrow(): boolean {
  const query = useMemo(() => matchMedia('(max-width: 600px)'), []);
  const [narrow, setNarrow] = useState(query.matches);
  useEffect(() => {
    const follow = (): void => setNarrow(query.matches);
    query.addEventListener('change', follow);
    return () => query.removeEventListener('change', follow);
  }, [query]);
  return narrow;
}

/** Unsent cells are sent as soon as the network is back, and a page that still has some is not left without a word. */
function leaveOnlySent(session: SheetSession): () => void {
  const flush = (): void => session.outbox.flush();
  const ask = (event: BeforeUnloadEvent): void => {
    if (session.outbox.waiting === 0) return;
    flush();
    event.preventDefault();
  };
  addEventListener('online', flush);
  addEventListener('beforeunload', ask);
  guardLeaving(() => (session.outbox.waiting > 0 ? words.save.offline(session.outbox.waiting) : null));
  return () => {
    flush();
    guardLeaving(null);
    removeEventListener('online', flush);
    removeEventListener('beforeunload', ask);
  };
}
