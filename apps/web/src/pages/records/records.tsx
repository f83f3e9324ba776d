import { useEffect, useState } from 'preact/hooks';
import { type Answer, get } from '../../api/client.ts';
import type { Me } from '../../parts/frame.tsx';
import { Show, useLoaded } from '../../parts/load.tsx';
import { OnDemand } from '../../parts/on-demand.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { useMatches } from '../../parts/window-width.ts';
import { words } from '../../words/index.ts';
import { OpenRecord } from './open.tsx';

type Listed = Answer<'GET', '/api/classes/:classId/records'>;

/** The class's records as they will print, pupil by pupil; ↓ and ↑ go through them. */
export function RecordsPage({ classId, me }: { classId: string; me: Me }) {
  const { loaded, again } = useLoaded(classId, async () => {
    const [listed, of] = await Promise.all([
      get('/api/classes/:classId/records', { params: { classId } }),
      get('/api/classes/:classId', { params: { classId } }),
    ]);
    const mayThaw = of.homeroomTeacher?.staffId === me.staffId;
    const whole = mayThaw || me.roles.includes('principal') || me.roles.includes('clerk');
    return { listed, mayThaw, whole };
  });
  return (
    <Show of={loaded} again={again}>
      {({ listed, mayThaw, whole }) => (
        <ClassRecords classId={classId} listed={listed} mayThaw={mayThaw} whole={whole} again={again} />
      )}
    </Show>
  );
}

/** Whether taking this back takes a class's table back that is not sealed yet, and with it all that stand on it. */
function standsOnOpenTable(record: Listed['records'][number], tables: Listed['tables']): boolean {
  if (record.pupilId === null) return true;
  return tables.some((table) => table.recordId === record.tableId && table.issuedAt === null);
}

function ClassRecords({
  classId,
  listed,
  mayThaw,
  whole,
  again,
}: {
  classId: string;
  listed: Listed;
  mayThaw: boolean;
  /** Whether the person sees every record of the class whole. */
  whole: boolean;
  again: () => void;
}) {
  const narrow = useMatches('(max-width: 800px)');
  // A class's table comes first: who looks through what is to be signed begins with it.
  const records = [...listed.tables, ...listed.records].filter((record) => record.status !== 'thawed');
  const [open, setOpen] = useState<string | null>(null);
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  // With room for both, the first record is open at once; on a phone the list comes first.
  const at = records.findIndex((record) => record.recordId === open);
  const chosen = records[at] ?? (narrow ? undefined : records[0]);
  const shownId = chosen?.recordId;
  useEffect(() => {
    if (shownId) setSeen((before) => (before.has(shownId) ? before : new Set(before).add(shownId)));
  }, [shownId]);
  const step = (by: number, focus: boolean): void => {
    const next = records[records.findIndex((record) => record.recordId === shownId) + by];
    if (!next) return;
    setOpen(next.recordId);
    if (focus) document.getElementById(`record-${next.recordId}`)?.focus();
  };
  if (records.length === 0) {
    return (
      <>
        <PageTitle text={words.records.title(listed.className)} />
        <p>{words.records.empty}</p>
        <a class="button primary" href={`/lop/${classId}/kiem-tra`}>
          {words.records.toCheck}
        </a>
      </>
    );
  }
  return (
    <>
      <PageTitle text={words.records.title(listed.className)} />
      <p>
        <a href={`/lop/${classId}/khep-nam`}>{words.closing.link}</a>
      </p>
      {whole && <ClassBookDoor classId={classId} className={listed.className} />}
      <div class="record-layout">
        <nav
          aria-label={words.records.title(listed.className)}
          onKeyDown={(event) => {
            const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
            if (by === 0) return;
            event.preventDefault();
            step(by, true);
          }}
        >
          <p class="soft" role="status">
            {words.records.viewed(seen.size, records.length)}
          </p>
          <ol class="card record-list">
            {records.map((record, n) => (
              <li key={record.recordId} class={record.recordId === shownId ? 'current' : ''}>
                <button
                  id={`record-${record.recordId}`}
                  type="button"
                  aria-current={record.recordId === shownId}
                  onClick={() => setOpen(record.recordId)}
                >
                  <span>
                    {n + 1}. {record.fullName}
                  </span>
                  <span class="soft">
                    {record.statusText} · {words.records.signed(record.signed, record.slots)}
                  </span>
                </button>
              </li>
            ))}
          </ol>
        </nav>
        <div>
          {chosen ? (
            <OpenRecord
              key={chosen.recordId}
              classId={classId}
              record={chosen}
              takesAllBack={standsOnOpenTable(chosen, listed.tables)}
              mayThaw={mayThaw}
              changed={again}
              step={(by) => step(by, false)}
            />
          ) : (
            <p class="soft">{words.records.choose}</p>
          )}
        </div>
      </div>
    </>
  );
}

/** What makes one file of the class comes over the line when somebody wants it. */
function ClassBookDoor(of: { classId: string; className: string }) {
  const [open, setOpen] = useState(false);
  if (open) return <ClassBookPart {...of} />;
  return (
    <p class="actions">
      <button type="button" onClick={() => setOpen(true)}>
        {words.records.book.link}
      </button>
    </p>
  );
}

function ClassBookPart(of: { classId: string; className: string }) {
  return (
    <OnDemand
      name={`records-book ${of.classId}`}
      load={async () => {
        const { ClassBook } = await import('./class-book.tsx');
        return () => <ClassBook {...of} />;
      }}
    />
  );
}
