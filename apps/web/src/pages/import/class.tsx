import { useState } from 'preact/hooks';
import { type Answer, get, post, upload } from '../../api/client.ts';
import { ClassExports } from '../../parts/export-links.tsx';
import { FileDrop } from '../../parts/file-drop.tsx';
import { Refused, useAct, useLoaded } from '../../parts/load.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { words } from '../../words/index.ts';
import { ImportRows } from './rows.tsx';
import { UndoButton } from './undo.tsx';

type Preview = Answer<'POST', '/api/classes/:classId/imports'>;

/** Nhập từ Excel: choose a file, see what each row would do, then write the chosen rows. */
export function ImportPage({ classId }: { classId: string }) {
  const { loaded } = useLoaded(classId, () => get('/api/classes/:classId', { params: { classId } }));
  const [preview, setPreview] = useState<Preview | null>(null);
  const [picked, setPicked] = useState<ReadonlySet<number>>(new Set());
  const [done, setDone] = useState<{ text: string; importId: string } | null>(null);
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
      setDone({ importId, text: words.import.done(answer.imported, answer.cells) });
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
            <strong>{done.text}</strong>
          </p>
          <a class="button primary" href={`/lop/${classId}/bang`}>
            {words.import.toTable}
          </a>{' '}
          <UndoButton importId={done.importId} kind="results" />
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
            {words.import.preview(preview.fileName)} {words.files.periods[preview.period]}.{' '}
            {words.import.rows(preview.rows.length)}
          </p>
          {preview.remarks.length > 0 && (
            <ul class="soft">
              {preview.remarks.map((remark) => (
                <li key={remark}>{remark}</li>
              ))}
            </ul>
          )}
          {preview.rows.some((row) => row.match === 'new' && !row.selected) && (
            <div class="notice wait">{words.import.newNotChosen}</div>
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
          <ImportRows
            rows={preview.rows.map((row) => ({
              ...row,
              what: [words.import.cells(row.cells), ...row.notes].join(' · '),
            }))}
            refused={preview.refused}
            picked={picked}
            toggle={toggle}
          />
        </>
      )}
      <p>
        <a href="/nhap">{words.files.title}</a>
      </p>
      {loaded.at === 'there' && <ClassExports classId={classId} className={loaded.value.name} />}
    </>
  );
}
