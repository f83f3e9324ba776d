import { useState } from 'preact/hooks';
import { type Answer, get, post, upload } from '../api/client.ts';
import { FileDrop } from '../parts/file-drop.tsx';
import { Refused, useAct, useLoaded } from '../parts/load.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { words } from '../words/index.ts';

type Preview = Answer<'POST', '/api/classes/:classId/imports'>;

/** Nhập từ Excel: choose a file, see what each row would do, then write the chosen rows. */
export function ImportPage({ classId }: { classId: string }) {
  const { loaded } = useLoaded(classId, () => get('/api/classes/:classId', { params: { classId } }));
  const [preview, setPreview] = useState<Preview | null>(null);
  const [picked, setPicked] = useState<ReadonlySet<number>>(new Set());
  const [done, setDone] = useState<string | null>(null);
  const { busy, error, run } = useAct();
  const choose = (file: File | undefined): void => {
    if (!file) return;
    run(async () => {
      setDone(null);
      setPreview(null);
      const next = await upload('/api/classes/:classId/imports', { params: { classId } }, file);
      setPreview(next);
      setPicked(new Set(next.rows.filter((row) => row.selected).map((row) => row.row)));
    });
  };
  const apply = (importId: string): void =>
    run(async () => {
      const answer = await post('/api/classes/:classId/imports/:importId', {
        params: { classId, importId },
        body: { rows: [...picked] },
      });
      setDone(words.import.done(answer.imported, answer.cells));
      setPreview(null);
    });
  const toggle = (row: number): void => {
    const next = new Set(picked);
    if (!next.delete(row)) next.add(row);
    setPicked(next);
  };
  return (
    <>
      <PageTitle text={words.import.title(loaded.at === 'there' ? loaded.value.name : '…')} />
      {error && <Refused error={error} />}
      {loaded.at === 'failed' && <Refused error={loaded.error} />}
      {done && (
        <div class="notice" role="status">
          <p>
            <strong>{done}</strong>
          </p>
          <a class="button primary" href={`/lop/${classId}/bang`}>
            {words.import.toTable}
          </a>
        </div>
      )}
      <FileDrop
        text={busy && !preview ? words.import.reading : words.import.choose}
        note={words.import.chooseNote}
        accept=".xlsx"
        disabled={busy}
        onFiles={([file]) => choose(file)}
      />
      {preview && (
        <>
          <p role="status">
            {words.import.preview(preview.fileName)} {words.import.rows(preview.rows.length)}
          </p>
          {preview.refused.length > 0 && (
            <div class="notice wrong">
              <strong>{words.import.refused(preview.refused.length)}</strong>
              <ul>
                {preview.refused.map((row) => (
                  <li key={row.row}>
                    {words.import.refusedRow(row.row, row.name || row.code)}: {row.reasons.join(' ')}
                  </li>
                ))}
              </ul>
            </div>
          )}
          <div class="actions">
            <button
              type="button"
              class="primary"
              disabled={busy || picked.size === 0}
              onClick={() => apply(preview.importId)}
            >
              {words.import.apply(picked.size)}
            </button>
          </div>
          <table class="plain stacked">
            <thead>
              <tr>
                <th>{words.import.pick}</th>
                <th class="number">{words.import.row}</th>
                <th>{words.sheet.name}</th>
                <th>{words.import.how}</th>
                <th>{words.import.what}</th>
              </tr>
            </thead>
            <tbody>
              {preview.rows.map((row) => (
                <tr key={row.row}>
                  <td class="pick">
                    <input
                      type="checkbox"
                      aria-label={`${words.import.pick} ${row.name}`}
                      checked={picked.has(row.row)}
                      onChange={() => toggle(row.row)}
                    />
                  </td>
                  <td class="number ordinal">{row.row}</td>
                  <th scope="row">{row.name}</th>
                  <td class="brief" data-label={words.import.how}>
                    <span class={row.match === 'similarName' ? 'tag wait' : ''}>
                      {words.import.match[row.match]}
                    </span>
                  </td>
                  <td data-label={words.import.what}>
                    {words.import.cells(row.cells)}
                    {row.notes.length > 0 && <span class="soft"> · {row.notes.join(' ')}</span>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </>
  );
}
