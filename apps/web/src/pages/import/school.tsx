import { useState } from 'preact/hooks';
import { type Answer, get, post, upload } from '../../api/client.ts';
import { SchoolExports } from '../../parts/export-links.tsx';
import { FileDrop } from '../../parts/file-drop.tsx';
import type { Me } from '../../parts/frame.tsx';
import { Refused, Show, useAct, useLoaded } from '../../parts/load.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { clock } from '../../words/clock.ts';
import { words } from '../../words/index.ts';
import { ImportRows, type ShownRefusal, type ShownRow } from './rows.tsx';
import { type Kind, UndoButton } from './undo.tsx';

type PersonRow = Answer<'POST', '/api/imports/pupils'>['rows'][number];

/** A part of a file that is chosen from on its own: a class at a period, or a list of persons. */
interface Group {
  readonly group: number;
  readonly title: string;
  readonly rows: readonly (ShownRow & { readonly selected: boolean })[];
  readonly refused: readonly ShownRefusal[];
}
interface Preview {
  readonly importId: string;
  readonly fileName: string;
  readonly remarks: readonly string[];
  readonly groups: readonly Group[];
}

async function previewOf(kind: Kind, file: File): Promise<Preview> {
  if (kind === 'results') {
    const { groups, ...seen } = await upload('/api/imports/results', {}, file);
    return {
      ...seen,
      groups: groups.map((one) => ({
        ...one,
        title: words.files.group(one.className, words.files.periods[one.period]),
        rows: one.rows.map((row) => ({
          ...row,
          what: [words.import.cells(row.cells), ...row.notes].join(' · '),
        })),
      })),
    };
  }
  const path = kind === 'pupils' ? '/api/imports/pupils' : '/api/imports/staff';
  const { rows, refused, ...seen } = await upload(path, {}, file);
  return { ...seen, groups: [{ group: 0, title: words.files.kinds[kind], rows: rows.map(shown), refused }] };
}

function shown(row: PersonRow): ShownRow & { selected: boolean } {
  const changes = row.changes.map(({ field, from, to }) => words.files.change(field, from, to));
  const what = changes.length === 0 ? words.files.nothing : changes.join('; ');
  return { ...row, what: [what, ...row.notes].join(' · ') };
}

