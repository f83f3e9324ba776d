import { useState } from 'preact/hooks';
import { type Answer, get, post, upload } from '../api/client.ts';
import { Refused, useAct, useLoaded } from '../parts/load.tsx';
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
      <h1>{words.import.title(loaded.at === 'there' ? loaded.value.name : '')}</h1>
      {error && <Refused error={error} />}
      {done && (
        <div class="notice" role="status">
          {done} <a href={`/lop/${classId}/bang`}>{words.import.toTable}</a>
        </div>
      )}
      <div class="field-row">
        <label for="file">{words.import.choose}</label>
        <input
          id="file"
          type="file"
          accept=".xlsx"
          disabled={busy}
          onChange={(e) => choose(e.currentTarget.files?.[0])}
        />
        <p class="soft">{words.import.preview}</p>
      </div>
      {preview && (
        <>
          {preview.refused.length > 0 && (
            <div class="notice wrong">
              <strong>{words.import.refused}</strong>
              <ul>
                {preview.refused.map((row) => (
                  <li key={row.row}>
                    {row.name || row.code}: {row.reasons.join(' ')}
                  </li>
                ))}
              </ul>
            </div>
          )}
          <p>{words.import.rows(preview.rows.length)}</p>
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
          <div class="scroll-x">
            <table class="plain">
              <thead>
                <tr>
                  <th>{words.import.pick}</th>
                  <th class="number">{words.import.row}</th>
                  <th>{words.sheet.name}</th>
                  <th />
                  <th />
                </tr>
              </thead>
              <tbody>
                {preview.rows.map((row) => (
                  <tr key={row.row}>
                    <td>
                      <input
                        type="checkbox"
                        aria-label={`${words.import.pick} ${row.name}`}
                        checked={picked.has(row.row)}
                        onChange={() => toggle(row.row)}
                      />
                    </td>
                    <td class="number">{row.row}</td>
                    <th scope="row">{row.name}</th>
                    <td>
                      <span class={row.match === 'similarName' ? 'tag wait' : 'tag'}>
                        {words.import.match[row.match]}
                      </span>
                    </td>
                    <td>
                      {words.import.cells(row.cells)}
                      {row.notes.length > 0 && <span class="soft"> · {row.notes.join(' ')}</span>}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </>
  );
}