/** Nhập và xuất Excel: results of many classes, pupils, staff; what was imported can be taken back. */
export function ImportSchoolPage({ me }: { me: Me }) {
  const office = me.roles.includes('clerk') || me.roles.includes('admin');
  const kinds: readonly Kind[] = [
    ...(me.roles.includes('teacher') || me.roles.includes('clerk') ? (['results'] as const) : []),
    ...(office ? (['pupils'] as const) : []),
    ...(me.roles.includes('admin') ? (['staff'] as const) : []),
  ];
  const [kind, setKind] = useState<Kind>(kinds[0] ?? 'results');
  const [preview, setPreview] = useState<Preview | null>(null);
  const [picked, setPicked] = useState<ReadonlyMap<number, ReadonlySet<number>>>(new Map());
  const [done, setDone] = useState<{ text: string; importId: string } | null>(null);
  const past = useLoaded('imports', () => get('/api/imports', {}));
  const { busy, error, run } = useAct();
  const count = [...picked.values()].reduce((sum, rows) => sum + rows.size, 0);

  const choose = (file: File | undefined): void => {
    if (!file) return;
    run(async () => {
      setDone(null);
      setPreview(null);
      const next = await previewOf(kind, file);
      setPreview(next);
      setPicked(
        new Map(
          next.groups.map((g) => [g.group, new Set(g.rows.filter((r) => r.selected).map((r) => r.row))]),
        ),
      );
    });
  };
  const toggle = (group: number, row: number): void => {
    const rows = new Set(picked.get(group));
    if (!rows.delete(row)) rows.add(row);
    setPicked(new Map(picked).set(group, rows));
  };
  const apply = ({ importId }: Preview): void =>
    run(async () => {
      if (kind === 'results') {
        const groups = [...picked].map(([group, rows]) => ({ group, rows: [...rows] }));
        const said = await post('/api/imports/results/:importId', { params: { importId }, body: { groups } });
        setDone({ importId, text: words.files.doneResults(said.imported, said.cells) });
      } else {
        const path = kind === 'pupils' ? '/api/imports/pupils/:importId' : '/api/imports/staff/:importId';
        const said = await post(path, { params: { importId }, body: { rows: [...(picked.get(0) ?? [])] } });
        setDone({ importId, text: words.files.donePeople(said.created, said.changed) });
      }
      setPreview(null);
      past.again();
    });

  return (
    <>
      <PageTitle text={words.files.title} />
      {kinds.length > 0 && (
        <>
          <p class="soft">{words.files.lead}</p>
          <div class="field-row">
            <label for="kind">{words.files.kind}</label>
            <select
              id="kind"
              value={kind}
              disabled={busy}
              onChange={(event) => {
                setKind(event.currentTarget.value as Kind);
                setPreview(null);
              }}
            >
              {kinds.map((one) => (
                <option key={one} value={one}>
                  {words.files.kinds[one]}
                </option>
              ))}
            </select>
          </div>
          {error && <Refused error={error} />}
          {done && (
            <div class="notice" role="status">
              <p>
                <strong>{done.text}</strong>
              </p>
              <UndoButton importId={done.importId} kind={kind} done={past.again} />
            </div>
          )}
          <FileDrop
            text={busy && !preview ? words.files.reading : words.files.choose}
            note={words.files.note}
            accept=".xlsx"
            disabled={busy}
            onFiles={([file]) => choose(file)}
          />
        </>
      )}
      {preview && (
        <>
          <p role="status">{words.files.preview(preview.fileName)}</p>
          {preview.remarks.length > 0 && (
            <ul class="soft">
              {preview.remarks.map((remark) => (
                <li key={remark}>{remark}</li>
              ))}
            </ul>
          )}
          <div class="actions">
            <button
              type="button"
              class="primary"
              disabled={busy || count === 0}
              onClick={() => apply(preview)}
            >
              {words.files.apply(count)}
            </button>
          </div>
          {preview.groups.map((group) => (
            <section key={group.group}>
              <h2>{group.title}</h2>
              <ImportRows
                rows={group.rows}
                refused={group.refused}
                picked={picked.get(group.group) ?? new Set()}
                toggle={(row) => toggle(group.group, row)}
              />
            </section>
          ))}
        </>
      )}
      {me.roles.some((role) => role !== 'teacher') && (
        <SchoolExports schoolYear={me.schoolYear} roles={me.roles} />
      )}
      {kinds.length > 0 && (
        <section>
          <h2>{words.files.past}</h2>
          <Show of={past.loaded} again={past.again}>
            {({ imports }) => <Past imports={imports} />}
          </Show>
        </section>
      )}
    </>
  );
}

function Past({ imports }: { imports: Answer<'GET', '/api/imports'>['imports'] }) {
  if (imports.length === 0) return <p class="soft">{words.files.none}</p>;
  return (
    <table class="plain stacked">
      <thead>
        <tr>
          <th>{words.files.file}</th>
          <th>{words.files.when}</th>
          <th>{words.files.kind}</th>
          <th>{words.files.undo}</th>
        </tr>
      </thead>
      <tbody>
        {imports.map((one) => (
          <tr key={one.importId}>
            <th scope="row">{one.fileName}</th>
            <td data-label={words.files.when}>{clock(one.appliedAt)}</td>
            <td data-label={words.files.kind}>{words.files.kinds[one.kind]}</td>
            <td>
              {one.undoneAt === null ? (
                <UndoButton importId={one.importId} kind={one.kind} />
              ) : (
                <span class="soft">{words.files.isUndone}</span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
